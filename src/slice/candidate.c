/* In: pieces, and which of them are kept. Out: events.
 * Must hold: no event refers to what is not there; what begins, ends, unless the trace never saw it end, or its actor does nothing more. */
#include "slice/candidate.h"

#include <stdlib.h>
#include <string.h>

#include "slice/references.h"

/* ---- links ---- */

static enum status note_declaration(struct candidate *candidate, size_t index)
{
    const struct record *event = &candidate->pieces->all.items[index].event;
    struct map *const maps[] = {
        [EVENT_ACTOR] = &candidate->actors, [EVENT_OBJECT] = &candidate->objects,
        [EVENT_LOCK] = &candidate->locks,   [EVENT_KEY] = &candidate->keys,
        [EVENT_VALUE] = &candidate->values, [EVENT_LOOP] = &candidate->loops,
    };
    struct map *map = event->kind < sizeof maps / sizeof *maps ? maps[event->kind] : NULL;
    if (map == NULL || map_get(map, event->field[0], NULL))
        return STATUS_OK;
    return map_put(map, event->field[0], index);
}

static size_t declaration(const struct map *map, uint64_t number)
{
    uint64_t index = PIECE_NONE;
    map_get(map, number, &index);
    return index;
}

static enum status number_actor(struct candidate *candidate, struct map *numbers, uint64_t actor, size_t *out)
{
    bool added;
    uint64_t *number = map_entry(numbers, actor, &added);
    if (number == NULL)
        return STATUS_NOMEM;
    if (added)
        *number = candidate->actor_count++;
    *out = *number;
    return STATUS_OK;
}

static enum status link_all(struct candidate *candidate, struct map *numbers)
{
    const struct pieces *pieces = candidate->pieces;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < pieces->all.count && status == STATUS_OK; i++) {
        const struct piece *piece = &pieces->all.items[i];
        struct candidate_links *links = &candidate->links[i];
        *links = (struct candidate_links){.step = pieces_find(pieces, piece->step),
                                          .base = pieces_find(pieces, piece->base),
                                          .call = pieces_find(pieces, piece->call),
                                          .opener = pieces_find(pieces, piece->opener)};
        status = number_actor(candidate, numbers, piece->actor, &links->actor);
        if (status == STATUS_OK)
            status = note_declaration(candidate, i);
    }
    return status;
}

enum status candidate_init(struct candidate *candidate, const struct pieces *pieces)
{
    size_t count = pieces->all.count + 1;
    struct map numbers;
    *candidate = (struct candidate){.pieces = pieces};
    candidate->links = calloc(count, sizeof *candidate->links);
    candidate->is_in = calloc(count, 1);
    candidate->is_bare = calloc(count, 1);
    candidate->call_last = calloc(count, sizeof *candidate->call_last);
    if (candidate->links == NULL || candidate->is_in == NULL || candidate->is_bare == NULL ||
        candidate->call_last == NULL)
        return STATUS_NOMEM;
    map_init(&numbers);
    enum status status = link_all(candidate, &numbers);
    map_fini(&numbers);
    candidate->actor_last = calloc(candidate->actor_count + 1, sizeof *candidate->actor_last);
    return candidate->actor_last == NULL ? STATUS_NOMEM : status;
}

void candidate_fini(struct candidate *candidate)
{
    struct map *const maps[] = {&candidate->actors, &candidate->objects,  &candidate->locks,
                                &candidate->keys,   &candidate->values,   &candidate->loops,
                                &candidate->sent,   &candidate->received, &candidate->begun,
                                &candidate->threads};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        map_fini(maps[i]);
    free(candidate->links);
    free(candidate->is_in);
    free(candidate->is_bare);
    free(candidate->actor_last);
    free(candidate->call_last);
    VECTOR_FINI(&candidate->waiting);
    VECTOR_FINI(&candidate->events);
    *candidate = (struct candidate){.pieces = NULL};
}

/* ---- what is in ---- */

static const struct piece *piece_at(const struct candidate *candidate, size_t index)
{
    return &candidate->pieces->all.items[index];
}

