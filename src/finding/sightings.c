/*
 * In:   occurrences, trace after trace.
 * Out:  for each finding, its traces.
 * Holds: the sightings of one finding are a chain from the latest to the first, of falling traces; an occurrence costs
 * a look at the latest.
 */
#include "finding/sightings.h"

#include <stdlib.h>

void sightings_fini(struct sightings *sightings)
{
    VECTOR_FINI(&sightings->all);
    VECTOR_FINI(&sightings->latest);
}

/* What happened so often is not said to have happened more often because it could have. */
static void add(struct sighting *sighting, enum finding_status status, uint64_t count)
{
    if (status > sighting->status)
        *sighting = (struct sighting){sighting->trace, status, count, sighting->before};
    else if (status == sighting->status)
        sighting->count += count;
}

enum status sightings_note(struct sightings *sightings, size_t finding, uint32_t trace,
                           enum finding_status status, uint64_t count)
{
    while (sightings->latest.count <= finding)
        if (VECTOR_PUSH(&sightings->latest, (size_t)0) != STATUS_OK)
            return STATUS_NOMEM;
    size_t *latest = &sightings->latest.items[finding];
    if (*latest != 0 && sightings->all.items[*latest - 1].trace == trace) {
        add(&sightings->all.items[*latest - 1], status, count);
        return STATUS_OK;
    }
    if (VECTOR_PUSH(&sightings->all, (struct sighting){trace, status, count, *latest}) != STATUS_OK)
        return STATUS_NOMEM;
    *latest = sightings->all.count;
    return STATUS_OK;
}

/* In how many traces the finding was seen, dropped ones too. */
static size_t count_of(const struct sightings *sightings, size_t finding)
{
    size_t count = 0;
    for (size_t at = sightings->latest.items[finding]; at != 0; at = sightings->all.items[at - 1].before)
        count++;
    return count;
}

enum status sightings_take(struct sightings *sightings, size_t finding, const struct sightings *others,
                           size_t other, uint32_t trace)
{
    size_t count = other < others->latest.count ? count_of(others, other) : 0;
    size_t *places = calloc(count + 1, sizeof *places);
    enum status status = places != NULL ? STATUS_OK : STATUS_NOMEM;
    size_t at = count > 0 ? others->latest.items[other] : 0;
    for (size_t i = count; i > 0 && status == STATUS_OK; at = others->all.items[at - 1].before)
        places[--i] = at - 1;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const struct sighting *sighting = &others->all.items[places[i]];
        if (sighting->trace != FINDING_TRACE_NONE)
            status = sightings_note(sightings, finding, trace + sighting->trace, sighting->status,
                                    sighting->count);
    }
    free(places);
    return status;
}

void sightings_drop(struct sightings *sightings, uint32_t trace)
{
    for (size_t i = 0; i < sightings->all.count; i++)
        if (sightings->all.items[i].trace == trace)
            sightings->all.items[i].trace = FINDING_TRACE_NONE;
}

static enum status settle(const struct sightings *sightings, size_t index, struct finding *finding,
                          struct arena *arena)
{
    size_t count = index < sightings->latest.count ? count_of(sightings, index) : 0;
    struct finding_sighting *settled = arena_calloc(arena, count + 1, sizeof *settled);
    if (settled == NULL)
        return STATUS_NOMEM;
    size_t at = count > 0 ? sightings->latest.items[index] : 0, free_places = count;
    for (; at != 0; at = sightings->all.items[at - 1].before) {
        const struct sighting *sighting = &sightings->all.items[at - 1];
        if (sighting->trace != FINDING_TRACE_NONE)
            settled[--free_places] = (struct finding_sighting){
                .trace = sighting->trace,
                .count = sighting->status == finding->status ? sighting->count : 0,
            };
    }
    finding->sightings = settled + free_places;
    finding->sighting_count = count - free_places;
    return STATUS_OK;
}

enum status sightings_settle(const struct sightings *sightings, struct finding *findings, size_t count,
                             struct arena *arena)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = settle(sightings, i, &findings[i], arena);
    return status;
}
