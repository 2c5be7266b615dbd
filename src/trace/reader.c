/* In: a trace file. Out: its events in order, the tables they refer to, and what was lost.
 * Must hold: an event is handed out only from a frame that was read whole; a gap comes before the first event behind
 * it; numbers rise by one for each event, whether or not we know its kind. */
#include "trace/reader.h"

#include <stdlib.h>
#include <string.h>

#include "trace/ahead.h"
#include "trace/decoded.h"
#include "trace/writer_gone.h"

struct trace {
    struct frame_reader frames;
    struct tables tables;
    struct meta meta;
    struct decoded own;    /* where frames are read that no thread reads ahead */
    struct ahead *ahead;   /* NULL: there is no such thread */
    struct decoded *frame; /* the latest one; its batch has the events that are to be told */
    struct frame_gap gap;  /* not delivered yet */
    uint64_t gap_told[2];  /* the fields of the one delivered last */
    bool at_end;
    bool has_begun;         /* what the frames refer to is known */
    bool is_past_state;     /* events came already: states tell nothing new */
    uint64_t first_number;  /* of the frame's first event, or of what comes next where it has none */
    struct event gap_event; /* the gap handed out last */
    struct trace_info info;
    char *path;
};

static enum status open_parts(struct trace *trace, const char *path, const struct trace_source *source,
                              struct diag *diag)
{
    meta_init(&trace->meta);
    decoded_init(&trace->own);
    trace->frame = &trace->own;
    trace->frames.input.descriptor = -1;
    trace->path = strdup(path);
    if (trace->path == NULL)
        return diag_set_nomem(diag);
    tables_init(&trace->tables);
    return frame_reader_init(&trace->frames, path, source, diag);
}

enum status trace_open(struct trace **out, const char *path, struct diag *diag)
{
    return trace_open_source(out, path, NULL, diag);
}

enum status trace_open_source(struct trace **out, const char *path, const struct trace_source *source,
                              struct diag *diag)
{
    struct trace *trace = *out = calloc(1, sizeof *trace);
    if (trace == NULL)
        return diag_set_nomem(diag);
    enum status status = open_parts(trace, path, source, diag);
    if (status != STATUS_OK) {
        diag_set_file(diag, path);
        trace_close(trace);
        *out = NULL;
        return status;
    }
    trace->info = (struct trace_info){
        .path = trace->path,
        .major = trace->frames.header.major,
        .minor = trace->frames.header.minor,
        .process = trace->frames.header.process,
        .start_nanoseconds = trace->frames.header.start_nanoseconds,
        .header_damaged = trace->frames.header_damaged,
        .file_bytes = trace->frames.input.file_bytes,
        .read_bytes = trace->frames.input.offset,
    };
    return STATUS_OK;
}

void trace_close(struct trace *trace)
{
    if (trace == NULL)
        return;
    ahead_close(trace->ahead);
    frame_reader_fini(&trace->frames);
    tables_fini(&trace->tables);
    meta_fini(&trace->meta);
    decoded_fini(&trace->own);
    free(trace->path);
    free(trace);
}

enum status trace_follow(struct trace *trace, struct diag *diag)
{
    if (trace->frames.input.descriptor < 0)
        return diag_set(diag, STATUS_UNSUPPORTED, "a trace without a file of its own cannot be followed");
    if ((trace->frames.header.flags & HEADER_RING) != 0) {
        diag_set_file(diag, trace->path);
        return diag_set(
            diag, STATUS_UNSUPPORTED,
            "this trace keeps the newest only and cannot be followed; analyze it without --follow");
    }
    input_follow(&trace->frames.input);
    return STATUS_OK;
}

void trace_read_ahead(struct trace *trace)
{
    const struct input *input = &trace->frames.input;
    bool may = trace->info.frames == 0 && !input->is_followed && !input->is_stream;
    if (trace->ahead == NULL && may && ahead_open(&trace->ahead, &trace->frames) != STATUS_OK)
        trace->ahead = NULL; /* then it reads as it goes */
}

