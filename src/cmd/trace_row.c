/* In: a trace that was read to its end. Out: its row in the report: versions, counts, losses, troubles.
 * Must hold: nothing in the row points into the trace, which is closed before the report is written. */
#include "cmd/trace_row.h"

#include <string.h>

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
    return status;
}

enum status trace_row(struct report_trace *row, struct arena *arena, const char *path,
                      const struct trace *trace, const struct analysis_totals *totals)
{
    const struct trace_info *info = trace_info(trace);
    *row = (struct report_trace){
        .path = path,
        .complete = info->complete,
        .events = info->events,
        .actors = totals->actors,
        .lost_events = info->lost_events + info->damaged_events,
        .damaged_frames = info->damaged_frames,
        .python = arena_text(arena, trace_meta(trace, "python")),
        .loop = arena_text(arena, trace_meta(trace, "loop")),
        .started = arena_text(arena, trace_meta(trace, "started")),
    };
    if (row->python.bytes == NULL || row->loop.bytes == NULL || row->started.bytes == NULL)
        return STATUS_NOMEM;
    return note_troubles(row, arena, trace);
}
