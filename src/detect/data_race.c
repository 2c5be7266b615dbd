/* Data races.
 *
 * In: touches, with the time of their threads. Out: for each touch that races with earlier ones an occurrence, with the latest of
 * them. What must hold: `observed` is exact for each touch: whenever an earlier access of another thread, one of the two a
 * write, does not come before it as this run went, one is reported. Cells keep for that what no later access stands for: as long
 * as there is no race that is one write or read, an epoch as FastTrack (PLDI 2009) has it, and a read of each thread
 * where several read at once. `predicted` looks at a few more: those that only a hand-over of a lock puts in order. */
#include "detect/data_race.h"

#include <stdlib.h>
#include <string.h>

#include "detect/describe.h"
#include "detect/naming.h"

enum {
    /* Touches that later ones stand for, kept for what is predicted of them. */
    covered_max = 6,
    /* Past so many slots no touch keeps its actor's from being used again: clocks that grow with all threads there ever were would cost more
     * than the predictions that are missed then. */
    slots_kept_max = 1024,
};

struct touched {
    uint64_t actor;                /* number */
    uint64_t actor_name;           /* string */
    struct actor *keeper;          /* counted: keeps its slot; NULL: there were many slots */
    struct lockset *locks;         /* counted */
    const struct trace_site *site; /* NULL: a located access */
    uint64_t number;
    uint32_t line;
    uint32_t run_slot;
    uint32_t run_epoch;
    uint32_t slot;
    uint32_t epoch;
    bool is_write;
    bool is_initial;
    bool is_flag;    /* it cannot be seen half done, nor would it be missed: see is_flag */
    bool is_covered; /* whoever races with it as the run went races with a later one, too */
};

struct cell_touches {
    uint32_t count;
    uint32_t capacity;
    uint32_t covered;
    struct touched items[]; /* oldest first */
};

static void touched_release(struct touched *touched)
{
    actor_release(touched->keeper);
    lockset_release(touched->locks);
}

void data_race_forget(struct cell_touches *touches)
{
    for (uint32_t i = 0; i < touches->count; i++)
        touched_release(&touches->items[i]);
    free(touches);
}

/* ---- What order says ---- */

/* Whether the earlier access comes before the touch as this run went. */
static bool is_run_before(const struct touched *earlier, const struct touch *touch)
{
    const struct run_time *time = touch->time;
    return earlier->run_slot == time->slot || earlier->number < time->known_before ||
           clock_get(time->clock, earlier->run_slot) >= earlier->run_epoch;
}

/* Whether it does in every run. (Of a slot that was not kept, and that somebody else has by now, it may be said wrongly: then a
 * prediction is missed.) */
static bool is_always_before(const struct touched *earlier, const struct touch *touch)
{
    return earlier->actor == touch->actor->number || earlier->number < touch->time->known_before ||
           order_before(earlier->slot, earlier->epoch, touch->actor->clock);
}

/* Whether all locks of `less` that keep threads apart are in `more`. */
static bool locks_within(const struct lockset *less, const struct lockset *more)
{
    for (uint32_t i = 0; less != more && less != NULL && i < less->count; i++)
        if (lock_excludes(less->held[i]->lock) && !lock_is_asyncio(less->held[i]->lock) &&
            !lockset_holds(more, less->held[i]->lock, NULL))
            return false;
    return true;
}

/* Whether one lock of threads is held at both. */
static bool is_excluded(const struct lockset *one, const struct lockset *other)
{
    for (uint32_t i = 0; one != NULL && other != NULL && i < one->count; i++)
        if (lock_excludes(one->held[i]->lock) && !lock_is_asyncio(one->held[i]->lock) &&
            lockset_holds(other, one->held[i]->lock, NULL))
            return true;
    return false;
}

static bool is_conflict(const struct touched *earlier, const struct touch *touch)
{
    return (earlier->is_write || touch->is_write) && earlier->run_slot != touch->time->slot &&
           !earlier->is_initial;
}

/* ---- How sure ---- */

/* Whether the touch sets or looks at a flag (None, True, False), or fills in what was empty: whoever looks sees nothing, or
 * the whole thing. */
static bool is_flag(const struct touch *touch)
{
    return !touch->is_write || cells_value_kind(touch->value) == VALUE_CONSTANT ||
           (cell_value_empty(touch->before) && cell_value_present(touch->value));
}

