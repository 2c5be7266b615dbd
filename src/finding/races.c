/*
 * In:   findings, each of another identity.
 * Out:  the same, some of them less sure.
 * Holds: `told` has each pair of places of the findings about windows, with their cell.
 */
#include "finding/races.h"

#include "base/map.h"

enum { places_max = 3 };

static uint64_t hash_text(uint64_t hash, struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * 0x100000001B3u;
    return map_mix(hash, text.length);
}

static uint64_t pair_of(const struct finding *finding, const struct finding_place *one,
                        const struct finding_place *other)
{
    uint64_t hash = hash_text(0, finding->cell.text);
    hash = map_mix(hash_text(hash, one->file), one->line);
    return map_mix(hash_text(hash, other->file), other->line);
}

static bool is_about_window(const struct finding *finding)
{
    return finding->kind <= FINDING_LOCK_RELEASED_BETWEEN && finding->between_threads &&
           finding->confidence > FINDING_LOW;
}

static enum status note(struct map *told, const struct finding *finding)
{
    const struct finding_place *places[places_max] = {&finding->first, &finding->other, &finding->last};
    for (int i = 0; i < places_max; i++)
        for (int j = 0; j < places_max; j++)
            if (map_put(told, pair_of(finding, places[i], places[j]), 1) != STATUS_OK)
                return STATUS_NOMEM;
    return STATUS_OK;
}

enum status races_lower(struct finding *findings, size_t count)
{
    struct map told;
    map_init(&told);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (is_about_window(&findings[i]))
            status = note(&told, &findings[i]);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (findings[i].kind == FINDING_DATA_RACE &&
            map_get(&told, pair_of(&findings[i], &findings[i].first, &findings[i].last), NULL))
            findings[i].confidence = FINDING_LOW;
    map_fini(&told);
    return status;
}