/* Whether the event is nothing without the call that it belongs to. */
static bool needs_call(const struct piece *piece)
{
    switch (piece->event.kind) {
    case EVENT_READ:
    case EVENT_WRITE:
    case EVENT_AWAIT:
    case EVENT_ACTOR:
        return true;
    default:
        return false;
    }
}

static enum status put_in(struct candidate *candidate, size_t index)
{
    if (index == PIECE_NONE || candidate->is_in[index])
        return STATUS_OK;
    candidate->is_in[index] = 1;
    return VECTOR_PUSH(&candidate->waiting, index);
}

/* One that is not there by itself is declared before everything: then nobody is taken for its maker. */
static enum status put_in_actor(struct candidate *candidate, uint64_t number)
{
    size_t index = declaration(&candidate->actors, number);
    if (index == PIECE_NONE || candidate->is_in[index])
        return STATUS_OK;
    candidate->is_bare[index] = 1;
    return put_in(candidate, index);
}

static bool is_about_lock(const struct record *event)
{
    switch (event->kind) {
    case EVENT_ACQUIRE:
    case EVENT_RELEASE:
    case EVENT_ACQUIRE_AT:
    case EVENT_RELEASE_AT:
        return true;
    default:
        return false;
    }
}

/* Whether the actor that it refers to has to be there before it. */
static bool needs_actor(const struct record *event)
{
    return event->kind != EVENT_ACTOR && event->kind != EVENT_ABANDONED;
}

/* Whose needs are looked at. */
struct needing {
    struct candidate *candidate;
    const struct record *event;
};

static enum status put_in_object(const struct needing *needing, uint64_t number)
{
    struct candidate *candidate = needing->candidate;
    enum status status = put_in(candidate, declaration(&candidate->objects, number));
    if (status == STATUS_OK && is_about_lock(needing->event))
        status = put_in(candidate, declaration(&candidate->locks, number));
    return status;
}

static enum status put_in_reference(void *context, enum reference reference, uint64_t number)
{
    const struct needing *needing = context;
    struct candidate *candidate = needing->candidate;
    switch (reference) {
    case REFERENCE_ACTOR:
        return needs_actor(needing->event) ? put_in_actor(candidate, number) : STATUS_OK;
    case REFERENCE_LOOP:
        return put_in(candidate, declaration(&candidate->loops, number));
    case REFERENCE_OBJECT:
        return put_in_object(needing, number);
    case REFERENCE_KEY:
        return put_in(candidate, declaration(&candidate->keys, number));
    case REFERENCE_VALUE:
        return put_in(candidate, declaration(&candidate->values, number));
    default:
        return STATUS_OK;
    }
}

static enum status put_in_needs(struct candidate *candidate, size_t index)
{
    const struct piece *piece = piece_at(candidate, index);
    const struct candidate_links *links = &candidate->links[index];
    struct needing needing = {candidate, &piece->event};
    enum status status = STATUS_OK;
    if (piece_happens(piece) && !candidate->is_bare[index]) {
        status = put_in(candidate, links->step);
        if (status == STATUS_OK)
            status = put_in(candidate, links->base);
        if (status == STATUS_OK && needs_call(piece))
            status = put_in(candidate, links->call);
    }
    return status == STATUS_OK ? references_of(&piece->event, put_in_reference, &needing) : status;
}

static enum status settle(struct candidate *candidate)
{
    enum status status = STATUS_OK;
    while (candidate->waiting.count > 0 && status == STATUS_OK)
        status = put_in_needs(candidate, candidate->waiting.items[--candidate->waiting.count]);
    return status;
}

static void begin_anew(struct candidate *candidate)
{
    memset(candidate->is_in, 0, candidate->pieces->all.count);
    memset(candidate->is_bare, 0, candidate->pieces->all.count);
    candidate->events.count = candidate->waiting.count = 0;
}

static bool is_name(const struct record *event)
{
    return event->kind == EVENT_KEEP || event->kind == EVENT_LOCAL;
}

