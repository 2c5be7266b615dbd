/*
 * In:   occurrences, in the order in which the replay meets them.
 * Out:  one finding for each identity, advised and ranked.
 * Holds: groups[identity_of(f)] is the index of f's finding until the list is finished; every text of a
 * finding lies in the list's arena. A group copies texts at most once for each rise of its status or
 * confidence, so that an occurrence costs two hashes and two look-ups.
 */
#include "finding/list.h"

#include "finding/advice.h"
#include "finding/copy.h"
#include "finding/guarded.h"
#include "finding/identity.h"
#include "finding/races.h"
#include "finding/ranking.h"

void finding_list_init(struct finding_list *list)
{
    *list = (struct finding_list){0};
    arena_init(&list->arena, 0);
    map_init(&list->groups);
    map_init(&list->cells);
}

void finding_list_fini(struct finding_list *list)
{
    VECTOR_FINI(&list->findings);
    map_fini(&list->groups);
    map_fini(&list->cells);
    sightings_fini(&list->sightings);
    arena_fini(&list->arena);
}

/* Where an occurrence belongs: what stands in `cells`. */
static uint64_t cell_mark(size_t index, enum finding_status status)
{
    return (uint64_t)index << 2 | (uint64_t)status;
}

/* Whether no occurrence of this identity and status was at this cell before; remembers that now one was, in the group of
 * that index. */
static enum status note_cell(struct finding_list *list, const struct finding *occurrence, uint64_t identity,
                             size_t index, bool *is_new)
{
    uint64_t hash = map_mix(identity, occurrence->status);
    for (size_t i = 0; i < occurrence->cell.text.length; i++)
        hash = (hash ^ (unsigned char)occurrence->cell.text.bytes[i]) * 0x100000001B3u;
    uint64_t *mark = map_entry(&list->cells, hash, is_new);
    if (mark == NULL)
        return STATUS_NOMEM;
    if (*is_new)
        *mark = cell_mark(index, occurrence->status);
    return STATUS_OK;
}

/* A finding of its own for the occurrence. */
static enum status add_group(struct finding_list *list, const struct finding *occurrence, uint32_t trace,
                             uint64_t identity)
{
    struct finding kept = *occurrence;
    kept.trace = trace;
    if (kept.count == 0)
        kept.count = 1;
    kept.cells = 1;
    kept.suppressed_by = kept.ignored_by = 0;
    kept.known = false;
    kept.advice = (struct finding_advice){0};
    identity_print(identity, kept.id);
    if (copy_finding(&kept, &list->arena) != STATUS_OK)
        return STATUS_NOMEM;
    return VECTOR_PUSH(&list->findings, kept);
}

static bool represents_better(const struct finding *one, const struct finding *other)
{
    if (one->status != other->status)
        return one->status > other->status;
    return one->confidence > other->confidence;
}

/* The occurrence joins the group of `finding`. */
static enum status join_group(struct finding_list *list, struct finding *finding,
                              const struct finding *occurrence, uint32_t trace, bool at_new_cell)
{
    struct finding joined = *finding;
    if (represents_better(occurrence, finding)) {
        joined = *occurrence;
        memcpy(joined.id, finding->id, sizeof joined.id);
        joined.trace = trace;
        joined.suppressed_by = joined.ignored_by = 0;
        joined.known = false;
        joined.advice = (struct finding_advice){0};
        if (copy_finding(&joined, &list->arena) != STATUS_OK)
            return STATUS_NOMEM;
    }
    uint64_t count = occurrence->count == 0 ? 1 : occurrence->count;
    bool rises = occurrence->status > finding->status, falls = occurrence->status < finding->status;
    joined.count = rises ? count : falls ? finding->count : finding->count + count;
    joined.cells = rises ? 1 : falls ? finding->cells : finding->cells + at_new_cell;
    joined.order = finding->order < occurrence->order ? finding->order : occurrence->order;
    *finding = joined;
    return STATUS_OK;
}

static enum status add_new_group(struct finding_list *list, const struct finding *occurrence, uint32_t trace,
                                 uint64_t identity)
{
    if (map_put(&list->groups, identity, list->findings.count) != STATUS_OK)
        return STATUS_NOMEM;
    enum status status = add_group(list, occurrence, trace, identity);
    if (status != STATUS_OK)
        map_remove(&list->groups, identity, NULL);
    return status;
}

enum status finding_list_borrow(struct finding_list *list, const struct finding_list *from)
{
    finding_list_init(list);
    if (VECTOR_RESERVE(&list->findings, from->findings.count + 1) != STATUS_OK)
        return STATUS_NOMEM;
    for (size_t i = 0; i < from->findings.count; i++)
        list->findings.items[i] = from->findings.items[i];
    list->findings.count = from->findings.count;
    return STATUS_OK;
}

