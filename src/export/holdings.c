/* Who holds which lock, from when to when.
 *
 * In: acquire and release. Out: for each lock a lane with a slice for each time that it was held, named after who held it. Locks of one name (one
 * for each account, say) share lanes: as many as were ever held at the same time.
 *
 * Must hold: holdings of one lane never overlap; there is a bound to lanes, and what is not drawn is counted. */
#include "export/exporter.h"

enum { rows_max = 512, rows_of_name_max = 64 };

static uint64_t hash_of(struct text text)
{
    uint64_t hash = text.length;
    for (size_t i = 0; i < text.length; i++)
        hash = map_mix(hash, (unsigned char)text.bytes[i]);
    return hash;
}

/* "lock Cache._lock" */
static uint64_t new_track(struct exporter *exporter, struct text lock)
{
    struct buffer name;
    buffer_init(&name);
    buffer_add_string(&name, "lock ");
    buffer_add(&name, lock);
    uint64_t track =
        exporter_track(exporter, EXPORT_LANE, 0, 0, buffer_text(&name), "who holds it, from when to when");
    exporter_drop(exporter, &name);
    return track;
}

/* 1 + index of a new row; 0: there are too many. */
static uint32_t new_row(struct exporter *exporter, struct text name, uint64_t hash, uint32_t first)
{
    struct holdings *holdings = &exporter->holdings;
    if (holdings->rows.count >= rows_max)
        return 0;
    struct lock_row row = {
        .name = arena_text(&holdings->arena, name),
        .next_like = first,
        .track = new_track(exporter, name),
    };
    if (row.name.bytes == NULL || VECTOR_PUSH(&holdings->rows, row) != STATUS_OK ||
        map_put(&holdings->rows_by_name, hash, holdings->rows.count) != STATUS_OK) {
        exporter_fail(exporter, STATUS_NOMEM);
        return 0;
    }
    return (uint32_t)holdings->rows.count;
}

/* 1 + index of a row of that name that is not taken; 0: there is none, and no room for one more. */
static uint32_t free_row(struct exporter *exporter, struct text name)
{
    struct holdings *holdings = &exporter->holdings;
    uint64_t hash = hash_of(name), first = 0;
    size_t count = 0;
    map_get(&holdings->rows_by_name, hash, &first);
    for (uint32_t i = (uint32_t)first; i != 0; i = holdings->rows.items[i - 1].next_like) {
        if (!text_equal(holdings->rows.items[i - 1].name, name) || ++count > rows_of_name_max)
            return 0;
        if (!holdings->rows.items[i - 1].is_taken)
            return i;
    }
    return new_row(exporter, name, hash, (uint32_t)first);
}

/* 1 + index of room for a holding; 0: no memory. */
static uint32_t add_holding(struct exporter *exporter)
{
    struct holdings *holdings = &exporter->holdings;
    struct holding *added;
    if (holdings->free.count > 0)
        return holdings->free.items[--holdings->free.count];
    if (VECTOR_ADD(&holdings->open, &added) == STATUS_OK)
        return (uint32_t)holdings->open.count;
    exporter_fail(exporter, STATUS_NOMEM);
    return 0;
}

void holdings_acquire(struct exporter *exporter, const struct event *event)
{
    const struct export_actor *actor = actors_running(exporter, event->thread);
    struct holdings *holdings = &exporter->holdings;
    if (actor == NULL || exporter->sink == NULL)
        return;
    struct buffer name;
    buffer_init(&name);
    exporter_object_name(exporter, event->field[0], &name);
    uint32_t row = free_row(exporter, name.length != 0 ? buffer_text(&name) : TEXT("without a name"));
    exporter_drop(exporter, &name);
    holdings->untold += row == 0;
    uint32_t index = row == 0 ? 0 : add_holding(exporter);
    if (index == 0)
        return;
    uint64_t *latest = map_entry(&holdings->by_lock, event->field[0], NULL);
    if (latest == NULL) {
        exporter_fail(exporter, STATUS_NOMEM);
        return;
    }
    holdings->rows.items[row - 1].is_taken = true;
    holdings->open.items[index - 1] = (struct holding){
        .lock = event->field[0],
        .actor = actor->number,
        .name = actor->name,
        .from = exporter_at(event->number),
        .site = event->kind == EVENT_ACQUIRE ? event->field[1] : 0,
        .line = event->kind == EVENT_ACQUIRE ? 0 : event->field[1],
        .row = row - 1,
        .next = (uint32_t)*latest,
    };
    *latest = index;
}

static void tell_holding(struct exporter *exporter, const struct holding *holding, uint64_t at)
{
    struct lock_row *row = &exporter->holdings.rows.items[holding->row];
    struct buffer number;
    buffer_init(&number);
    struct export_mark mark = {
        .track = row->track,
        .from = holding->from,
        .to = at,
        .category = EXPORT_LOCK,
        .name = {exporter_actor_name(exporter, holding->name, holding->actor, &number), false},
        .place = exporter_site(exporter, holding->site),
    };
    exporter_add_text(&mark, "lock", row->name, true);
    exporter_add_number(&mark, "object", holding->lock);
    if (holding->line != 0)
        exporter_add_number(&mark, "location", holding->line);
    exporter_tell(exporter, &mark);
    row->is_taken = false;
    exporter_drop(exporter, &number);
}

/* Ends the holding that the link leads to, 1 + index, and takes it out of its list. */
static void end_holding(struct exporter *exporter, uint32_t index, uint64_t at)
{
    struct holdings *holdings = &exporter->holdings;
    tell_holding(exporter, &holdings->open.items[index - 1], at);
    if (VECTOR_PUSH(&holdings->free, index) != STATUS_OK)
        exporter_fail(exporter, STATUS_NOMEM);
}

/* Of what the actor holds the latest; or, where somebody else gives back a permit, what was taken last. */
void holdings_release(struct exporter *exporter, const struct event *event)
{
    const struct export_actor *actor = actors_running(exporter, event->thread);
    struct holdings *holdings = &exporter->holdings;
    uint64_t *latest = map_find(&holdings->by_lock, event->field[0]);
    if (latest == NULL)
        return;
    uint32_t before = 0, index = (uint32_t)*latest;
    while (index != 0 && actor != NULL && holdings->open.items[index - 1].actor != actor->number) {
        before = index;
        index = holdings->open.items[index - 1].next;
    }
    if (index == 0) {
        before = 0;
        index = (uint32_t)*latest;
    }
    uint32_t next = holdings->open.items[index - 1].next;
    if (before != 0)
        holdings->open.items[before - 1].next = next;
    else
        *latest = next;
    if (*latest == 0)
        map_remove(&holdings->by_lock, event->field[0], NULL);
    end_holding(exporter, index, exporter_after(event->number));
}

void holdings_cut(struct exporter *exporter, uint64_t at)
{
    struct holdings *holdings = &exporter->holdings;
    size_t cursor = 0;
    uint64_t lock, index;
    while (map_next(&holdings->by_lock, &cursor, &lock, &index))
        for (uint32_t i = (uint32_t)index; i != 0; i = holdings->open.items[i - 1].next)
            end_holding(exporter, i, at);
    map_clear(&holdings->by_lock);
}

void holdings_end(struct exporter *exporter)
{
    struct holdings *holdings = &exporter->holdings;
    map_fini(&holdings->by_lock);
    map_fini(&holdings->rows_by_name);
    VECTOR_FINI(&holdings->open);
    VECTOR_FINI(&holdings->free);
    VECTOR_FINI(&holdings->rows);
    arena_fini(&holdings->arena);
}
