/* In: a trace by path, by address or by callbacks. Out: its events, its tables, and what is known of it, as staleread.h has them.
 * Must hold: a string that was handed out stays where it is; a call on nothing, or at the wrong time, is refused. */
#include "api/trace.h"

#include <stdlib.h>

#include "api/stepping.h"
#include "api/utf8.h"

static const struct staleread_error no_trace = {
    .struct_bytes = sizeof no_trace,
    .status = STALEREAD_USAGE,
    .text = "there is no trace: NULL was handed in",
    .message = "there is no trace: NULL was handed in",
};

/* ---- opening ---- */

struct staleread_trace *staleread_trace_new(void)
{
    struct staleread_trace *trace = calloc(1, sizeof *trace);
    if (trace == NULL)
        return NULL;
    failure_clear(&trace->failure);
    arena_init(&trace->arena, 0);
    event_text_init(&trace->text, NULL);
    return trace;
}

void staleread_trace_free(struct staleread_trace *trace)
{
    if (trace == NULL)
        return;
    if (trace->stepped_by != NULL)
        stepping_give_up(trace->stepped_by);
    trace_close(trace->reader);
    event_text_fini(&trace->text);
    arena_fini(&trace->arena);
    map_fini(&trace->mended);
    free(trace);
}

const struct staleread_error *staleread_trace_error(const struct staleread_trace *trace)
{
    return trace != NULL ? &trace->failure.error : &no_trace;
}

/* `source` is NULL for a file. */
static enum staleread_status open_as(struct staleread_trace *trace, const char *name,
                                     const struct trace_source *source)
{
    struct diag diag = DIAG_NONE;
    if (trace == NULL)
        return STALEREAD_USAGE;
    if (name == NULL)
        return failure_refuse(&trace->failure, "there is no path, or no name: NULL was handed in");
    if (trace->reader != NULL)
        return failure_refuse(&trace->failure, "this trace is open already; make another one");
    enum status status = trace_open_source(&trace->reader, name, source, &diag);
    trace->text.trace = trace->reader;
    return failure_keep(&trace->failure, status, &diag);
}

enum staleread_status staleread_trace_open_file(struct staleread_trace *trace, const char *path)
{
    return open_as(trace, path, NULL);
}

static ptrdiff_t read_memory(void *context, void *into, size_t bytes)
{
    struct trace_memory *memory = context;
    size_t left = memory->byte_count - memory->at;
    size_t taken = bytes < left ? bytes : left;
    if (taken != 0)
        memcpy(into, memory->bytes + memory->at, taken);
    memory->at += taken;
    return (ptrdiff_t)taken;
}

static int seek_memory(void *context, uint64_t offset)
{
    struct trace_memory *memory = context;
    memory->at = offset < memory->byte_count ? (size_t)offset : memory->byte_count;
    return 0;
}

enum staleread_status staleread_trace_open_memory(struct staleread_trace *trace, const char *name,
                                                  const void *bytes, size_t byte_count)
{
    if (trace == NULL)
        return STALEREAD_USAGE;
    if (bytes == NULL && byte_count != 0)
        return failure_refuse(&trace->failure, "there are no bytes: NULL was handed in");
    struct trace_source source = {
        .read = read_memory, .seek = seek_memory, .context = &trace->memory, .bytes = byte_count};
    if (trace->reader == NULL)
        trace->memory = (struct trace_memory){.bytes = bytes, .byte_count = byte_count};
    return open_as(trace, name, &source);
}

enum staleread_status staleread_trace_open_callbacks(struct staleread_trace *trace, const char *name,
                                                     staleread_read *read, staleread_seek *seek,
                                                     void *context)
{
    if (trace == NULL)
        return STALEREAD_USAGE;
    if (read == NULL)
        return failure_refuse(&trace->failure, "there is no way to read: NULL was handed in");
    struct trace_source source = {.read = read, .seek = seek, .context = context};
    return open_as(trace, name, &source);
}

/* ---- events ---- */

