/* In: the payload of an events frame. Out: its events, one by one.
 * Must hold: memory is in proportion to the payload's bytes (each event has one in the kind column); a batch that did
 * not decode is empty. */
#include "trace/batch.h"

#include "base/limits.h"
#include "trace/columns.h"

void batch_init(struct batch *batch)
{
    *batch = (struct batch){.next = 0};
}

void batch_fini(struct batch *batch)
{
    VECTOR_FINI(&batch->events);
    VECTOR_FINI(&batch->values);
    batch_init(batch);
}

void batch_clear(struct batch *batch)
{
    batch->events.count = batch->next = batch->event_count = 0;
    batch->lost_events = 0;
}

/* Room for every event, and for every field of every event that we know, and the threads before them. */
static enum status make_room(struct batch *batch, const size_t counts[batch_kinds], size_t event_count)
{
    size_t value_count = event_count;
    for (unsigned kind = 0; kind < batch_kinds; kind++) {
        const struct event_kind_info *info = event_kinds_info((uint8_t)kind);
        batch->groups[kind] = (struct batch_group){.info = info};
        if (info != NULL)
            value_count += counts[kind] * info->field_count;
    }
    if (VECTOR_RESERVE(&batch->values, value_count + 1) != STATUS_OK ||
        VECTOR_RESERVE(&batch->events, event_count + 1) != STATUS_OK)
        return STATUS_NOMEM;
    return STATUS_OK;
}

static bool load_threads(struct batch *batch, struct bytes_cursor *cursor, size_t event_count)
{
    uint64_t *threads = batch->values.items;
    if (!columns_decode(cursor, event_count, threads, 1))
        return false;
    for (size_t i = 0; i < event_count; i++)
        if (threads[i] >= trace_threads_max)
            return false;
    return true;
}

/* A field that the frame lacks. */
static void leave_out(uint64_t *values, size_t count, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        values[i * stride] = 0;
}

/* One kind's columns. A field that the frame lacks is 0, one that we do not know is passed over. */
static bool load_group(struct batch_group *group, struct bytes_cursor *cursor, size_t count, uint64_t *rows)
{
    uint8_t field_count;
    if (!bytes_take_u8(cursor, &field_count))
        return false;
    size_t known = group->info != NULL ? group->info->field_count : 0;
    group->rows = rows;
    for (size_t field = 0; field < field_count; field++)
        if (!columns_decode(cursor, count, field < known ? rows + field : NULL, known))
            return false;
    for (size_t field = field_count; field < known; field++)
        leave_out(rows + field, count, known);
    return true;
}

/* Every kind that occurs, ascending, each once. */
static bool load_groups(struct batch *batch, struct bytes_cursor *cursor, const size_t counts[batch_kinds],
                        size_t event_count)
{
    uint64_t *rows = batch->values.items + event_count;
    for (unsigned kind = 0; kind < batch_kinds; kind++) {
        uint8_t given;
        struct batch_group *group = &batch->groups[kind];
        if (counts[kind] == 0)
            continue;
        if (!bytes_take_u8(cursor, &given) || given != kind || !load_group(group, cursor, counts[kind], rows))
            return false;
        if (group->info != NULL)
            rows += counts[kind] * group->info->field_count;
    }
    return true;
}

/* The events in the order in which they happened, each with its row. */
static void line_up(struct batch *batch, const unsigned char *kinds, size_t event_count, bool is_state)
{
    const uint64_t *threads = batch->values.items;
    const uint64_t *rows[batch_kinds];
    struct event *event = batch->events.items;
    for (unsigned kind = 0; kind < batch_kinds; kind++)
        rows[kind] = batch->groups[kind].rows;
    for (size_t i = 0; i < event_count; i++) {
        const struct event_kind_info *info = batch->groups[kinds[i]].info;
        if (info == NULL)
            continue;
        *event++ = (struct event){.field = rows[kinds[i]],
                                  .number = i,
                                  .thread = (uint32_t)threads[i],
                                  .kind = kinds[i],
                                  .field_count = info->field_count,
                                  .is_state = is_state,
                                  .shows_later = true};
        if (kinds[i] == EVENT_LOST)
            batch->lost_events += rows[kinds[i]][0];
        rows[kinds[i]] += info->field_count;
    }
    batch->events.count = (size_t)(event - batch->events.items);
    batch->event_count = event_count;
    for (size_t i = 1; i <= event_foresight && i <= batch->events.count; i++)
        batch->events.items[batch->events.count - i].shows_later = false;
}

enum status batch_load(struct batch *batch, const unsigned char *payload, size_t payload_bytes,
                       size_t event_count, bool is_state)
{
    struct bytes_cursor cursor = bytes_cursor(payload, payload_bytes);
    size_t counts[batch_kinds] = {0};
    batch_clear(batch);
    const unsigned char *kinds = bytes_take(&cursor, event_count);
    if (kinds == NULL)
        return STATUS_BAD_INPUT;
    for (size_t i = 0; i < event_count; i++)
        counts[kinds[i]]++;
    if (make_room(batch, counts, event_count) != STATUS_OK)
        return STATUS_NOMEM;
    if (!load_threads(batch, &cursor, event_count) || !load_groups(batch, &cursor, counts, event_count))
        return STATUS_BAD_INPUT;
    line_up(batch, kinds, event_count, is_state);
    return STATUS_OK;
}
