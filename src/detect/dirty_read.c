/* Dirty reads.
 *
 * In: uses of a cell that a running function of somebody else has emptied (set to None, deleted, cleared, given a new object)
 * in an earlier step, and that function's next write. Out: findings. What must hold: the cell held something before and
 * holds something again after, so that what was used is a state that was never meant to be seen. Flags and numbers are left
 * out: each step leaves those right. So are whoever looked first, and what a loop writes round by round. Medium at most,
 * and only what was observed. */
#include "detect/dirty_read.h"

#include <stdlib.h>
#include <string.h>

#include "detect/describe.h"
#include "detect/naming.h"

enum { uses_max = 64 };

/* What somebody used while a function had emptied it. */
struct use {
    struct read *emptied;  /* counted: the write that emptied it */
    uint32_t function;     /* the function that did, */
    uint64_t entered;      /* in the step in which it was called */
    struct actor *actor;   /* counted: who used it */
    struct lockset *locks; /* counted */
    const struct trace_site *site;
    uint64_t number; /* of the event */
    uint64_t value;
};

struct dirty_reads {
    uint32_t count;
    struct use uses[uses_max]; /* oldest first */
};

static void remove_use(struct dirty_reads *reads, uint32_t place, struct cell_table *cells)
{
    struct use *use = &reads->uses[place];
    read_release(cells, use->emptied);
    actor_release(use->actor);
    lockset_release(use->locks);
    reads->count--;
    memmove(use, use + 1, (reads->count - place) * sizeof *use);
}

static void *open(void)
{
    return calloc(1, sizeof(struct dirty_reads));
}

static void close(void *state, struct reporter *reporter)
{
    struct dirty_reads *reads = state;
    while (reads->count > 0)
        remove_use(reads, reads->count - 1, &reporter->replay->cells);
    free(reads);
}

/* Whether there is nothing: in a container as a whole, no item. */
static bool is_nothing(const struct cell *cell, uint64_t value)
{
    if (cell->key == 0)
        return cells_value_kind(value) == VALUE_INTEGER && cells_value_rest(value) == 0;
    return cells_value_kind(value) == VALUE_CONSTANT &&
           (cells_value_rest(value) == CONSTANT_NONE || cells_value_rest(value) == CONSTANT_ABSENT);
}

/* Whether the write leaves nothing there, or an object that has taken another's place: an empty dict, say, still to be filled. */
static bool is_provisional(const struct cell *cell, const struct write *write)
{
    bool is_object = cell->key != 0 && cells_value_kind(write->value) == VALUE_OBJECT;
    return (is_object && write->value != write->before) || is_nothing(cell, write->value);
}

/* Whether there is something that is no flag, and no number but a container's length, which is not always known. */
static bool is_something(const struct cell *cell, uint64_t value)
{
    switch (cells_value_kind(value)) {
    case VALUE_UNKNOWN:
        return cell->key == 0;
    case VALUE_CONSTANT:
        return false;
    case VALUE_INTEGER:
        return cell->key == 0 && cells_value_rest(value) != 0;
    default:
        return true;
    }
}

/* The running call that wrote it, or NULL. */
static const struct activation *writing_call(const struct write *write)
{
    const struct activation *call = write->at->actor->top;
    while (call != NULL && (call->function != write->site->function || call->step > write->at->step))
        call = call->caller;
    return call;
}

/* The write after which the cell is empty, or being made anew, by a call that goes on; NULL: none. */
static const struct write *emptying_write(const struct act *act)
{
    for (uint32_t i = act->cell->write_count; i-- > 0;) {
        const struct write *write = &act->cell->writes[i];
        if (write->at->actor != act->actor && is_provisional(act->cell, write) &&
            is_something(act->cell, write->before) && writing_call(write) != NULL)
            return write;
    }
    return NULL;
}

static enum status remember_use(struct dirty_reads *reads, const struct act *act, struct cell_table *cells)
{
    bool is_check = (act->site->flags & SITE_FLAG_CHECK) != 0;
    if (is_check || origin_set_find(&act->dependence->control, act->cell) != NULL)
        return STATUS_OK;
    const struct write *emptied = emptying_write(act);
    if (emptied == NULL)
        return STATUS_OK;
    const struct activation *call = writing_call(emptied);
    if (reads->count == uses_max)
        remove_use(reads, 0, cells);
    struct read *first = read_of_write(cells, act->cell, emptied);
    if (first == NULL)
        return STATUS_NOMEM;
    first->suspended = call->await_site;
    first->suspended_number = call->await_number;
    reads->uses[reads->count++] = (struct use){
        .emptied = first,
        .function = call->function,
        .entered = call->step,
        .actor = actor_retain(act->actor),
        .locks = lockset_retain(act->actor->locks),
        .site = act->site,
        .number = act->number,
        .value = act->value,
    };
    return STATUS_OK;
}

static enum status report(struct reporter *reporter, const struct use *use, const struct act *act)
{
    const struct replay *replay = reporter->replay;
    struct arena *arena = &reporter->arena;
    const struct read *emptied = use->emptied;
    struct finding finding = {
        .kind = FINDING_DIRTY_READ,
        .status = FINDING_OBSERVED,
        .confidence = FINDING_MEDIUM,
        .count = 1,
        .order = act->number,
        .first = describe_site(replay, arena, emptied->site, emptied->number, emptied->at->actor,
                               situation_read_locks(emptied->at)),
        .window = describe_site(replay, arena, emptied->suspended, emptied->suspended_number, NULL, NULL),
        .other = describe_site(replay, arena, use->site, use->number, use->actor, use->locks),
        .last = describe_site(replay, arena, act->site, act->number, act->actor, act->actor->locks),
        .values = {.read = naming_value(replay, arena, act->cell->key, emptied->value),
                   .other = naming_value(replay, arena, act->cell->key, use->value),
                   .written = naming_value(replay, arena, act->cell->key, act->value)},
        .between_threads = actor_domain(use->actor) != actor_domain(act->actor),
    };
    naming_cell(replay, arena, act->cell, &finding.cell);
    return reporter_add(reporter, &finding);
}

static bool is_filled_again(const struct use *use, const struct act *act)
{
    return use->emptied->cell == act->cell && use->emptied->at->actor == act->actor &&
           use->function == act->activation->function && use->entered == act->activation->step &&
           use->emptied->at->step != act->actor->step && is_something(act->cell, act->value) &&
           (act->site != use->emptied->site || is_nothing(act->cell, use->emptied->value));
}

static enum status on_act(void *state, const struct act *act, struct reporter *reporter)
{
    struct dirty_reads *reads = state;
    if (act->is_passing)
        return STATUS_OK;
    if (!act->is_write)
        return remember_use(reads, act, &reporter->replay->cells);
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < reads->count && status == STATUS_OK;) {
        if (!is_filled_again(&reads->uses[i], act)) {
            i++;
            continue;
        }
        status = report(reporter, &reads->uses[i], act);
        remove_use(reads, i, &reporter->replay->cells);
    }
    return status;
}

const struct detector dirty_read = {
    .kind = FINDING_DIRTY_READ,
    .open = open,
    .close = close,
    .act = on_act,
};
