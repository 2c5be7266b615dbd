/*
 * In:   texts of any owner.
 * Out:  the same in an arena.
 * Holds: an empty text points at nothing that could go.
 */
#include "finding/copy.h"

static enum status copy_text(struct text *text, struct arena *arena)
{
    if (text->length == 0) {
        *text = TEXT_NONE;
        return STATUS_OK;
    }
    *text = arena_text(arena, *text);
    return text->bytes != NULL ? STATUS_OK : STATUS_NOMEM;
}

enum status copy_texts(struct text *const *texts, size_t count, struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        if (copy_text(texts[i], arena) != STATUS_OK)
            return STATUS_NOMEM;
    }
    return STATUS_OK;
}

static enum status copy_place(struct finding_place *place, struct arena *arena)
{
    struct text *texts[] = {&place->file, &place->function, &place->source, &place->actor};
    enum status status = copy_texts(texts, sizeof texts / sizeof *texts, arena);
    if (place->lock_count > finding_place_locks_max)
        place->lock_count = finding_place_locks_max;
    for (uint32_t i = 0; i < place->lock_count && status == STATUS_OK; i++)
        status = copy_text(&place->locks[i].name, arena);
    return status;
}

enum status copy_finding(struct finding *finding, struct arena *arena)
{
    struct text *texts[] = {
        &finding->cell.owner,     &finding->cell.attribute,   &finding->cell.key,
        &finding->cell.text,      &finding->values.read,      &finding->values.other,
        &finding->values.written, &finding->advice.primitive, &finding->advice.text,
    };
    struct finding_place *places[] = {&finding->first, &finding->window, &finding->other, &finding->last};
    enum status status = copy_texts(texts, sizeof texts / sizeof *texts, arena);
    for (size_t i = 0; i < sizeof places / sizeof *places && status == STATUS_OK; i++)
        status = copy_place(places[i], arena);
    return status;
}
