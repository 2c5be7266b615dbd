/* From window to finding.
 *
 * In: a window, the write that fell or could fall into it. Out: places, names, values and locks in words. */
#include "detect/describe.h"

#include <inttypes.h>

#include "base/buffer.h"
#include "detect/detector.h"
#include "detect/naming.h"

struct finding_place describe_line(const struct replay *replay, uint64_t function, uint64_t line,
                                   uint64_t source)
{
    const struct trace_function *row = trace_function(replay->trace, function);
    struct finding_place place = {
        .line = (uint32_t)line,
        .source = trace_string(replay->trace, source),
    };
    if (row != NULL) {
        place.file = trace_string(replay->trace, row->file);
        place.function = trace_string(replay->trace, row->name);
    }
    return place;
}

static enum finding_lock_kind lock_kind_of(const struct lock *lock)
{
    switch (lock->kind) {
    case LOCK_ASYNCIO:
        return FINDING_LOCK_ASYNCIO;
    case LOCK_ASYNCIO_SEMAPHORE:
        return FINDING_LOCK_ASYNCIO_SEMAPHORE;
    default:
        return FINDING_LOCK_THREADING;
    }
}

static void add_locks(const struct replay *replay, struct arena *arena, const struct lockset *locks,
                      struct finding_place *place)
{
    for (uint32_t i = 0; locks != NULL && i < locks->count && place->lock_count < finding_place_locks_max;
         i++) {
        const struct lock *lock = locks->held[i]->lock;
        if (lock->is_flag)
            continue;
        place->locks[place->lock_count++] = (struct finding_lock){
            .name = naming_object(replay, arena, lock->object),
            .kind = lock_kind_of(lock),
            .permits = lock->permits,
        };
    }
}

struct finding_place describe_site(const struct replay *replay, struct arena *arena,
                                   const struct trace_site *site, uint64_t number, const struct actor *actor,
                                   const struct lockset *locks)
{
    if (site == NULL)
        return (struct finding_place){0};
    struct finding_place place = describe_line(replay, site->function, site->line, site->source);
    place.event = number;
    place.column = site->column;
    place.end_line = site->end_line;
    place.end_column = site->end_column;
    if (actor != NULL)
        place.actor = naming_actor(replay, arena, actor);
    add_locks(replay, arena, locks, &place);
    return place;
}

struct finding_place describe_location(const struct replay *replay, struct arena *arena,
                                       const char *operation, struct text operand, uint32_t line,
                                       uint64_t number, const struct actor *actor,
                                       const struct lockset *locks)
{
    struct buffer source;
    buffer_init(&source);
    buffer_add_format(&source, "%s(", operation);
    buffer_add(&source, operand);
    buffer_add_format(&source, ")|%" PRIu32, line);
    struct finding_place place = {
        .line = line,
        .event = number,
        .is_location = true,
        .source = buffer_move(&source, arena),
        .actor = naming_actor(replay, arena, actor),
    };
    add_locks(replay, arena, locks, &place);
    return place;
}

struct finding_place describe_acquisition(const struct replay *replay, struct arena *arena,
                                          const struct acquisition *acquisition, const struct actor *actor,
                                          const struct lockset *locks)
{
    if (!acquisition->is_located)
        return describe_site(replay, arena, acquisition->acquired_at, acquisition->since, actor, locks);
    return describe_location(replay, arena, "acq", naming_object(replay, arena, acquisition->lock->object),
                             acquisition->location, acquisition->since, actor, locks);
}

/* The await that ended the step of the read, or, when the act is in another actor, the place where that one was made. */
static struct finding_place opened_by(const struct replay *replay, struct arena *arena,
                                      const struct window *window)
{
    const struct read *read = window->read;
    if (read->suspended != NULL)
        return describe_site(replay, arena, read->suspended, read->suspended_number, NULL, NULL);
    const struct activation *activation = read->activation;
    while (activation != NULL && activation->is_left)
        activation = activation->caller;
    if (activation != NULL && activation->await_site != NULL)
        return describe_site(replay, arena, activation->await_site, activation->await_number, NULL, NULL);
    if (window->actor == read->at->actor)
        return (struct finding_place){0};
    return describe_site(replay, arena, window->actor->made_at, window->actor->made, NULL, NULL);
}

void describe(const struct replay *replay, struct arena *arena, const struct window *window,
              const struct write *rival, enum finding_status status, struct finding *out)
{
    const struct read *read = window->read;
    *out = (struct finding){
        .kind = window->detector->kind,
        .form = window->detector->form,
        .status = status,
        .confidence = window->confidence,
        .count = 1,
        .order = window->act_number,
        .first = describe_site(replay, arena, read->site, read->number, read->at->actor,
                               situation_read_locks(read->at)),
        .other = describe_site(replay, arena, rival->site, rival->number, rival->at->actor, rival->at->locks),
        .last = describe_site(replay, arena, window->act_site, window->act_number, window->actor,
                              window->act_locks),
        .values =
            {
                .read = naming_value(replay, arena, read->cell->key, read->value),
                .other = naming_value(replay, arena, read->cell->key, rival->value),
                .written = window->is_write
                               ? naming_value(replay, arena, window->act_cell->key, window->written)
                               : TEXT_NONE,
            },
        .between_threads = window_crosses_threads(window, rival),
        .every_run = status == FINDING_OBSERVED && window_inevitable(window, rival),
        .released_between = lockset_share(situation_read_locks(read->at), window->act_locks, true),
        .lock_in_vain = lockset_share(situation_read_locks(read->at), window->act_locks, false) ||
                        lockset_share(situation_read_locks(read->at), rival->at->locks, false),
        .act_is_use = !window->is_write,
        .acts_on_other_cell = window->act_cell != read->cell,
    };
    naming_cell(replay, arena, read->cell, &out->cell);
    if (window->opening != WINDOW_ATOMIC)
        out->window = opened_by(replay, arena, window);
}