void trace_end_here(struct trace *trace)
{
    input_end_here(&trace->frames.input);
}

bool trace_is_abandoned(const struct trace *trace)
{
    const struct input *input = &trace->frames.input;
    return !input->is_stream && writer_gone(input->descriptor, trace->info.process);
}

static void add_gap(struct trace *trace, struct frame_gap gap)
{
    trace->gap.frames += gap.frames;
    trace->gap.events += gap.events;
    trace->info.damaged_frames += gap.frames;
    trace->info.damaged_events += gap.events;
}

/* Takes a frame's content. STATUS_BAD_INPUT: it does not decode. */
static enum status take_content(struct trace *trace, const struct frame *frame, struct diag *diag)
{
    size_t payload_bytes = frame->header.inflated_bytes;
    switch (frame->header.kind) {
    case FRAME_SEGMENT: /* A later one says nothing of the whole that was not said. */
        if (trace->is_past_state)
            return STATUS_OK;
        return meta_add(&trace->meta, frame->payload, payload_bytes, diag);
    case FRAME_META:
    case FRAME_END:
        return meta_add(&trace->meta, frame->payload, payload_bytes, diag);
    case FRAME_TABLES:
        return tables_add(&trace->tables, frame->payload, payload_bytes, diag);
    case FRAME_STATE:
        if (!trace->is_past_state)
            return trace->frame->batch_status;
        batch_clear(&trace->frame->batch);
        return STATUS_OK;
    case FRAME_EVENTS:
        trace->is_past_state = true;
        return trace->frame->batch_status;
    default:
        return STATUS_OK;
    }
}

/* Whether the frame is understood without those that stood before the first one here: a segment begins with it, or all. */
static bool begins(struct trace *trace, const struct frame *frame)
{
    if (trace->has_begun)
        return true;
    bool is_ring = (trace->frames.header.flags & HEADER_RING) != 0;
    trace->has_begun = frame->header.kind == FRAME_SEGMENT || !is_ring;
    return trace->has_begun;
}

static void count_events(struct trace_info *info, const struct batch *batch)
{
    info->events += batch->event_count;
    info->unknown_events += batch->event_count - batch->events.count;
    info->lost_events += batch->lost_events;
}

static enum status take_frame(struct trace *trace, const struct frame *frame, struct diag *diag)
{
    bool is_first = !trace->has_begun;
    if (!begins(trace, frame)) {
        batch_clear(&trace->frame->batch);
        return STATUS_OK;
    }
    enum status status = take_content(trace, frame, diag);
    if (!is_first || frame->header.kind != FRAME_SEGMENT)
        add_gap(trace, frame->gap);
    trace->info.complete = status == STATUS_OK && frame->header.kind == FRAME_END;
    if (status == STATUS_BAD_INPUT) {
        diag_clear(diag);
        add_gap(trace, (struct frame_gap){
                           .frames = 1,
                           .events = frame->header.kind == FRAME_EVENTS ? frame->header.event_count : 0,
                       });
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        trace->info.frames++;
        count_events(&trace->info, &trace->frame->batch);
    }
    return status == STATUS_NOMEM ? diag_set_nomem(diag) : status;
}

/* The end frame knows more than the events if some of these were damaged. */
static void count_lost(struct trace *trace)
{
    char number[24];
    struct text said = trace_meta(trace, "lost_events");
    if (said.length >= sizeof number)
        return;
    memcpy(number, said.bytes, said.length);
    number[said.length] = '\0';
    uint64_t lost = strtoull(number, NULL, 10);
    if (lost > trace->info.lost_events)
        trace->info.lost_events = lost;
}

static struct decoded *read_frame(struct trace *trace)
{
    trace->first_number += trace->frame->batch.event_count;
    if (trace->ahead != NULL) {
        trace->frame = ahead_next(trace->ahead);
    } else {
        trace->frame = &trace->own;
        decoded_read(trace->frame, &trace->frames, false);
    }
    return trace->frame;
}