static bool is_iterating(const struct trace_site *site)
{
    return site->operation == SITE_ITERATE;
}

/* The interpreter's lock makes each single load, store and method of a container whole. What is left is low: whoever looks at a
 * flag, or at how long a list is, sees it as it was a moment ago, and would with any lock. */
static enum finding_confidence confidence_of(const struct touched *earlier, const struct touch *touch)
{
    if (earlier->site == NULL || touch->site == NULL)
        return FINDING_HIGH;
    if (touch->cell->key == KEY_STRUCTURE)
        return is_iterating(earlier->site) || is_iterating(touch->site) ? FINDING_MEDIUM : FINDING_LOW;
    return earlier->is_flag && is_flag(touch) ? FINDING_LOW : FINDING_MEDIUM;
}

/* ---- Reports ---- */

static struct finding_place place_of(const struct reporter *reporter, struct arena *arena,
                                     const struct trace_site *site, uint64_t number,
                                     const struct actor *actor, const struct lockset *locks, struct text cell,
                                     uint32_t line, bool is_write)
{
    return site != NULL ? describe_site(reporter->replay, arena, site, number, actor, locks)
                        : describe_location(reporter->replay, arena, is_write ? "w" : "r", cell, line, number,
                                            actor, locks);
}

static enum finding_form form_of(const struct touched *earlier, const struct touch *touch)
{
    if (!earlier->is_write)
        return FINDING_FORM_READ_WRITE;
    return touch->is_write ? FINDING_FORM_WRITE_WRITE : FINDING_FORM_WRITE_READ;
}

static enum status report(const struct touched *earlier, const struct touch *touch,
                          enum finding_status finding_status, struct reporter *reporter)
{
    struct finding finding = {
        .kind = FINDING_DATA_RACE,
        .form = form_of(earlier, touch),
        .status = finding_status,
        .confidence = confidence_of(earlier, touch),
        .count = 1,
        .order = touch->number,
        .between_threads = true,
        .act_is_use = !touch->is_write,
    };
    struct arena *arena = &reporter->arena;
    const struct actor one = {.number = earlier->actor, .name = earlier->actor_name};
    naming_cell(reporter->replay, arena, touch->cell, &finding.cell);
    finding.first = place_of(reporter, arena, earlier->site, earlier->number, &one, earlier->locks,
                             finding.cell.text, earlier->line, earlier->is_write);
    finding.last = place_of(reporter, arena, touch->site, touch->number, touch->actor, touch->actor->locks,
                            finding.cell.text, touch->line, touch->is_write);
    finding.other = finding.last;
    return reporter_add(reporter, &finding);
}

/* The latest earlier access that the touch races with; *status tells how. NULL: none. */
static const struct touched *find_rival(const struct cell_touches *touches, const struct touch *touch,
                                        enum finding_status *status)
{
    const struct touched *possible = NULL;
    for (uint32_t i = touches->count; i-- > 0;) {
        const struct touched *earlier = &touches->items[i];
        if (!is_conflict(earlier, touch))
            continue;
        if (!earlier->is_covered && !is_run_before(earlier, touch)) {
            *status = FINDING_OBSERVED;
            return earlier;
        }
        if (possible == NULL && !is_always_before(earlier, touch) &&
            !is_excluded(earlier->locks, touch->actor->locks))
            possible = earlier;
    }
    *status = FINDING_PREDICTED;
    return possible;
}

/* ---- What a cell remembers ---- */

/* Whether nothing is to be asked about the earlier access any more, now that the touch stands for it. */
static bool is_superseded(const struct touched *earlier, const struct touch *touch)
{
    bool is_again = earlier->run_slot == touch->time->slot && earlier->site == touch->site &&
                    earlier->line == touch->line && earlier->is_write == touch->is_write;
    return (is_again || is_always_before(earlier, touch)) &&
           locks_within(touch->actor->locks, earlier->locks);
}

static void drop(struct cell_touches *touches, uint32_t place)
{
    struct touched dropped = touches->items[place];
    touches->count--;
    touches->covered -= dropped.is_covered;
    memmove(&touches->items[place], &touches->items[place + 1],
            (touches->count - place) * sizeof touches->items[0]);
    touched_release(&dropped);
}