enum status finding_list_add(struct finding_list *list, const struct finding *occurrence)
{
    uint64_t identity = identity_of(occurrence);
    uint64_t index = list->findings.count;
    bool at_new_cell, is_known = map_get(&list->groups, identity, &index);
    if (note_cell(list, occurrence, identity, index, &at_new_cell) != STATUS_OK)
        return STATUS_NOMEM;
    enum status status =
        is_known ? join_group(list, &list->findings.items[index], occurrence, list->trace, at_new_cell)
                 : add_new_group(list, occurrence, list->trace, identity);
    uint64_t count = occurrence->count == 0 ? 1 : occurrence->count;
    return status == STATUS_OK
               ? sightings_note(&list->sightings, index, list->trace, occurrence->status, count)
               : status;
}

/* ---- two lists ---- */

/* Adds a whole group but its cells; *index tells where it went. */
static enum status take_group(struct finding_list *list, const struct finding *group, uint64_t *index)
{
    uint64_t identity = identity_of(group);
    uint32_t trace = group->trace == FINDING_TRACE_NONE ? FINDING_TRACE_NONE : list->trace + group->trace;
    *index = list->findings.count;
    if (!map_get(&list->groups, identity, index)) {
        enum status status = add_new_group(list, group, trace, identity);
        if (status == STATUS_OK)
            list->findings.items[*index].cells = 0;
        return status;
    }
    struct finding *finding = &list->findings.items[*index];
    bool rises = group->status > finding->status;
    enum status status = join_group(list, finding, group, trace, false);
    if (rises && status == STATUS_OK)
        finding->cells = 0;
    return status;
}

/* The cells of the other list, each counted if it is new here and its status is what its group came to. */
static enum status take_cells(struct finding_list *list, const struct map *cells, const uint64_t *indexes)
{
    size_t cursor = 0;
    for (uint64_t hash, mark; map_next(cells, &cursor, &hash, &mark);) {
        bool is_new;
        uint64_t index = indexes[mark >> 2];
        enum finding_status status = mark & 3;
        uint64_t *kept = map_entry(&list->cells, hash, &is_new);
        if (kept == NULL)
            return STATUS_NOMEM;
        if (!is_new)
            continue;
        *kept = cell_mark(index, status);
        list->findings.items[index].cells += list->findings.items[index].status == status;
    }
    return STATUS_OK;
}

enum status finding_list_join(struct finding_list *list, const struct finding_list *other)
{
    enum status status = STATUS_OK;
    uint64_t *indexes = calloc(other->findings.count + 1, sizeof *indexes);
    if (indexes == NULL)
        return STATUS_NOMEM;
    for (size_t i = 0; i < other->findings.count && status == STATUS_OK; i++)
        status = take_group(list, &other->findings.items[i], &indexes[i]);
    for (size_t i = 0; i < other->findings.count && status == STATUS_OK; i++)
        status = sightings_take(&list->sightings, indexes[i], &other->sightings, i, list->trace);
    if (status == STATUS_OK)
        status = take_cells(list, &other->cells, indexes);
    free(indexes);
    return status;
}

void finding_list_drop_trace(struct finding_list *list)
{
    for (size_t i = 0; i < list->findings.count; i++)
        if (list->findings.items[i].trace == list->trace)
            list->findings.items[i].trace = FINDING_TRACE_NONE;
    sightings_drop(&list->sightings, list->trace);
}

/* ---- at the end ---- */

enum status finding_list_finish(struct finding_list *list, struct diag *diag)
{
    map_clear(&list->groups);
    map_clear(&list->cells);
    if (sightings_settle(&list->sightings, list->findings.items, list->findings.count, &list->arena) !=
        STATUS_OK)
        return diag_set_nomem(diag);
    if (guarded_leave_out(list->findings.items, &list->findings.count) != STATUS_OK ||
        races_lower(list->findings.items, list->findings.count) != STATUS_OK)
        return diag_set_nomem(diag);
    for (size_t i = 0; i < list->findings.count; i++) {
        if (advice_give(&list->findings.items[i], &list->arena) != STATUS_OK)
            return diag_set_nomem(diag);
    }
    ranking_sort(list->findings.items, list->findings.count);
    return STATUS_OK;
}

bool finding_list_counts(const struct finding *finding, enum finding_fail_on fail_on)
{
    enum finding_status least = fail_on == FINDING_FAIL_ON_OBSERVED ? FINDING_OBSERVED : FINDING_PREDICTED;
    return fail_on != FINDING_FAIL_ON_NEVER && !finding->known && finding->status >= least;
}

bool finding_list_fails(const struct finding_list *list, enum finding_fail_on fail_on,
                        enum finding_confidence confidence)
{
    for (size_t i = 0; i < list->findings.count; i++) {
        const struct finding *finding = &list->findings.items[i];
        if (finding_list_shows(finding, confidence) && finding_list_counts(finding, fail_on))
            return true;
    }
    return false;
}
