/* Chrome's trace event form (JSON), which many viewers read.
 *
 * In: tracks, slices, instants and counters. Out: one JSON object, an event a line. Must hold: it is JSON whatever stands in a text:
 * what is not printable is escaped as it is for people, and what JSON gives a meaning once more.
 *
 * The form knows threads only: every track becomes one, in the order in which they were told. */
#include <inttypes.h>
#include <stdlib.h>

#include "export/sink.h"
#include "export/targets.h"

struct chrome {
    struct export_sink sink;
    struct buffer escaped;
    uint32_t process;
    bool has_begun;
};

static struct chrome *chrome_of(struct export_sink *sink)
{
    return (struct chrome *)sink;
}

static void add(struct chrome *chrome, const char *string)
{
    buffer_add_string(&chrome->sink.chunk, string);
}

/* Piece after piece: printf would take a third of the time of an export. */
static void add_number(struct chrome *chrome, uint64_t number)
{
    buffer_add_number(&chrome->sink.chunk, number);
}

static void add_string(struct chrome *chrome, struct text text)
{
    sink_fail(&chrome->sink, buffer_status(&chrome->escaped));
    buffer_clear(&chrome->escaped);
    buffer_add_escaped(&chrome->escaped, text);
    struct text escaped = buffer_text(&chrome->escaped);
    buffer_add_char(&chrome->sink.chunk, '"');
    for (size_t i = 0; i < escaped.length; i++) {
        if (escaped.bytes[i] == '"' || escaped.bytes[i] == '\\')
            buffer_add_char(&chrome->sink.chunk, '\\');
        buffer_add_char(&chrome->sink.chunk, escaped.bytes[i]);
    }
    buffer_add_char(&chrome->sink.chunk, '"');
}

/* Microseconds, with the rest behind a point; `name` is written as it is. */
static void add_time(struct chrome *chrome, const char *name, uint64_t nanoseconds)
{
    add(chrome, name);
    add_number(chrome, nanoseconds / 1000);
    if (nanoseconds % 1000 != 0)
        buffer_add_format(&chrome->sink.chunk, ".%03" PRIu64, nanoseconds % 1000);
}

static void begin_event(struct chrome *chrome, const char *phase, uint64_t track)
{
    add(chrome, chrome->has_begun ? ",\n" : "{\"traceEvents\":[\n");
    chrome->has_begun = true;
    add(chrome, "{\"ph\":\"");
    add(chrome, phase);
    add(chrome, "\",\"pid\":");
    add_number(chrome, chrome->process);
    add(chrome, ",\"tid\":");
    add_number(chrome, track);
}

static void end_event(struct chrome *chrome)
{
    add(chrome, "}");
    sink_fail(&chrome->sink, buffer_status(&chrome->escaped));
    sink_added(&chrome->sink);
}

/* ---- tracks ---- */

static void add_metadata(struct chrome *chrome, uint64_t track, const char *name, struct text text)
{
    begin_event(chrome, "M", track);
    buffer_add_format(&chrome->sink.chunk, ",\"name\":\"%s\",\"args\":{\"name\":", name);
    add_string(chrome, text);
    add(chrome, "}");
    end_event(chrome);
}

static void add_track(struct export_sink *sink, const struct export_track *track)
{
    struct chrome *chrome = chrome_of(sink);
    if (track->kind == EXPORT_PROCESS) {
        chrome->process = track->number;
        add_metadata(chrome, track->id, "process_name", track->name);
        return;
    }
    add_metadata(chrome, track->id, "thread_name", track->name);
    begin_event(chrome, "M", track->id);
    buffer_add_format(&chrome->sink.chunk,
                      ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%" PRIu64 "}", track->id);
    end_event(chrome);
}

/* ---- slices, instants, counters ---- */

static void add_pair(struct chrome *chrome, const char **separator, const char *name)
{
    add(chrome, *separator);
    add(chrome, name);
    add(chrome, "\":");
    *separator = ",\"";
}

