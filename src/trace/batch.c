/* In: the payload of an events frame. Out: its events, one by one.
 * Must hold: memory is in proportion to the payload's bytes (each event has one in the kind column); a batch that did
 * not decode is empty. */
#include "trace/batch.h"

#include "base/limits.h"
#include "trace/columns.h"

void batch_init(struct batch *batch)
{
    *batch = (struct batch){.count = 0};
}

void batch_fini(struct batch *batch)
{
    VECTOR_FINI(&batch->values);
    batch_init(batch);
}

/* Room for every field of every event that we know, and the threads before them. */
static enum status make_room(struct batch *batch, const size_t counts[batch_kinds], size_t event_count)
{
    size_t value_count = event_count;
    for (unsigned kind = 0; kind < batch_kinds; kind++) {
        const struct event_kind_info *info = event_kinds_info((uint8_t)kind);
        batch->groups[kind] = (struct batch_group){.info = info};
        if (info != NULL)
            value_count += counts[kind] * info->field_count;
    }
    if (VECTOR_RESERVE(&batch->values, value_count + 1) != STATUS_OK)
        return STATUS_NOMEM;
    batch->threads = batch->values.items;
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

enum status batch_load(struct batch *batch, const unsigned char *payload, size_t payload_bytes,
                       size_t event_count)
{
    struct bytes_cursor cursor = bytes_cursor(payload, payload_bytes);
    size_t counts[batch_kinds] = {0};
    batch->count = batch->next = 0;
    const unsigned char *kinds = bytes_take(&cursor, event_count);
    if (kinds == NULL)
        return STATUS_BAD_INPUT;
    for (size_t i = 0; i < event_count; i++)
        counts[kinds[i]]++;
    if (make_room(batch, counts, event_count) != STATUS_OK)
        return STATUS_NOMEM;
    if (!load_threads(batch, &cursor, event_count) || !load_groups(batch, &cursor, counts, event_count))
        return STATUS_BAD_INPUT;
    batch->kinds = kinds;
    batch->count = event_count;
    return STATUS_OK;
}
