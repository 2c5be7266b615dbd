/*
 * In:   rows of traces, of any reports.
 * Out:  an order of them, and copies.
 * Holds: what is compared stands in JSON reports, so that a row that was read back compares as it did before.
 */
#include "report/traces.h"

#include "base/map.h"
#include "finding/copy.h"
#include "report/json.h"

static int compare_numbers(uint64_t one, uint64_t other)
{
    return (one > other) - (one < other);
}

/* ---- Identity ---- */

/* Where nobody knows when it was started: what there is of it. */
static int compare_extent(const struct report_trace *one, const struct report_trace *other)
{
    int order = text_compare(text_of(one->path), text_of(other->path));
    if (order == 0)
        order = text_compare(one->started, other->started);
    if (order == 0)
        order = compare_numbers(one->events, other->events);
    return order != 0 ? order : compare_numbers(one->actors, other->actors);
}

int traces_compare(const struct report_trace *one, const struct report_trace *other)
{
    int order = compare_numbers(one->start_nanoseconds, other->start_nanoseconds);
    if (order == 0)
        order = text_compare(one->host, other->host);
    if (order == 0)
        order = compare_numbers(one->process, other->process);
    if (order == 0)
        order = compare_numbers(one->events_before, other->events_before);
    return order == 0 && one->start_nanoseconds == 0 ? compare_extent(one, other) : order;
}

uint64_t traces_hash(const struct report_trace *trace)
{
    uint64_t hash = map_mix(trace->start_nanoseconds, trace->process);
    if (trace->start_nanoseconds == 0)
        hash = map_mix(hash, map_mix(trace->events, trace->actors));
    return map_mix(hash, trace->events_before);
}

/* ---- Which row ---- */

/* Which of two has the smaller bytes, where nothing else tells them apart. */
static enum status is_smaller(const struct report_trace *one, const struct report_trace *other, bool *smaller)
{
    struct buffer bytes[2];
    buffer_init(&bytes[0]);
    buffer_init(&bytes[1]);
    enum status status = json_add_trace(one, &bytes[0]);
    if (status == STATUS_OK)
        status = json_add_trace(other, &bytes[1]);
    *smaller = status == STATUS_OK && text_compare(buffer_text(&bytes[0]), buffer_text(&bytes[1])) < 0;
    buffer_fini(&bytes[0]);
    buffer_fini(&bytes[1]);
    return status;
}

enum status traces_better(const struct report_trace *one, const struct report_trace *other, bool *is_better)
{
    *is_better = one->complete;
    if (one->complete != other->complete)
        return STATUS_OK;
    *is_better = one->events > other->events;
    return one->events != other->events ? STATUS_OK : is_smaller(one, other, is_better);
}

/* ---- Copies ---- */

static enum status copy_list(const struct text **list, size_t count, struct arena *arena)
{
    struct text *copies = arena_calloc(arena, count + 1, sizeof *copies);
    enum status status = copies != NULL ? STATUS_OK : STATUS_NOMEM;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        copies[i] = (*list)[i];
        status = copy_texts(&(struct text *){&copies[i]}, 1, arena);
    }
    *list = copies;
    return status;
}

static enum status copy_facts(struct report_trace *trace, struct arena *arena)
{
    struct report_fact *facts = arena_calloc(arena, trace->fact_count + 1, sizeof *facts);
    enum status status = facts != NULL ? STATUS_OK : STATUS_NOMEM;
    for (size_t i = 0; i < trace->fact_count && status == STATUS_OK; i++) {
        facts[i] = trace->facts[i];
        status = copy_texts((struct text *[]){&facts[i].name, &facts[i].value}, 2, arena);
    }
    trace->facts = facts;
    return status;
}

enum status traces_copy(struct report_trace *trace, struct arena *arena)
{
    struct text path = text_of(trace->path);
    struct text *texts[] = {&path, &trace->python, &trace->loop, &trace->started, &trace->host};
    enum status status = copy_texts(texts, sizeof texts / sizeof *texts, arena);
    trace->path = path.bytes;
    trace->overview = NULL;
    if (status == STATUS_OK)
        status = copy_list(&trace->notes, trace->note_count, arena);
    if (status == STATUS_OK)
        status = copy_list(&trace->unseen, trace->unseen_count, arena);
    if (status == STATUS_OK)
        status = copy_list(&trace->unwatched, trace->unwatched_count, arena);
    if (status == STATUS_OK)
        status = copy_list(&trace->unexercised.not_run, trace->unexercised.not_run_count, arena);
    return status == STATUS_OK ? copy_facts(trace, arena) : status;
}