/* How objects that are in are called: by what keeps them, which is called by what keeps that. */
static enum status put_in_names(struct candidate *candidate, bool *changed)
{
    enum status status = STATUS_OK;
    *changed = false;
    for (size_t i = 0; i < candidate->pieces->all.count && status == STATUS_OK; i++) {
        const struct record *event = &piece_at(candidate, i)->event;
        if (!is_name(event) || candidate->is_in[i])
            continue;
        size_t object = declaration(&candidate->objects, event->field[0]);
        if (object == PIECE_NONE || !candidate->is_in[object])
            continue;
        *changed = true;
        status = put_in(candidate, i);
    }
    return status == STATUS_OK ? settle(candidate) : status;
}

enum status candidate_complete(struct candidate *candidate, unsigned char *kept)
{
    enum status status = STATUS_OK;
    bool changed = true;
    begin_anew(candidate);
    for (size_t i = 0; i < candidate->pieces->all.count && status == STATUS_OK; i++)
        if (kept[i])
            status = put_in(candidate, i);
    if (status == STATUS_OK)
        status = settle(candidate);
    while (changed && status == STATUS_OK)
        status = put_in_names(candidate, &changed);
    for (size_t i = 0; i < candidate->pieces->all.count; i++)
        kept[i] = piece_at(candidate, i)->role == PIECE_FREE && candidate->is_in[i] && !candidate->is_bare[i];
    return status;
}

/* Whether what a kept piece stands in is not kept, so that the piece goes with it. */
static bool is_swept(const struct candidate *candidate, const unsigned char *kept, size_t index)
{
    const struct piece *piece = piece_at(candidate, index);
    const struct candidate_links *links = &candidate->links[index];
    if (!piece_happens(piece))
        return false;
    if (links->step != PIECE_NONE && !kept[links->step])
        return true;
    return needs_call(piece) && links->call != PIECE_NONE && !kept[links->call];
}

static enum status put_in_kept(struct candidate *candidate, const unsigned char *kept)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < candidate->pieces->all.count && status == STATUS_OK; i++)
        if (piece_at(candidate, i)->role == PIECE_FREE && kept[i] && !is_swept(candidate, kept, i))
            status = put_in(candidate, i);
    return status == STATUS_OK ? settle(candidate) : status;
}

/* ---- what closes ---- */

static void find_last(struct candidate *candidate)
{
    memset(candidate->actor_last, 0, (candidate->actor_count + 1) * sizeof *candidate->actor_last);
    memset(candidate->call_last, 0, candidate->pieces->all.count * sizeof *candidate->call_last);
    for (size_t i = 0; i < candidate->pieces->all.count; i++) {
        const struct candidate_links *links = &candidate->links[i];
        if (!candidate->is_in[i] || candidate->is_bare[i] || !piece_happens(piece_at(candidate, i)))
            continue;
        candidate->actor_last[links->actor] = i + 1;
        if (links->call != PIECE_NONE)
            candidate->call_last[links->call] = i + 1;
    }
}

/* Whether the closer must be there although its step is not: else what comes later would stand in what was over. */
static bool is_missed(const struct candidate *candidate, size_t index)
{
    const struct candidate_links *links = &candidate->links[index];
    switch (piece_at(candidate, index)->event.kind) {
    case EVENT_LEAVE:
    case EVENT_PAUSE:
        return candidate->actor_last[links->actor] > index + 1;
    case EVENT_RESUME:
        return candidate->call_last[links->opener] > index + 1;
    default:
        return true;
    }
}

static enum status put_in_closers(struct candidate *candidate, bool *changed)
{
    enum status status = STATUS_OK;
    *changed = false;
    find_last(candidate);
    for (size_t i = 0; i < candidate->pieces->all.count && status == STATUS_OK; i++) {
        const struct candidate_links *links = &candidate->links[i];
        if (piece_at(candidate, i)->role != PIECE_CLOSER || candidate->is_in[i] ||
            links->opener == PIECE_NONE || !candidate->is_in[links->opener])
            continue;
        bool stands = links->step != PIECE_NONE && candidate->is_in[links->step];
        if (!stands && !is_missed(candidate, i))
            continue;
        *changed = true;
        status = put_in(candidate, i);
        if (status == STATUS_OK)
            status = settle(candidate);
    }
    return status;
}

