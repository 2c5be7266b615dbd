/* In: a trace that was read to its end. Out: its row in the report: versions, counts, losses, troubles.
 * Must hold: nothing in the row points into the trace, which is closed before the report is written. */
#include "judge/trace_row.h"

#include <string.h>

#include "base/buffer.h"
#include "finding/phrase.h"

/* More of a list than this nobody reads. */
enum { list_items_max = 64 };

/* ---- what stands in meta frames ---- */

/* The items of a list, a line each; further ones than there is room for are left out. */
static enum status take_list(const struct text **items, size_t *count, struct arena *arena, struct text list)
{
    struct text *taken = arena_alloc(arena, list_items_max * sizeof *taken);
    *count = 0;
    *items = taken;
    if (taken == NULL)
        return STATUS_NOMEM;
    for (size_t start = 0; start < list.length && *count < list_items_max;) {
        struct text rest = {list.bytes + start, list.length - start};
        const char *end = memchr(rest.bytes, '\n', rest.length);
        size_t length = end != NULL ? (size_t)(end - rest.bytes) : rest.length;
        start += length + 1;
        if (length == 0)
            continue;
        taken[*count] = arena_text(arena, (struct text){rest.bytes, length});
        if (taken[(*count)++].bytes == NULL)
            return STATUS_NOMEM;
    }
    return STATUS_OK;
}

/* Whether the trace has a number of this name; only then it goes to *number. */
static bool take_number(uint64_t *number, const struct trace *trace, const char *name)
{
    struct text digits = trace_meta(trace, name);
    uint64_t taken = 0;
    if (digits.length == 0 || digits.length > 18)
        return false;
    for (size_t i = 0; i < digits.length; i++) {
        if (digits.bytes[i] < '0' || digits.bytes[i] > '9')
            return false;
        taken = taken * 10 + (uint64_t)(digits.bytes[i] - '0');
    }
    *number = taken;
    return true;
}

/* ---- troubles ---- */

static enum status note(struct report_trace *row, struct arena *arena, const char *before, struct text text)
{
    struct text *notes = arena_alloc(arena, (row->note_count + 1) * sizeof *notes);
    size_t before_length = strlen(before);
    char *sentence = arena_alloc(arena, before_length + text.length + 1);
    if (notes == NULL || sentence == NULL)
        return STATUS_NOMEM;
    memcpy(sentence, before, before_length);
    if (text.length != 0)
        memcpy(sentence + before_length, text.bytes, text.length);
    if (row->note_count != 0)
        memcpy(notes, row->notes, row->note_count * sizeof *notes);
    notes[row->note_count] = (struct text){sentence, before_length + text.length};
    row->notes = notes;
    row->note_count++;
    return STATUS_OK;
}

/* "3 lines of the log were no events and were left out, so that findings may be wrong: lines 3, 17 and 40". */
static void add_bad_lines(struct buffer *sentence, uint64_t count, const struct text *numbers,
                          size_t number_count)
{
    phrase_add_count(sentence, count, "line of the log was no event and was left out",
                     "lines of the log were no events and were left out");
    buffer_add_string(sentence, ", so that findings may be wrong");
    for (size_t i = 0; i < number_count; i++) {
        bool is_last = i + 1 == number_count;
        buffer_add_string(sentence, i > 0       ? is_last && i + 1 == count ? " and " : ", "
                                    : count > 1 ? ": lines "
                                                : ": line ");
        buffer_add(sentence, numbers[i]);
    }
    if (number_count < count)
        buffer_add_string(sentence, " and more");
}

static enum status note_bad_lines(struct report_trace *row, struct arena *arena, const struct trace *trace)
{
    uint64_t count;
    const struct text *numbers;
    size_t number_count;
    if (!take_number(&count, trace, "bad_lines") || count == 0)
        return STATUS_OK;
    enum status status = take_list(&numbers, &number_count, arena, trace_meta(trace, "bad_line_numbers"));
    if (status != STATUS_OK)
        return status;
    struct buffer sentence;
    buffer_init(&sentence);
    add_bad_lines(&sentence, count, numbers, number_count);
    status = buffer_status(&sentence);
    if (status == STATUS_OK)
        status = note(row, arena, "", buffer_text(&sentence));
    buffer_fini(&sentence);
    return status;
}

