/* In: the payloads of meta and end frames. Out: pairs of texts.
 * Must hold: each name stands there once; a frame is taken whole or not at all. */
#include "trace/meta.h"

#include "base/limits.h"
#include "trace/bytes.h"

enum { meta_bytes_max = 16 * 1024 * 1024 };

void meta_init(struct meta *meta)
{
    *meta = (struct meta){.pairs = {.items = NULL}};
    arena_init(&meta->arena, meta_bytes_max);
}

void meta_fini(struct meta *meta)
{
    VECTOR_FINI(&meta->pairs);
    arena_fini(&meta->arena);
}

static bool take_pair(struct bytes_cursor *cursor, struct meta_pair *pair)
{
    return bytes_take_text(cursor, &pair->name) && bytes_take_text(cursor, &pair->value);
}

static enum status check(struct bytes_cursor cursor, uint64_t *count, struct diag *diag)
{
    struct meta_pair pair;
    bool whole = bytes_take_varint(&cursor, count) && *count <= meta_pairs_max;
    for (uint64_t i = 0; whole && i < *count; i++)
        whole = take_pair(&cursor, &pair);
    return whole ? STATUS_OK : diag_set(diag, STATUS_BAD_INPUT, "a meta frame does not decode");
}

static struct meta_pair *find(const struct meta *meta, struct text name)
{
    for (size_t i = 0; i < meta->pairs.count; i++)
        if (text_equal(meta->pairs.items[i].name, name))
            return &meta->pairs.items[i];
    return NULL;
}

static enum status put(struct meta *meta, const struct meta_pair *given, struct diag *diag)
{
    struct meta_pair *pair = find(meta, given->name);
    if (pair == NULL) {
        if (meta->pairs.count == meta_pairs_max)
            return diag_set(diag, STATUS_LIMIT, "the trace says more than %d things about itself",
                            meta_pairs_max);
        struct meta_pair added = {.name = arena_text(&meta->arena, given->name), .value = TEXT_NONE};
        if (added.name.bytes == NULL || VECTOR_PUSH(&meta->pairs, added) != STATUS_OK)
            return diag_set_nomem(diag);
        pair = &meta->pairs.items[meta->pairs.count - 1];
    }
    struct text value = arena_text(&meta->arena, given->value);
    if (value.bytes == NULL)
        return diag_set_nomem(diag);
    pair->value = value;
    return STATUS_OK;
}

enum status meta_add(struct meta *meta, const unsigned char *payload, size_t payload_bytes, struct diag *diag)
{
    struct bytes_cursor cursor = bytes_cursor(payload, payload_bytes);
    uint64_t count;
    enum status status = check(cursor, &count, diag);
    if (status != STATUS_OK || !bytes_take_varint(&cursor, &count))
        return status;
    for (uint64_t i = 0; status == STATUS_OK && i < count; i++) {
        struct meta_pair pair;
        if (take_pair(&cursor, &pair))
            status = put(meta, &pair, diag);
    }
    return status;
}

struct text meta_get(const struct meta *meta, struct text name)
{
    const struct meta_pair *pair = find(meta, name);
    return pair != NULL ? pair->value : TEXT_NONE;
}