/* ---- events ---- */

/* What is there only to be received, and what is received only where it was sent. */
static enum status note_tokens(struct candidate *candidate, const struct record *event)
{
    switch (event->kind) {
    case EVENT_SCHEDULE:
    case EVENT_WAKE:
    case EVENT_SEND:
    case EVENT_MERGE:
    case EVENT_SEND_NOW:
    case EVENT_MERGE_NOW:
        return map_put(&candidate->sent, event->field[0], 1);
    case EVENT_RECV:
        return map_put(&candidate->received, event->field[0], 1);
    case EVENT_BEGIN:
        if (map_put(&candidate->begun, event->field[0], 1) != STATUS_OK)
            return STATUS_NOMEM;
        return map_put(&candidate->received, event->field[1], 1);
    default:
        return STATUS_OK;
    }
}

static enum status note_all(struct candidate *candidate)
{
    enum status status = STATUS_OK;
    map_clear(&candidate->sent);
    map_clear(&candidate->received);
    map_clear(&candidate->begun);
    for (size_t i = 0; i < candidate->pieces->all.count && status == STATUS_OK; i++)
        if (candidate->is_in[i])
            status = note_tokens(candidate, &piece_at(candidate, i)->event);
    return status;
}

/* Whether the event says something, as things are. */
static bool tells_something(const struct candidate *candidate, const struct record *event)
{
    switch (event->kind) {
    case EVENT_SCHEDULE:
    case EVENT_WAKE:
    case EVENT_SEND:
    case EVENT_MERGE:
    case EVENT_SEND_NOW:
    case EVENT_MERGE_NOW:
        return map_get(&candidate->received, event->field[0], NULL);
    case EVENT_RECV:
        return map_get(&candidate->sent, event->field[0], NULL);
    case EVENT_RETIRE:
        return map_get(&candidate->sent, event->field[0], NULL) &&
               map_get(&candidate->received, event->field[0], NULL);
    case EVENT_FINISH:
        return map_get(&candidate->begun, event->field[0], NULL);
    default:
        return true;
    }
}

static bool is_declared(const struct candidate *candidate, uint64_t actor)
{
    size_t index = declaration(&candidate->actors, actor);
    return index != PIECE_NONE && candidate->is_in[index];
}

/* References to what is not there. */
static void mend(const struct candidate *candidate, size_t index, struct record *event)
{
    size_t call = candidate->links[index].call;
    if (event->kind == EVENT_BEGIN && !map_get(&candidate->sent, event->field[1], NULL))
        event->field[1] = 0;
    if (event->kind == EVENT_ENTER && (call == PIECE_NONE || !candidate->is_in[call]))
        event->field[1] = 0;
    if (event->kind == EVENT_ACTOR && candidate->is_bare[index])
        event->field[5] = 0;
    if (event->kind == EVENT_ABANDONED && !is_declared(candidate, event->field[5]))
        event->field[5] = 0; /* as if it were over long ago */
}

static enum status add_event(struct candidate *candidate, size_t index)
{
    struct record event = piece_at(candidate, index)->event;
    mend(candidate, index, &event);
    return VECTOR_PUSH(&candidate->events, event);
}

/* Loops, the latest time before the first that happens, and actors of which it is left open who made them. */
static enum status add_front(struct candidate *candidate)
{
    size_t count = candidate->pieces->all.count, clock = PIECE_NONE, first = 0;
    enum status status = STATUS_OK;
    while (first < count && !(candidate->is_in[first] && piece_happens(piece_at(candidate, first)) &&
                              !candidate->is_bare[first]))
        first++;
    for (size_t i = 0; i < first; i++)
        if (piece_at(candidate, i)->role == PIECE_CLOCK)
            clock = i;
    if (clock != PIECE_NONE)
        status = add_event(candidate, clock);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (candidate->is_in[i] && piece_at(candidate, i)->event.kind == EVENT_LOOP)
            status = add_event(candidate, i);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (candidate->is_in[i] && candidate->is_bare[i])
            status = add_event(candidate, i);
    return status;
}