/* Drops what the touch stands for altogether, and marks what it stands for as the run went. */
static void thin_out(struct cell_touches *touches, const struct touch *touch)
{
    for (uint32_t i = 0; i < touches->count;) {
        struct touched *earlier = &touches->items[i];
        bool stands = (touch->is_write || !earlier->is_write) &&
                      (!touch->is_initial || earlier->is_initial) &&
                      (earlier->is_covered || is_run_before(earlier, touch));
        if (stands && is_superseded(earlier, touch)) {
            drop(touches, i);
            continue;
        }
        touches->covered += stands && !earlier->is_covered;
        earlier->is_covered |= stands;
        i++;
    }
    for (uint32_t i = 0; touches->covered > covered_max && i < touches->count; i++)
        if (touches->items[i].is_covered)
            drop(touches, i--);
}

static enum status grow(struct cell *cell)
{
    struct cell_touches *touches = cell->touches;
    uint32_t capacity = touches == NULL ? 1 : touches->capacity * 2;
    if (touches != NULL && touches->count < touches->capacity)
        return STATUS_OK;
    struct cell_touches *grown = realloc(touches, sizeof *grown + capacity * sizeof grown->items[0]);
    if (grown == NULL)
        return STATUS_NOMEM;
    if (touches == NULL)
        grown->count = grown->covered = 0;
    grown->capacity = capacity;
    cell->touches = grown;
    return STATUS_OK;
}

static enum status remember(const struct touch *touch, const struct replay *replay)
{
    struct cell *cell = touch->cell;
    bool is_kept = replay->order.slots.items.count <= slots_kept_max;
    if (cell->object->is_dropped)
        return STATUS_OK;
    if (grow(cell) != STATUS_OK)
        return STATUS_NOMEM;
    cell->touches->items[cell->touches->count++] = (struct touched){
        .actor = touch->actor->number,
        .actor_name = touch->actor->name,
        .keeper = is_kept ? actor_retain(touch->actor) : NULL,
        .locks = lockset_retain(touch->actor->locks),
        .site = touch->site,
        .number = touch->number,
        .line = touch->line,
        .run_slot = touch->time->slot,
        .run_epoch = touch->time->epoch,
        .slot = touch->actor->slot,
        .epoch = touch->actor->epoch,
        .is_write = touch->is_write,
        .is_initial = touch->is_initial,
        .is_flag = is_flag(touch),
    };
    return STATUS_OK;
}

/* Whether the cell is part of what threads are kept in order with, and of which they may make any use. */
static bool is_primitive(const struct object *object)
{
    return object->kind == OBJECT_QUEUE || object->kind == OBJECT_EVENT || object->kind == OBJECT_FUTURE ||
           object->kind == OBJECT_LOCK;
}

/* Whether the only touch that is remembered is of the same kind, and by the same actor in the same epoch. */
static bool is_repeated(const struct cell_touches *touches, const struct touch *touch)
{
    const struct touched *last = &touches->items[0];
    return touches->count == 1 && last->actor == touch->actor->number && last->epoch == touch->actor->epoch &&
           last->run_epoch == touch->time->epoch && last->run_slot == touch->time->slot &&
           last->is_write == touch->is_write && last->locks == touch->actor->locks &&
           last->site == touch->site && last->line == touch->line && last->is_initial == touch->is_initial;
}

static enum status touch(void *state, const struct touch *touch, struct reporter *reporter)
{
    (void)state;
    struct cell_touches *touches = touch->cell->touches;
    if (is_primitive(touch->cell->object))
        return STATUS_OK;
    if (touches != NULL && is_repeated(touches, touch)) {
        touches->items[0].is_flag &= is_flag(touch);
        return STATUS_OK;
    }
    enum status status = STATUS_OK;
    if (touches != NULL) {
        enum finding_status finding_status;
        const struct touched *rival = find_rival(touches, touch, &finding_status);
        if (rival != NULL)
            status = report(rival, touch, finding_status, reporter);
        thin_out(touches, touch);
    }
    return status == STATUS_OK ? remember(touch, reporter->replay) : status;
}

const struct detector data_race = {
    .kind = FINDING_DATA_RACE,
    .touch = touch,
};