enum staleread_status staleread_trace_next(struct staleread_trace *trace,
                                           const struct staleread_event **event)
{
    const struct event *next;
    struct diag diag = DIAG_NONE;
    if (event != NULL)
        *event = NULL;
    if (trace == NULL || event == NULL)
        return trace != NULL
                   ? failure_refuse(&trace->failure, "there is nowhere to put the event: NULL was handed in")
                   : STALEREAD_USAGE;
    if (trace->reader == NULL)
        return failure_refuse(&trace->failure, "nothing is open; open a trace first");
    if (trace->stepped_by != NULL)
        return failure_refuse(&trace->failure,
                              "this trace is being replayed step by step, which has its events");
    trace->has_begun = true;
    enum status status = trace_next(trace->reader, &next, &diag);
    return trace_hand_out(trace, status, next, &diag, event);
}

enum staleread_status trace_hand_out(struct staleread_trace *trace, enum status status,
                                     const struct event *event, struct diag *diag,
                                     const struct staleread_event **out)
{
    *out = NULL;
    trace->latest = NULL;
    if (status == STATUS_OK && event_text_learn(&trace->text, event) != STATUS_OK)
        status = diag_set_nomem(diag);
    if (status != STATUS_OK || trace->failure.error.status != STALEREAD_OK)
        (void)failure_keep(&trace->failure, status, diag);
    if (status == STATUS_END || status == STATUS_WAIT)
        return status == STATUS_END ? STALEREAD_END : STALEREAD_WAIT;
    if (status != STATUS_OK)
        return trace->failure.error.status;
    trace->latest = event;
    trace->event = (struct staleread_event){
        .struct_bytes = sizeof trace->event,
        .number = event->number,
        .thread = event->thread,
        .kind = event->kind,
        .field_count = event->field_count,
        .is_state = event->is_state,
        .fields = event->field,
    };
    *out = &trace->event;
    return STALEREAD_OK;
}

const char *staleread_trace_event_text(struct staleread_trace *trace)
{
    if (trace == NULL || trace->latest == NULL)
        return NULL;
    struct buffer *line = &trace->text.line;
    buffer_fini(line);
    event_text_add(&trace->text, trace->latest);
    return buffer_status(line) == STATUS_OK ? buffer_string(line) : NULL;
}

/* ---- a trace that is still being written ---- */

enum staleread_status staleread_trace_follow(struct staleread_trace *trace)
{
    struct diag diag = DIAG_NONE;
    if (trace == NULL)
        return STALEREAD_USAGE;
    if (trace->reader == NULL)
        return failure_refuse(&trace->failure, "nothing is open; open a trace first");
    if (trace->has_begun)
        return failure_refuse(&trace->failure, "a trace is followed from its beginning; open it again");
    enum status status = trace_follow(trace->reader, &diag);
    trace->is_followed = status == STATUS_OK;
    return failure_keep(&trace->failure, status, &diag);
}

void staleread_trace_end_here(struct staleread_trace *trace)
{
    if (trace != NULL && trace->is_followed)
        trace_end_here(trace->reader);
}

bool staleread_trace_is_abandoned(const struct staleread_trace *trace)
{
    return trace != NULL && trace->is_followed && trace_is_abandoned(trace->reader);
}

/* ---- kinds of events ---- */

static const struct event_kind_info *kind_info(unsigned kind)
{
    static const struct event_kind_info gap = {
        .name = "gap", .field_count = 2, .fields = {{"frames", FIELD_NUMBER}, {"events", FIELD_NUMBER}}};
    if (kind == EVENT_GAP)
        return &gap;
    return kind <= UINT8_MAX ? event_kinds_info((uint8_t)kind) : NULL;
}

const char *staleread_event_name(unsigned kind)
{
    const struct event_kind_info *info = kind_info(kind);
    return info != NULL ? info->name : NULL;
}

const char *staleread_event_field_name(unsigned kind, size_t field)
{
    const struct event_kind_info *info = kind_info(kind);
    return info != NULL && field < info->field_count ? info->fields[field].name : NULL;
}