/* A gap between two events that happen stays one, whatever it came from. */
static enum status add_gap(struct candidate *candidate, const struct record *event)
{
    uint64_t lost = event->kind == EVENT_LOST  ? event->field[0]
                    : event->kind == EVENT_GAP ? event->field[gap_field_events]
                                               : 0;
    const struct record gap = {.kind = EVENT_LOST, .field = {lost == 0 ? 1 : lost}};
    return VECTOR_PUSH(&candidate->events, gap);
}

static enum status add_rest(struct candidate *candidate)
{
    size_t gap = PIECE_NONE;
    bool has_happened = false;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < candidate->pieces->all.count && status == STATUS_OK; i++) {
        const struct piece *piece = piece_at(candidate, i);
        if (piece->role == PIECE_GAP && has_happened)
            gap = i;
        if (!candidate->is_in[i] || candidate->is_bare[i] || piece->event.kind == EVENT_LOOP ||
            !tells_something(candidate, &piece->event))
            continue;
        if (piece_happens(piece)) {
            has_happened = true;
            if (gap != PIECE_NONE)
                status = add_gap(candidate, &piece_at(candidate, gap)->event);
            gap = PIECE_NONE;
        }
        if (status == STATUS_OK)
            status = add_event(candidate, i);
    }
    return status;
}

/* Whether the event may be told on any thread. */
static bool is_merely_told(const struct record *event)
{
    switch (event->kind) {
    case EVENT_OBJECT:
    case EVENT_LOCK:
    case EVENT_KEEP:
    case EVENT_LOCAL:
    case EVENT_DROP:
    case EVENT_KEY:
    case EVENT_VALUE:
    case EVENT_LOOP:
    case EVENT_CLOCK:
    case EVENT_LOST:
        return true;
    default:
        return false;
    }
}

/* What is merely told is told by whoever comes next; and threads are numbered in the order in which they appear. */
static enum status number_threads(struct candidate *candidate)
{
    uint32_t next = 0;
    for (size_t i = candidate->events.count; i-- > 0;) {
        struct record *event = &candidate->events.items[i];
        if (is_merely_told(event))
            event->thread = next;
        next = event->thread;
    }
    map_clear(&candidate->threads);
    for (size_t i = 0; i < candidate->events.count; i++) {
        bool added;
        uint64_t count = candidate->threads.count;
        uint64_t *thread = map_entry(&candidate->threads, candidate->events.items[i].thread, &added);
        if (thread == NULL)
            return STATUS_NOMEM;
        if (added)
            *thread = count;
        candidate->events.items[i].thread = (uint32_t)*thread;
    }
    return STATUS_OK;
}

/* How things stood comes first, and with it what it is told with. */
static void order_states(struct candidate *candidate)
{
    bool is_state = false;
    for (size_t i = candidate->events.count; i-- > 0;) {
        struct record *event = &candidate->events.items[i];
        is_state = is_state || (event->is_state && !is_merely_told(event));
        event->is_state = is_state;
    }
}

static void tell_kept(const struct candidate *candidate, unsigned char *kept)
{
    for (size_t i = 0; i < candidate->pieces->all.count; i++) {
        const struct piece *piece = piece_at(candidate, i);
        kept[i] = piece->role == PIECE_FREE && candidate->is_in[i] && !candidate->is_bare[i] &&
                  tells_something(candidate, &piece->event);
    }
}

enum status candidate_make(struct candidate *candidate, unsigned char *kept)
{
    bool changed = true;
    begin_anew(candidate);
    enum status status = put_in_kept(candidate, kept);
    while (status == STATUS_OK && changed)
        status = put_in_closers(candidate, &changed);
    if (status == STATUS_OK)
        status = note_all(candidate);
    if (status == STATUS_OK)
        status = add_front(candidate);
    if (status == STATUS_OK)
        status = add_rest(candidate);
    if (status == STATUS_OK)
        status = number_threads(candidate);
    order_states(candidate);
    tell_kept(candidate, kept);
    return status;
}
