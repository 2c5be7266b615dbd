/*
 * In:   reports that were read back.
 * Out:  one.
 * Holds: whatever is kept of two things is the greater one in a total order of what JSON reports tell, or the union: so neither the
 * order nor the grouping of reports matters, and what is there already changes nothing.
 */
#include "report/merging.h"

#include <stdlib.h>

#include "base/version.h"
#include "finding/copy.h"
#include "finding/identity.h"
#include "finding/ranking.h"
#include "report/json.h"
#include "report/members.h"
#include "report/traces.h"

void merging_init(struct merging *merging)
{
    *merging = (struct merging){0};
    arena_init(&merging->arena, 0);
    map_init(&merging->trace_places);
    map_init(&merging->finding_places);
    map_init(&merging->sighting_places);
    finding_list_init(&merging->list);
    ignores_init(&merging->ignores);
}

void merging_fini(struct merging *merging)
{
    ignores_fini(&merging->ignores);
    finding_list_fini(&merging->list);
    map_fini(&merging->sighting_places);
    map_fini(&merging->finding_places);
    map_fini(&merging->trace_places);
    VECTOR_FINI(&merging->sightings);
    VECTOR_FINI(&merging->unplaced);
    VECTOR_FINI(&merging->traces);
    arena_fini(&merging->arena);
}

/* ---- Traces ---- */

static enum status add_trace(struct merging *merging, const struct report_trace *trace, uint64_t hash,
                             struct diag *diag)
{
    struct report_trace copy = *trace;
    if (merging->traces.count == merging_traces_max)
        return diag_set(
            diag, STATUS_LIMIT,
            "more than %d different traces: merge the reports of a shorter time, or of fewer hosts",
            (int)merging_traces_max);
    if (traces_copy(&copy, &merging->arena) != STATUS_OK ||
        map_put(&merging->trace_places, hash, merging->traces.count) != STATUS_OK ||
        VECTOR_PUSH(&merging->traces, copy) != STATUS_OK)
        return diag_set_nomem(diag);
    return STATUS_OK;
}

static enum status take_better_row(struct merging *merging, struct report_trace *there,
                                   const struct report_trace *trace)
{
    bool is_better;
    enum status status = traces_better(trace, there, &is_better);
    if (status != STATUS_OK || !is_better)
        return status;
    *there = *trace;
    return traces_copy(there, &merging->arena);
}

/* *index tells where the trace is now. */
static enum status take_trace(struct merging *merging, const struct report_trace *trace, uint32_t *index,
                              struct diag *diag)
{
    uint64_t hash = traces_hash(trace), place;
    while (map_get(&merging->trace_places, hash, &place) &&
           traces_compare(&merging->traces.items[place], trace) != 0)
        hash++;
    *index = (uint32_t)merging->traces.count;
    if (!map_get(&merging->trace_places, hash, &place))
        return add_trace(merging, trace, hash, diag);
    *index = (uint32_t)place;
    return take_better_row(merging, &merging->traces.items[place], trace) == STATUS_OK ? STATUS_OK
                                                                                       : diag_set_nomem(diag);
}

/* ---- Findings ---- */

/* Negative: what `one` tells is preferred to what `other` does, of the same id. Both know their trace by our index. */
static int compare_worth(const struct merging *merging, const struct finding *one,
                         const struct finding *other)
{
    if (one->status != other->status)
        return one->status > other->status ? -1 : 1;
    if (one->confidence != other->confidence)
        return one->confidence > other->confidence ? -1 : 1;
    if (one->trace == other->trace)
        return 0;
    if (one->trace == FINDING_TRACE_NONE || other->trace == FINDING_TRACE_NONE)
        return one->trace == FINDING_TRACE_NONE ? 1 : -1;
    return traces_compare(&merging->traces.items[one->trace], &merging->traces.items[other->trace]);
}

