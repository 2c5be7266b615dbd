/*
 * In:   ignores of all traces, and the findings of an analysis.
 * Out:  findings marked as ignored, ignores that know how often they were used.
 * Holds: applying marks, it does not remove: reports count what they do not show. A name that is no kind covers
 * nothing, so that a misspelt one hides nothing.
 */
#include "finding/ignores.h"

#include <stdlib.h>

#include "finding/kinds.h"

void ignores_init(struct ignores *ignores)
{
    *ignores = (struct ignores){0};
    arena_init(&ignores->arena, 0);
    map_init(&ignores->places);
}

void ignores_fini(struct ignores *ignores)
{
    VECTOR_FINI(&ignores->rows);
    map_fini(&ignores->places);
    arena_fini(&ignores->arena);
}

/* ---- Adding ---- */

static bool is_same(const struct ignore *one, const struct ignore *other)
{
    return one->line == other->line && one->first_line == other->first_line &&
           one->last_line == other->last_line && text_equal(one->file, other->file) &&
           text_equal(one->kinds, other->kinds);
}

static uint64_t hash_text(uint64_t hash, struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * 0x100000001B3u;
    return hash;
}

static uint64_t hash_of(const struct ignore *ignore)
{
    uint64_t hash = hash_text(hash_text(0xCBF29CE484222325u, ignore->file), ignore->kinds);
    hash = map_mix(hash, ignore->line);
    return map_mix(map_mix(hash, ignore->first_line), ignore->last_line);
}

static enum status push(struct ignores *ignores, const struct ignore *ignore)
{
    struct ignore row = *ignore;
    row.used = 0;
    row.file = arena_text(&ignores->arena, ignore->file);
    row.kinds = arena_text(&ignores->arena, ignore->kinds);
    row.reason = arena_text(&ignores->arena, ignore->reason);
    if (row.file.bytes == NULL || row.kinds.bytes == NULL || row.reason.bytes == NULL)
        return STATUS_NOMEM;
    return VECTOR_PUSH(&ignores->rows, row);
}

enum status ignores_add(struct ignores *ignores, const struct ignore *ignore)
{
    bool added;
    if (ignores->rows.count >= ignores_max)
        return STATUS_OK;
    uint64_t *index = map_entry(&ignores->places, hash_of(ignore), &added);
    if (index == NULL)
        return STATUS_NOMEM;
    struct ignore *there = added ? NULL : &ignores->rows.items[*index];
    if (there != NULL && is_same(there, ignore)) {
        there->is_reached = there->is_reached || ignore->is_reached;
        there->is_void = there->is_void && ignore->is_void;
        return STATUS_OK;
    }
    *index = ignores->rows.count;
    enum status status = push(ignores, ignore);
    if (status != STATUS_OK && added)
        map_remove(&ignores->places, hash_of(ignore), NULL);
    return status;
}

enum status ignores_join(struct ignores *ignores, const struct ignores *other)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < other->rows.count && status == STATUS_OK; i++)
        status = ignores_add(ignores, &other->rows.items[i]);
    return status;
}

/* ---- Kinds ---- */

static struct text without_blanks(struct text text)
{
    while (text.length > 0 && (text.bytes[0] == ' ' || text.bytes[0] == '\t'))
        text = (struct text){text.bytes + 1, text.length - 1};
    while (text.length > 0 && (text.bytes[text.length - 1] == ' ' || text.bytes[text.length - 1] == '\t'))
        text.length--;
    return text;
}

bool ignores_next_kind(const struct ignore *ignore, size_t *cursor, struct text *name)
{
    while (*cursor < ignore->kinds.length) {
        struct text rest = {ignore->kinds.bytes + *cursor, ignore->kinds.length - *cursor};
        const char *comma = memchr(rest.bytes, ',', rest.length);
        size_t length = comma != NULL ? (size_t)(comma - rest.bytes) : rest.length;
        *cursor += length + 1;
        *name = without_blanks((struct text){rest.bytes, length});
        if (name->length > 0)
            return true;
    }
    return false;
}

bool ignores_next_unknown(const struct ignore *ignore, size_t *cursor, struct text *name)
{
    enum finding_kind kind;
    while (ignores_next_kind(ignore, cursor, name))
        if (!kinds_find(*name, &kind))
            return true;
    return false;
}

static bool covers_kind(const struct ignore *ignore, enum finding_kind kind)
{
    struct text name;
    size_t cursor = 0;
    if (ignore->kinds.length == 0)
        return true;
    while (ignores_next_kind(ignore, &cursor, &name))
        if (text_equals(name, kinds_name(kind)))
            return true;
    return false;
}

/* ---- Applying ---- */

static bool covers_place(const struct ignore *ignore, const struct finding_place *place)
{
    return place->line != 0 && place->line >= ignore->first_line && place->line <= ignore->last_line &&
           text_equal(place->file, ignore->file);
}

static bool covers(const struct ignore *ignore, const struct finding *finding)
{
    return (covers_place(ignore, &finding->first) || covers_place(ignore, &finding->window) ||
            covers_place(ignore, &finding->other) || covers_place(ignore, &finding->last)) &&
           covers_kind(ignore, finding->kind);
}

static void apply_to(struct ignores *ignores, struct finding *finding)
{
    for (size_t i = 0; i < ignores->rows.count; i++) {
        struct ignore *ignore = &ignores->rows.items[i];
        if (!covers(ignore, finding))
            continue;
        ignore->used++;
        if (finding->ignored_by == 0)
            finding->ignored_by = (uint32_t)(i + 1);
    }
}

static int compare_texts(struct text one, struct text other)
{
    size_t length = one.length < other.length ? one.length : other.length;
    int order = length > 0 ? memcmp(one.bytes, other.bytes, length) : 0;
    return order != 0 ? order : (one.length > other.length) - (one.length < other.length);
}

static int compare_rows(const void *first, const void *second)
{
    const struct ignore *one = first, *other = second;
    int order = compare_texts(one->file, other->file);
    if (order == 0)
        order = (one->line > other->line) - (one->line < other->line);
    if (order == 0)
        order = (one->first_line > other->first_line) - (one->first_line < other->first_line);
    return order != 0 ? order : compare_texts(one->kinds, other->kinds);
}

void ignores_apply(struct ignores *ignores, struct finding_list *list)
{
    map_clear(&ignores->places);
    if (ignores->rows.count > 1)
        qsort(ignores->rows.items, ignores->rows.count, sizeof *ignores->rows.items, compare_rows);
    for (size_t i = 0; i < ignores->rows.count; i++)
        ignores->rows.items[i].used = 0;
    for (size_t i = 0; i < list->findings.count; i++)
        apply_to(ignores, &list->findings.items[i]);
}

enum ignore_state ignores_state(const struct ignore *ignore)
{
    if (ignore->used > 0)
        return IGNORE_USED;
    if (ignore->is_void)
        return IGNORE_VOID;
    return ignore->is_reached ? IGNORE_UNUSED : IGNORE_NOT_REACHED;
}