static void add_content(struct chrome *chrome, const struct export_mark *mark)
{
    const char *separator = "\"";
    add(chrome, ",\"args\":{");
    if (mark->place.key != 0) {
        add_pair(chrome, &separator, "file");
        add_string(chrome, mark->place.file);
        add_pair(chrome, &separator, "function");
        add_string(chrome, mark->place.function);
        add_pair(chrome, &separator, "line");
        add_number(chrome, mark->place.line);
    }
    for (size_t i = 0; i < mark->argument_count; i++) {
        const struct export_argument *argument = &mark->arguments[i];
        add_pair(chrome, &separator, argument->name);
        if (argument->text.text.bytes == NULL)
            add_number(chrome, argument->number);
        else
            add_string(chrome, argument->text.text);
    }
    add(chrome, "}");
}

/* An arrow belongs to the slice that begins where it stands. */
static void add_arrow(struct chrome *chrome, const struct export_mark *mark, uint64_t number, bool reaches)
{
    begin_event(chrome, reaches ? "f" : "s", mark->track);
    add_time(chrome, ",\"ts\":", mark->from);
    buffer_add_format(&chrome->sink.chunk, "%s,\"id\":%" PRIu64 ",\"cat\":\"arrow\",\"name\":\"before\"",
                      reaches ? ",\"bp\":\"e\"" : "", number);
    end_event(chrome);
}

static void add_mark(struct export_sink *sink, const struct export_mark *mark)
{
    struct chrome *chrome = chrome_of(sink);
    /* Arrows have slices at their ends, though they may last no time. */
    bool is_instant = mark->from == mark->to && mark->in_count == 0 && mark->out_count == 0;
    begin_event(chrome, is_instant ? "i" : "X", mark->track);
    add_time(chrome, ",\"ts\":", mark->from);
    if (is_instant)
        add(chrome, ",\"s\":\"t\"");
    else
        add_time(chrome, ",\"dur\":", mark->to - mark->from);
    add(chrome, ",\"cat\":\"");
    add(chrome, targets_category(mark->category));
    add(chrome, "\",\"name\":");
    add_string(chrome, mark->name.text);
    add_content(chrome, mark);
    end_event(chrome);
    for (size_t i = 0; i < mark->out_count; i++)
        add_arrow(chrome, mark, mark->out[i], false);
    for (size_t i = 0; i < mark->in_count; i++)
        add_arrow(chrome, mark, mark->in[i], true);
}

static void add_count(struct export_sink *sink, uint64_t track, uint64_t at, uint64_t value)
{
    struct chrome *chrome = chrome_of(sink);
    begin_event(chrome, "C", track);
    add_time(chrome, ",\"ts\":", at);
    buffer_add_format(&chrome->sink.chunk,
                      ",\"name\":\"nanoseconds since the start\",\"args\":{\"value\":%" PRIu64 "}", value);
    end_event(chrome);
}

/* ---- the sink ---- */

static struct export_sink *open_sink(FILE *to)
{
    struct chrome *chrome = calloc(1, sizeof *chrome);
    if (chrome == NULL)
        return NULL;
    sink_begin(&chrome->sink, &target_chrome, to);
    return &chrome->sink;
}

static void finish(struct export_sink *sink)
{
    struct chrome *chrome = chrome_of(sink);
    add(chrome, chrome->has_begun ? "\n]}\n" : "{\"traceEvents\":[]}\n");
}

static void close_sink(struct export_sink *sink)
{
    struct chrome *chrome = chrome_of(sink);
    if (chrome == NULL)
        return;
    buffer_fini(&chrome->escaped);
    sink_end(sink);
    free(chrome);
}

const struct export_target target_chrome = {
    .name = "chrome",
    .summary = "Chrome's trace events (JSON), which many viewers read",
    .open = open_sink,
    .track = add_track,
    .mark = add_mark,
    .count = add_count,
    .finish = finish,
    .close = close_sink,
};