static enum status next_frame(struct trace *trace, struct diag *diag)
{
    struct decoded *decoded = read_frame(trace);
    trace->info.read_bytes = decoded->read_bytes;
    trace->info.torn = decoded->torn;
    if (decoded->status == STATUS_END) {
        add_gap(trace, decoded->frame.gap);
        trace->info.complete = trace->info.complete && decoded->frame.gap.frames == 0;
        trace->at_end = true;
        count_lost(trace);
        return STATUS_OK;
    }
    if (decoded->status == STATUS_OK)
        return take_frame(trace, &decoded->frame, diag);
    if (decoded->status != STATUS_WAIT && diag != NULL)
        *diag = decoded->diag;
    return decoded->status;
}

static const struct event *take_event(struct trace *trace)
{
    struct batch *batch = &trace->frame->batch;
    struct event *event = &batch->events.items[batch->next++];
    event->number += trace->first_number;
    return event;
}

static const struct event *take_gap(struct trace *trace)
{
    trace->gap_told[gap_field_frames] = trace->gap.frames;
    trace->gap_told[gap_field_events] = trace->gap.events;
    trace->gap_event = (struct event){
        .kind = EVENT_GAP, .field_count = 2, .number = trace->first_number, .field = trace->gap_told};
    trace->gap = (struct frame_gap){.frames = 0};
    return &trace->gap_event;
}

/* What comes behind the last event of a frame. */
static enum status go_on(struct trace *trace, const struct event **out, struct diag *diag)
{
    const struct batch *batch = &trace->frame->batch;
    while (trace->gap.frames == 0 && batch->next == batch->events.count) {
        if (trace->at_end)
            return STATUS_END;
        enum status status = next_frame(trace, diag);
        if (status == STATUS_WAIT)
            return status;
        if (status != STATUS_OK) {
            diag_set_file(diag, trace->path);
            diag_set_frame(diag, trace->frame->next_number);
            diag_set_offset(diag, trace->frame->read_bytes);
            return status;
        }
        batch = &trace->frame->batch;
    }
    *out = trace->gap.frames != 0 ? take_gap(trace) : take_event(trace);
    return STATUS_OK;
}

enum status trace_next(struct trace *trace, const struct event **out, struct diag *diag)
{
    const struct batch *batch = &trace->frame->batch;
    if (batch->next == batch->events.count || trace->gap.frames != 0)
        return go_on(trace, out, diag);
    *out = take_event(trace);
    return STATUS_OK;
}

const struct trace_info *trace_info(const struct trace *trace)
{
    return &trace->info;
}

struct text trace_meta(const struct trace *trace, const char *name)
{
    return meta_get(&trace->meta, text_of(name));
}

const struct meta_pair *trace_meta_pairs(const struct trace *trace, size_t *count)
{
    *count = trace->meta.pairs.count;
    return trace->meta.pairs.items;
}

const struct trace_site *trace_site(const struct trace *trace, uint64_t number)
{
    return tables_site(&trace->tables, number);
}

const struct trace_function *trace_function(const struct trace *trace, uint64_t number)
{
    return tables_function(&trace->tables, number);
}

const struct trace_function *trace_next_function(const struct trace *trace, uint64_t number)
{
    return tables_next_function(&trace->tables, number);
}

const struct trace_site *trace_next_site(const struct trace *trace, uint64_t number)
{
    return tables_next_site(&trace->tables, number);
}

struct text trace_string(const struct trace *trace, uint64_t number)
{
    return tables_string(&trace->tables, number);
}

struct text trace_text(const struct trace *trace, uint64_t function)
{
    return tables_text(&trace->tables, function);
}

const struct trace_ignore *trace_ignores(const struct trace *trace)
{
    return tables_ignores(&trace->tables);
}