/* The same of two reports on one trace that do not tell the same. */
static enum status compare_bytes(const struct finding *one, const struct finding *other, int *order)
{
    struct buffer bytes[2];
    buffer_init(&bytes[0]);
    buffer_init(&bytes[1]);
    enum status status = json_add_content(one, &bytes[0]);
    if (status == STATUS_OK)
        status = json_add_content(other, &bytes[1]);
    *order = text_compare(buffer_text(&bytes[0]), buffer_text(&bytes[1]));
    buffer_fini(&bytes[0]);
    buffer_fini(&bytes[1]);
    return status;
}

static enum status add_finding(struct merging *merging, const struct finding *finding, uint64_t identity,
                               uint64_t unplaced)
{
    struct finding copy = *finding;
    if (copy_finding(&copy, &merging->arena) != STATUS_OK ||
        map_put(&merging->finding_places, identity, merging->list.findings.count) != STATUS_OK ||
        VECTOR_PUSH(&merging->unplaced, unplaced) != STATUS_OK)
        return STATUS_NOMEM;
    return VECTOR_PUSH(&merging->list.findings, copy);
}

static uint64_t larger(uint64_t one, uint64_t other)
{
    return one > other ? one : other;
}

static enum status join_finding(struct merging *merging, size_t index, const struct finding *finding,
                                uint64_t unplaced)
{
    struct finding *there = &merging->list.findings.items[index];
    int order = compare_worth(merging, finding, there);
    if (order == 0 && compare_bytes(finding, there, &order) != STATUS_OK)
        return STATUS_NOMEM;
    if (finding->status == there->status) {
        unplaced = larger(unplaced, merging->unplaced.items[index]);
        there->cells = larger(there->cells, finding->cells);
    }
    if (finding->status >= there->status)
        merging->unplaced.items[index] = unplaced;
    if (order >= 0)
        return STATUS_OK;
    uint64_t cells = finding->status == there->status ? there->cells : finding->cells;
    *there = *finding;
    there->cells = cells;
    return copy_finding(there, &merging->arena);
}

/* ---- Sightings ---- */

/* What one report has counted in a trace, another one may have counted, too: the more telling one holds. */
static void join_sighting(struct merging_sighting *there, enum finding_status status, uint64_t count)
{
    bool is_more =
        there->count == 0 || status > there->status || (status == there->status && count > there->count);
    if (count > 0 && is_more) {
        there->status = status;
        there->count = count;
    }
}

static enum status take_sighting(struct merging *merging, uint32_t finding, uint32_t trace,
                                 enum finding_status status, uint64_t count)
{
    bool added;
    uint64_t *place = map_entry(&merging->sighting_places, (uint64_t)finding << 32 | trace, &added);
    if (place == NULL)
        return STATUS_NOMEM;
    if (!added) {
        join_sighting(&merging->sightings.items[*place], status, count);
        return STATUS_OK;
    }
    *place = merging->sightings.count;
    return VECTOR_PUSH(&merging->sightings, (struct merging_sighting){finding, trace, status, count});
}

/* `indexes` tells our index of each trace of the report. */
static enum status take_finding(struct merging *merging, const struct finding *given, const uint32_t *indexes)
{
    struct finding finding = *given;
    uint64_t identity = 0, unplaced = finding.count, index = merging->list.findings.count;
    identity_parse(text_of(finding.id), &identity);
    if (finding.trace != FINDING_TRACE_NONE)
        finding.trace = indexes[finding.trace];
    finding.known = false;
    for (size_t i = 0; i < finding.sighting_count; i++)
        unplaced -= finding.sightings[i].count;
    enum status status = map_get(&merging->finding_places, identity, &index)
                             ? join_finding(merging, index, &finding, unplaced)
                             : add_finding(merging, &finding, identity, unplaced);
    for (size_t i = 0; i < finding.sighting_count && status == STATUS_OK; i++)
        status = take_sighting(merging, (uint32_t)index, indexes[finding.sightings[i].trace], finding.status,
                               finding.sightings[i].count);
    return status;
}

/* ---- Ignores ---- */

