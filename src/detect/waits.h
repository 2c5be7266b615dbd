/* Who waits now for an event, a condition or a future, and since when. */
#ifndef STALEREAD_DETECT_WAITS_H
#define STALEREAD_DETECT_WAITS_H

#include "base/map.h"
#include "detect/looks.h"
#include "finding/finding.h"
#include "replay/replay.h"

/* What the wake-up was lost to. */
struct loss {
    enum finding_form form; /* FINDING_FORM_ONLY: to nothing that is known */
    struct actor *actor;    /* counted: who did it */
    const struct trace_site *site;
    uint64_t number; /* of the event */
    uint64_t place;  /* of what was replaced: where it was kept */
};

struct wait {
    struct actor *actor;   /* counted; of a task that does nothing but wait, the one that made it */
    struct object *object; /* counted */
    const struct trace_site *site;
    uint64_t number; /* of the event */
    uint64_t step;   /* the actor's, in which it began */
    bool is_told;    /* the future was completed, the waiter has not gone on yet */
    bool is_older;   /* it began before the trace: what was checked before it is not known */
    uint32_t slot;
    uint32_t epoch;
    struct clock *clock; /* counted: what the actor knew of others when it began to wait */
    struct looks looks;  /* what it looked at in the step in which it began */
    struct loss loss;
};

enum { waits_kept_min = 256 }; /* fewer are not worth looking through for what is over */

struct waits {
    struct cell_table *cells;
    size_t count_max;  /* with more, it is time to look through them */
    struct map table;  /* runner and object, mixed -> struct wait */
    struct map counts; /* number of an object -> how many wait for it */
};

void waits_init(struct waits *waits);
void waits_fini(struct waits *waits);

/* On whose behalf the moment's actor waits, or has waited. */
struct actor *waits_actor(const struct moment *moment);

/* Begins the wait that the moment tells of. What the same actor waited for before, where no end of it is told, is taken out with
 * waits_end first. NULL: no memory. */
struct wait *waits_begin(struct waits *waits, const struct moment *moment) WARN_UNUSED;

/* Takes out the wait that the moment ends, or that must be over because another one begins, for the caller to free; NULL: not known
 * to have begun. */
struct wait *waits_end(struct waits *waits, const struct moment *moment);
void waits_free(struct waits *waits, struct wait *wait);

/* What the wait is lost to, in place of what was told before. */
void waits_lose(struct wait *wait, enum finding_form form, struct actor *actor, const struct trace_site *site,
                uint64_t number);

/* Whether a wait for a future is over, though nothing was told. */
bool waits_is_over(const struct wait *wait);

/* Takes out one wait for a future that is over, for the caller to free; the table is looked through from *cursor on, 0 at first.
 * NULL: there are no more, and the next time to look is set. */
struct wait *waits_take_over(struct waits *waits, size_t *cursor);

/* How many wait for the object of that number. */
uint64_t waits_count(const struct waits *waits, uint64_t object);

/* Visits the waits for the object, or all where the number is 0: start with *cursor = 0, until it returns NULL. */
struct wait *waits_next(const struct waits *waits, uint64_t object, size_t *cursor);

#endif