/* ---- what is known of the file ---- */

void trace_tell(struct staleread_trace_info *told, const struct trace_info *info)
{
    *told = (struct staleread_trace_info){
        .struct_bytes = sizeof *told,
        .path = info->path,
        .format_major = info->major,
        .format_minor = info->minor,
        .process = info->process,
        .start_nanoseconds = info->start_nanoseconds,
        .header_damaged = info->header_damaged,
        .complete = info->complete,
        .torn = info->torn,
        .file_bytes = info->file_bytes,
        .read_bytes = info->read_bytes,
        .frames = info->frames,
        .damaged_frames = info->damaged_frames,
        .damaged_events = info->damaged_events,
        .events = info->events,
        .unknown_events = info->unknown_events,
        .lost_events = info->lost_events,
    };
}

const struct staleread_trace_info *staleread_trace_info(struct staleread_trace *trace)
{
    if (trace == NULL || trace->reader == NULL)
        return NULL;
    trace_tell(&trace->info, trace_info(trace->reader));
    return &trace->info;
}

/* ---- texts ---- */

/* The text as it is if it may be handed out so: the reader's own end with a 0 byte. Otherwise its copy, made once. NULL:
 * there is none, or no memory. */
static const char *mend(struct staleread_trace *trace, struct text text)
{
    bool added;
    if (text.length == 0)
        return NULL;
    if (utf8_is_valid(text))
        return text.bytes;
    uint64_t *mended = map_entry(&trace->mended, (uint64_t)(uintptr_t)text.bytes, &added);
    if (mended == NULL)
        return NULL;
    if (added || *mended == 0)
        *mended = (uint64_t)(uintptr_t)utf8_copy(&trace->arena, text);
    return (const char *)(uintptr_t)*mended;
}

const char *staleread_trace_meta(struct staleread_trace *trace, const char *name)
{
    if (trace == NULL || trace->reader == NULL || name == NULL)
        return NULL;
    return mend(trace, trace_meta(trace->reader, name));
}

const char *staleread_trace_meta_at(struct staleread_trace *trace, size_t index, const char **value)
{
    size_t count;
    if (value != NULL)
        *value = NULL;
    if (trace == NULL || trace->reader == NULL)
        return NULL;
    const struct meta_pair *pairs = trace_meta_pairs(trace->reader, &count);
    if (index >= count)
        return NULL;
    if (value != NULL)
        *value = mend(trace, pairs[index].value);
    return mend(trace, pairs[index].name);
}

const char *staleread_trace_string(struct staleread_trace *trace, uint64_t number)
{
    if (trace == NULL || trace->reader == NULL)
        return NULL;
    return mend(trace, trace_string(trace->reader, number));
}

/* ---- rows ---- */

const struct staleread_function *staleread_trace_function(struct staleread_trace *trace, uint64_t number)
{
    if (trace == NULL || trace->reader == NULL)
        return NULL;
    const struct trace_function *row = trace_function(trace->reader, number);
    if (row == NULL)
        return NULL;
    trace->function = (struct staleread_function){
        .struct_bytes = sizeof trace->function,
        .name = staleread_trace_string(trace, row->name),
        .file = staleread_trace_string(trace, row->file),
        .line = row->line,
    };
    return &trace->function;
}

const struct staleread_site *staleread_trace_site(struct staleread_trace *trace, uint64_t number)
{
    if (trace == NULL || trace->reader == NULL)
        return NULL;
    const struct trace_site *row = trace_site(trace->reader, number);
    if (row == NULL)
        return NULL;
    trace->site = (struct staleread_site){
        .struct_bytes = sizeof trace->site,
        .function = row->function,
        .operation = row->operation,
        .line = row->line,
        .column = row->column,
        .end_line = row->end_line,
        .end_column = row->end_column,
        .expression = staleread_trace_string(trace, row->expression),
        .source = staleread_trace_string(trace, row->source),
        .name = staleread_trace_string(trace, row->name),
    };
    return &trace->site;
}