static int compare_ignores(const void *one_item, const void *other_item)
{
    const struct ignore *one = one_item, *other = other_item;
    int order = text_compare(one->file, other->file);
    if (order == 0)
        order = (one->line > other->line) - (one->line < other->line);
    if (order == 0)
        order = text_compare(one->kinds, other->kinds);
    return order != 0 ? order : text_compare(one->reason, other->reason);
}

/* Puts them into their order, each once. */
static void settle_ignores(struct merging *merging)
{
    struct ignore *rows = merging->ignores.rows.items;
    size_t count = merging->ignores.rows.count, kept = 0;
    if (count > 1)
        qsort(rows, count, sizeof *rows, compare_ignores);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare_ignores(&rows[kept - 1], &rows[i]) != 0) {
            rows[kept++] = rows[i];
            continue;
        }
        struct ignore *there = &rows[kept - 1];
        there->is_reached = there->is_reached || rows[i].is_reached;
        there->is_void = there->is_void && rows[i].is_void;
        there->used = larger(there->used, rows[i].used);
    }
    merging->ignores.rows.count = merging->ignores_of_use = kept;
}

static enum status take_ignores(struct merging *merging, const struct ignores *ignores)
{
    enum { slack = 4096 };
    for (size_t i = 0; i < ignores->rows.count; i++) {
        struct ignore row = ignores->rows.items[i];
        if (copy_texts((struct text *[]){&row.file, &row.kinds, &row.reason}, 3, &merging->arena) !=
                STATUS_OK ||
            VECTOR_PUSH(&merging->ignores.rows, row) != STATUS_OK)
            return STATUS_NOMEM;
    }
    if (merging->ignores.rows.count > 2 * merging->ignores_of_use + slack)
        settle_ignores(merging);
    return STATUS_OK;
}

/* ---- Memory ---- */

/* Copies all that is still of use into a new arena. */
static enum status clear_arena(struct merging *merging)
{
    struct arena old = merging->arena;
    enum status status = STATUS_OK;
    arena_init(&merging->arena, 0);
    settle_ignores(merging);
    for (size_t i = 0; i < merging->traces.count && status == STATUS_OK; i++)
        status = traces_copy(&merging->traces.items[i], &merging->arena);
    for (size_t i = 0; i < merging->list.findings.count && status == STATUS_OK; i++)
        status = copy_finding(&merging->list.findings.items[i], &merging->arena);
    for (size_t i = 0; i < merging->ignores.rows.count && status == STATUS_OK; i++) {
        struct ignore *row = &merging->ignores.rows.items[i];
        status = copy_texts((struct text *[]){&row->file, &row->kinds, &row->reason}, 3, &merging->arena);
    }
    arena_fini(&old);
    merging->bytes_of_use = merging->arena.used_bytes;
    return status;
}

enum status merging_add(struct merging *merging, const struct reading *reading, struct diag *diag)
{
    enum { slack_bytes = 16 * 1024 * 1024 };
    uint32_t *indexes = calloc(reading->traces.count + 1, sizeof *indexes);
    if (indexes == NULL)
        return diag_set_nomem(diag);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < reading->traces.count && status == STATUS_OK; i++)
        status = take_trace(merging, &reading->traces.items[i], &indexes[i], diag);
    for (size_t i = 0; i < reading->list.findings.count && status == STATUS_OK; i++)
        status = take_finding(merging, &reading->list.findings.items[i], indexes);
    if (status == STATUS_OK)
        status = take_ignores(merging, &reading->ignores);
    if (status == STATUS_OK && merging->arena.used_bytes > 2 * merging->bytes_of_use + slack_bytes)
        status = clear_arena(merging);
    free(indexes);
    return status == STATUS_NOMEM ? diag_set_nomem(diag) : status;
}

/* ---- At the end ---- */

/* A trace and its index before they were put into order. */
struct sorted_trace {
    struct report_trace trace;
    uint32_t before;
};

static int compare_traces(const void *one, const void *other)
{
    const struct sorted_trace *first = one, *second = other;
    return traces_compare(&first->trace, &second->trace);
}