static enum status note_troubles(struct report_trace *row, struct arena *arena, const struct trace *trace)
{
    enum status status = STATUS_OK;
    struct text off = trace_meta(trace, "off");
    if (off.length != 0)
        status = note(row, arena, "the agent switched itself off: ", off);
    if (status == STATUS_OK && trace_info(trace)->header_damaged)
        status = note(row, arena, "the header of the file is damaged", TEXT_NONE);
    if (status == STATUS_OK && trace_info(trace)->unknown_events != 0)
        status = note(row, arena, "a newer staleread wrote events that this one does not know", TEXT_NONE);
    if (status == STATUS_OK)
        status = note_bad_lines(row, arena, trace);
    return status;
}

/* ---- what did not run, what was not seen ---- */

static enum status take_unexercised(struct report_unexercised *row, struct arena *arena,
                                    const struct trace *trace)
{
    struct report_unexercised taken = {0};
    if (!take_number(&taken.functions, trace, "functions") ||
        !take_number(&taken.functions_run, trace, "functions_run") ||
        !take_number(&taken.coroutines, trace, "coroutines") ||
        !take_number(&taken.coroutines_run, trace, "coroutines_run"))
        return STATUS_OK;
    taken.is_known = true;
    *row = taken;
    return take_list(&row->not_run, &row->not_run_count, arena, trace_meta(trace, "not_run"));
}

static enum status take_honesty(struct report_trace *row, struct arena *arena, const struct trace *trace)
{
    row->switched_off = trace_meta(trace, "off").length != 0;
    (void)take_number(&row->events_before, trace, "events_before");
    (void)take_number(&row->unfollowed, trace, "unfollowed");
    enum status status = take_unexercised(&row->unexercised, arena, trace);
    if (status == STATUS_OK)
        status = take_list(&row->unseen, &row->unseen_count, arena, trace_meta(trace, "unseen"));
    if (status == STATUS_OK)
        status = take_list(&row->unwatched, &row->unwatched_count, arena, trace_meta(trace, "unwatched"));
    return status;
}

/* ---- what it says about itself ---- */

static enum status take_facts(struct report_trace *row, struct arena *arena, const struct trace *trace)
{
    size_t count;
    const struct meta_pair *pairs = trace_meta_pairs(trace, &count);
    struct report_fact *facts = arena_alloc(arena, (count + 1) * sizeof *facts);
    if (facts == NULL)
        return STATUS_NOMEM;
    for (size_t i = 0; i < count; i++) {
        facts[i] = (struct report_fact){arena_text(arena, pairs[i].name), arena_text(arena, pairs[i].value)};
        if (facts[i].name.bytes == NULL || facts[i].value.bytes == NULL)
            return STATUS_NOMEM;
    }
    row->facts = facts;
    row->fact_count = count;
    return STATUS_OK;
}

/* ---- the row ---- */

enum status trace_row(struct report_trace *row, struct arena *arena, const struct trace *trace,
                      const struct analysis_totals *totals)
{
    const struct trace_info *info = trace_info(trace);
    *row = (struct report_trace){
        .path = arena_text(arena, text_of(info->path)).bytes,
        .complete = info->complete,
        .imported = trace_meta(trace, "imported").length != 0,
        .events = info->events,
        .actors = totals->actors,
        .lost_events = info->lost_events + info->damaged_events,
        .damaged_frames = info->damaged_frames,
        .forgotten = totals->forgotten,
        .python = arena_text(arena, trace_meta(trace, "python")),
        .loop = arena_text(arena, trace_meta(trace, "loop")),
        .started = arena_text(arena, trace_meta(trace, "started")),
        .host = arena_text(arena, trace_meta(trace, "hostname")),
        .start_nanoseconds = info->start_nanoseconds,
        .process = info->process,
    };
    if (row->path == NULL || row->python.bytes == NULL || row->loop.bytes == NULL ||
        row->started.bytes == NULL || row->host.bytes == NULL)
        return STATUS_NOMEM;
    enum status status = take_facts(row, arena, trace);
    if (status == STATUS_OK)
        status = note_troubles(row, arena, trace);
    return status == STATUS_OK ? take_honesty(row, arena, trace) : status;
}
