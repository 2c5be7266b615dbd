/* In: trace files. Out: their events, one a line, with names in place of numbers wherever the tables have them.
 * Must hold: what was printed of a trace that is followed is out before more is waited for. */
#include "cmd/cmd.h"

#include <stdio.h>

#include "cmd/follow.h"
#include "cmd/output.h"
#include "trace/event_text.h"
#include "trace/reader.h"

enum { chunk_bytes = 64 * 1024, look_for_signals_events = 1 << 16 };

enum { option_output, option_times, option_numbers, option_follow };

struct dump {
    struct trace *trace;
    struct event_text text;
    struct follow follow;
    bool follows;
};

/* STATUS_IO: the output refuses; closing it says why. */
static enum status write_lines(struct dump *dump, const struct output *output, size_t bytes_min)
{
    struct buffer *lines = &dump->text.line;
    if (buffer_status(lines) != STATUS_OK)
        return STATUS_NOMEM;
    if (lines->length < bytes_min)
        return STATUS_OK;
    enum status status = buffer_write(lines, output->stream);
    buffer_clear(lines);
    return status;
}

/* Of a trace that is followed: what there is for now is out before more is waited for. */
static enum status wait_for_more(struct dump *dump, const struct output *output)
{
    enum status status = write_lines(dump, output, 0);
    if (status == STATUS_OK && fflush(output->stream) != 0)
        status = STATUS_IO;
    follow_wait(&dump->follow, dump->trace, true);
    return status;
}

static enum status dump_events(struct dump *dump, const struct output *output, struct diag *diag)
{
    const struct event *event;
    enum status status, written = STATUS_OK;
    while (written == STATUS_OK && (status = trace_next(dump->trace, &event, diag)) != STATUS_END) {
        if (status == STATUS_WAIT) {
            written = wait_for_more(dump, output);
            continue;
        }
        if (status != STATUS_OK)
            return status;
        if (dump->follows && event->number % look_for_signals_events == 0)
            follow_wait(&dump->follow, dump->trace, false);
        if (event_text_learn(&dump->text, event) != STATUS_OK)
            return diag_set_nomem(diag);
        /* How many clocks there are depends on the writer's pace. */
        if (event->kind != EVENT_CLOCK || dump->text.times) {
            event_text_add(&dump->text, event);
            buffer_add_char(&dump->text.line, '\n');
        }
        written = write_lines(dump, output, chunk_bytes);
    }
    if (written == STATUS_OK)
        written = write_lines(dump, output, 0);
    return written == STATUS_NOMEM ? diag_set_nomem(diag) : STATUS_OK;
}

static enum status open_trace(struct dump *dump, const char *path, struct diag *diag)
{
    if (!dump->follows)
        return trace_open(&dump->trace, path, diag);
    follow_begin(&dump->follow);
    return follow_open(&dump->follow, &dump->trace, path, diag);
}

static enum status dump_trace(const char *path, const struct cmd_arguments *arguments,
                              const struct output *output, struct diag *diag)
{
    struct dump dump = {.follows = arguments->values[option_follow] != NULL};
    enum status status = open_trace(&dump, path, diag);
    event_text_init(&dump.text, dump.trace);
    dump.text.times = arguments->values[option_times] != NULL;
    dump.text.numbers = arguments->values[option_numbers] != NULL;
    if (status == STATUS_OK)
        status = dump_events(&dump, output, diag);
    trace_close(dump.trace);
    if (dump.follows)
        follow_end(&dump.follow);
    event_text_fini(&dump.text);
    return status;
}

static int run(const struct cmd_arguments *arguments)
{
    struct diag diag = DIAG_NONE;
    struct output output;
    const char *path = arguments->values[option_output];
    enum status status = output_spares(path, arguments->operands, 1, &diag);
    if (status == STATUS_OK)
        status = output_open(&output, path, &diag);
    if (status == STATUS_OK) {
        status = dump_trace(arguments->operands[0], arguments, &output, &diag);
        enum status closed = output_close(&output, &diag);
        status = status == STATUS_OK ? closed : status;
    }
    if (status == STATUS_OK)
        return CMD_EXIT_OK;
    fflush(stdout);
    diag_print(&diag, stderr);
    return CMD_EXIT_CANNOT;
}

static const struct cmd_option options[] = {
    [option_output] = {"output", 'o', "FILE", "write there instead of to standard output"},
    [option_times] = {"times", '\0', NULL, "show times, which differ from run to run"},
    [option_numbers] = {"numbers", '\0', NULL, "put each event's number before it"},
    [option_follow] = {"follow", '\0', NULL, "go on while the trace is being written"},
};

const struct cmd cmd_dump = {
    .name = "dump",
    .operands = "TRACE",
    .summary = "the events of a trace as text, one a line",
    .details =
        "Prints each event: the index of its thread, its kind, and its fields. Names stand in place of "
        "numbers wherever the trace has them; a* are actors, t* tokens, l* loops, o* objects, ~* values of "
        "which only equality is known. A gap stands where frames are damaged or missing.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