/* Puts the traces into their order; `after` tells the new index of each. */
static enum status sort_traces(struct merging *merging, uint32_t *after)
{
    size_t count = merging->traces.count;
    struct sorted_trace *sorted = calloc(count + 1, sizeof *sorted);
    if (sorted == NULL)
        return STATUS_NOMEM;
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct sorted_trace){merging->traces.items[i], (uint32_t)i};
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, compare_traces);
    for (size_t i = 0; i < count; i++) {
        merging->traces.items[i] = sorted[i].trace;
        after[sorted[i].before] = (uint32_t)i;
    }
    free(sorted);
    return STATUS_OK;
}

static int compare_sightings(const void *one, const void *other)
{
    const struct merging_sighting *first = one, *second = other;
    if (first->finding != second->finding)
        return first->finding < second->finding ? -1 : 1;
    return (first->trace > second->trace) - (first->trace < second->trace);
}

/* Gives the finding those sightings that are its own, the first ones, and counts what is in them; *sightings is moved
 * behind them. */
static enum status settle_finding(struct merging *merging, size_t index,
                                  const struct merging_sighting **sightings,
                                  const struct merging_sighting *end, struct diag *diag)
{
    struct finding *finding = &merging->list.findings.items[index];
    const struct merging_sighting *first = *sightings;
    while (*sightings < end && (*sightings)->finding == index)
        (*sightings)++;
    finding->sighting_count = (size_t)(*sightings - first);
    struct finding_sighting *settled =
        arena_calloc(&merging->arena, finding->sighting_count + 1, sizeof *settled);
    if (settled == NULL)
        return diag_set_nomem(diag);
    finding->sightings = settled;
    finding->count = merging->unplaced.items[index];
    for (size_t i = 0; i < finding->sighting_count; i++) {
        bool counts = first[i].status == finding->status;
        settled[i] = (struct finding_sighting){first[i].trace, counts ? first[i].count : 0};
        if (settled[i].count > MEMBERS_NUMBER_MAX - finding->count)
            return diag_set(diag, STATUS_LIMIT, "%s occurred too often to be counted", finding->id);
        finding->count += settled[i].count;
    }
    /* What most traces saw comes first. */
    finding->order = merging->traces.count - finding->sighting_count;
    return STATUS_OK;
}

static enum status settle_findings(struct merging *merging, const uint32_t *after, struct diag *diag)
{
    size_t count = merging->sightings.count;
    struct merging_sighting *sightings = merging->sightings.items;
    for (size_t i = 0; i < count; i++)
        sightings[i].trace = after[sightings[i].trace];
    if (count > 1)
        qsort(sightings, count, sizeof *sightings, compare_sightings);
    const struct merging_sighting *next = sightings;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < merging->list.findings.count && status == STATUS_OK; i++) {
        uint32_t *trace = &merging->list.findings.items[i].trace;
        *trace = *trace == FINDING_TRACE_NONE ? FINDING_TRACE_NONE : after[*trace];
        status = settle_finding(merging, i, &next, count > 0 ? sightings + count : NULL, diag);
    }
    return status;
}

enum status merging_finish(struct merging *merging, struct diag *diag)
{
    uint32_t *after = calloc(merging->traces.count + 1, sizeof *after);
    enum status status = after != NULL ? sort_traces(merging, after) : STATUS_NOMEM;
    if (status == STATUS_OK)
        status = settle_findings(merging, after, diag);
    free(after);
    settle_ignores(merging);
    ranking_sort(merging->list.findings.items, merging->list.findings.count);
    return status == STATUS_NOMEM ? diag_set_nomem(diag) : status;
}

struct report_input merging_report(const struct merging *merging)
{
    return (struct report_input){
        .version = version_text(),
        .traces = merging->traces.items,
        .trace_count = merging->traces.count,
        .is_merged = true,
        .list = &merging->list,
        .ignores = &merging->ignores,
        .confidence = FINDING_LOW,
    };
}
