/* In: actors. Out: what their accesses of one stretch have in common.
 * Must hold: an actor keeps its situation during a step only, because the situation counts the actor. */
#include "replay/situation.h"

#include "base/heap.h"
#include "replay/actor.h"
#include "replay/cell.h"
#include "replay/clock.h"
#include "replay/lockset.h"

/* Lent locks may have been released meanwhile by whoever lent them. */
static bool is_present(const struct situation *situation, const struct actor *actor)
{
    return situation->clock == actor->clock && situation->epoch == actor->epoch &&
           situation->slot == actor->slot && situation->step == actor->step &&
           situation->reopened == actor->reopened && situation->locks == actor->locks &&
           situation->entry_locks == actor->entry_locks && actor->lent_locks == NULL;
}

struct situation *situation_of(struct cell_table *cells, struct actor *actor)
{
    if (actor->situation != NULL && is_present(actor->situation, actor))
        return actor->situation;
    struct lockset *locks;
    if (lockset_held(&locks, actor->locks, actor->lent_locks) != STATUS_OK)
        return NULL;
    struct situation *situation = heap_take(cells->heap, sizeof *situation);
    if (situation == NULL) {
        lockset_release(locks);
        return NULL;
    }
    *situation = (struct situation){
        .references = 1,
        .asking = 1,
        .slot = actor->slot,
        .epoch = actor->epoch,
        .actor = actor_retain(actor),
        .step = actor->step,
        .reopened = actor->reopened,
        .clock = clock_retain(actor->clock),
        .locks = locks,
        .entry_locks = lockset_retain(actor->entry_locks),
    };
    situation_release(cells, actor->situation);
    actor->situation = situation;
    return situation;
}

struct situation *situation_of_earlier(struct cell_table *cells, struct actor *actor, uint64_t step)
{
    struct situation *situation = heap_take(cells->heap, sizeof *situation);
    if (situation == NULL)
        return NULL;
    *situation = (struct situation){
        .references = 1,
        .asking = 1,
        .slot = actor->slot,
        .actor = actor_retain(actor),
        .step = step,
        .clock = clock_retain(actor->clock),
    };
    return situation;
}

void situation_rest(struct cell_table *cells, struct situation *situation)
{
    if (--situation->asking > 0)
        return;
    clock_release(cells->clocks, situation->clock);
    situation->clock = NULL;
}

void situation_release_resting(struct cell_table *cells, struct situation *situation)
{
    if (--situation->references > 0)
        return;
    lockset_release(situation->locks);
    lockset_release(situation->entry_locks);
    lockset_release(situation->step_locks);
    actor_release(situation->actor);
    heap_give(cells->heap, situation, sizeof *situation);
}

void situation_release(struct cell_table *cells, struct situation *situation)
{
    if (situation == NULL)
        return;
    situation_rest(cells, situation);
    situation_release_resting(cells, situation);
}

void situation_leave(struct cell_table *cells, struct actor *actor)
{
    struct situation *situation = actor->situation;
    actor->situation = NULL;
    situation_release(cells, situation);
}
