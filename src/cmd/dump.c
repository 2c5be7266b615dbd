/* In: trace files. Out: their events, one a line, with names in place of numbers wherever the tables have them.
 * Must hold: the same program recorded twice dumps alike as far as it did alike: no times, no numbers that are drawn
 * anew for each trace (fingerprints are numbered by first appearance), no absolute paths. */
#include "cmd/cmd.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/map.h"
#include "cmd/follow.h"
#include "cmd/output.h"
#include "trace/reader.h"

enum { chunk_bytes = 64 * 1024, look_for_signals_events = 1 << 16 };

enum { option_output, option_times, option_numbers, option_follow };

struct dump {
    struct trace *trace;
    struct buffer line;
    struct map keys;         /* key number -> string */
    struct map values;       /* value number -> string */
    struct map fingerprints; /* fingerprint -> number by first appearance */
    struct follow follow;
    bool times;
    bool numbers;
    bool follows;
};

static void add_quoted(struct buffer *line, struct text text)
{
    buffer_add_char(line, '\'');
    buffer_add_escaped(line, text);
    buffer_add_char(line, '\'');
}

/* A path is relative to where it was recorded, or else only its end says something elsewhere. */
static struct text path_end(struct text path)
{
    size_t slashes = 0;
    if (path.length == 0 || path.bytes[0] != '/')
        return path;
    for (size_t i = path.length; i > 0; i--)
        if (path.bytes[i - 1] == '/' && ++slashes == 2)
            return (struct text){path.bytes + i, path.length - i};
    return path;
}

static void add_site(struct dump *dump, uint64_t number)
{
    const struct trace_site *site = trace_site(dump->trace, number);
    if (site == NULL) {
        buffer_add_format(&dump->line, "<site %" PRIu64 ">", number);
        return;
    }
    const struct trace_function *function = trace_function(dump->trace, site->function);
    buffer_add_char(&dump->line, '<');
    if (function != NULL)
        buffer_add_escaped(&dump->line, path_end(trace_string(dump->trace, function->file)));
    buffer_add_format(&dump->line, ":%" PRIu32 " ", site->line);
    buffer_add_escaped(&dump->line, trace_string(dump->trace, site->expression));
    if ((site->flags & SITE_FLAG_GOES_ON) != 0)
        buffer_add_string(&dump->line, ", going on");
    buffer_add_char(&dump->line, '>');
}

static void add_function(struct dump *dump, uint64_t number)
{
    const struct trace_function *function = trace_function(dump->trace, number);
    if (function != NULL)
        buffer_add_escaped(&dump->line, trace_string(dump->trace, function->name));
    else
        buffer_add_format(&dump->line, "<function %" PRIu64 ">", number);
}

static void add_explained(struct dump *dump, const struct map *names, char mark, uint64_t number)
{
    uint64_t string;
    if (map_get(names, number, &string) && string != 0)
        buffer_add_escaped(&dump->line, trace_string(dump->trace, string));
    else
        buffer_add_format(&dump->line, "%c%" PRIu64, mark, number);
}

static void add_key(struct dump *dump, uint64_t key)
{
    uint64_t rest = cells_key_rest(key);
    switch (cells_key_kind(key)) {
    case KEY_STRUCTURE:
        buffer_add_char(&dump->line, '*');
        break;
    case KEY_ATTRIBUTE:
        buffer_add_char(&dump->line, '.');
        buffer_add_escaped(&dump->line, trace_string(dump->trace, rest));
        break;
    case KEY_NUMBERED:
        buffer_add_char(&dump->line, '[');
        add_explained(dump, &dump->keys, 'k', rest);
        buffer_add_char(&dump->line, ']');
        break;
    case KEY_INTEGER:
        buffer_add_format(&dump->line, "[%" PRId64 "]", cells_integer(rest));
        break;
    }
}

static void add_constant(struct buffer *line, uint64_t constant)
{
    static const char *const words[] = {"None", "False", "True", "absent"};
    buffer_add_string(line, constant < sizeof words / sizeof *words ? words[constant] : "constant");
}

static void add_fingerprint(struct dump *dump, uint64_t fingerprint)
{
    bool added;
    uint64_t *number = map_entry(&dump->fingerprints, fingerprint, &added);
    if (number == NULL) {
        dump->line.status = STATUS_NOMEM;
        return;
    }
    if (added)
        *number = dump->fingerprints.count;
    buffer_add_format(&dump->line, "~%" PRIu64, *number);
}

static void add_value(struct dump *dump, uint64_t value)
{
    uint64_t rest = cells_value_rest(value);
    switch (cells_value_kind(value)) {
    case VALUE_CONSTANT:
        add_constant(&dump->line, rest);
        break;
    case VALUE_INTEGER:
        buffer_add_format(&dump->line, "%" PRId64, cells_integer(rest));
        break;
    case VALUE_FINGERPRINT:
        add_fingerprint(dump, rest);
        break;
    case VALUE_OBJECT:
        buffer_add_format(&dump->line, "o%" PRIu64, rest);
        break;
    case VALUE_NUMBERED:
        add_explained(dump, &dump->values, 'v', rest);
        break;
    default:
        buffer_add_char(&dump->line, '?');
        break;
    }
}

/* Whether the field says anything; references are left out where there is none. */
static bool is_shown(const struct dump *dump, const struct event_field *field, uint64_t number)
{
    switch (field->type) {
    case FIELD_TIME:
        return dump->times;
    case FIELD_NUMBER:
    case FIELD_KEY:
        return true;
    default:
        return number != 0;
    }
}

static void add_content(struct dump *dump, enum event_field_type type, uint64_t number)
{
    static const char marks[] = {
        [FIELD_ACTOR] = 'a', [FIELD_TOKEN] = 't', [FIELD_LOOP] = 'l', [FIELD_OBJECT] = 'o'};
    const char *word = event_kinds_word(type, number);
    switch (type) {
    case FIELD_ACTOR:
    case FIELD_TOKEN:
    case FIELD_LOOP:
    case FIELD_OBJECT:
        buffer_add_char(&dump->line, marks[type]);
        buffer_add_number(&dump->line, number);
        break;
    case FIELD_FUNCTION:
        add_function(dump, number);
        break;
    case FIELD_SITE:
        add_site(dump, number);
        break;
    case FIELD_STRING:
        add_quoted(&dump->line, path_end(trace_string(dump->trace, number)));
        break;
    case FIELD_KEY:
        add_key(dump, number);
        break;
    case FIELD_VALUE:
        add_value(dump, number);
        break;
    default:
        if (word != NULL)
            buffer_add_string(&dump->line, word);
        else
            buffer_add_number(&dump->line, number);
    }
}

static void add_gap(struct buffer *line, const struct event *event)
{
    buffer_add_format(line, "- gap frames=%" PRIu64 " events=%" PRIu64 "\n", event->field[gap_field_frames],
                      event->field[gap_field_events]);
}

static void add_event(struct dump *dump, const struct event *event)
{
    const struct event_kind_info *info = event_kinds_info(event->kind);
    if (dump->numbers)
        buffer_add_format(&dump->line, "%" PRIu64 " ", event->number);
    if (event->kind == EVENT_GAP) {
        add_gap(&dump->line, event);
        return;
    }
    buffer_add_format(&dump->line, "%" PRIu32 " %s", event->thread, info->name);
    for (size_t i = 0; i < info->field_count; i++)
        if (is_shown(dump, &info->fields[i], event->field[i])) {
            buffer_add_char(&dump->line, ' ');
            buffer_add_string(&dump->line, info->fields[i].name);
            buffer_add_char(&dump->line, '=');
            add_content(dump, info->fields[i].type, event->field[i]);
        }
    buffer_add_char(&dump->line, '\n');
}

static enum status remember_names(struct dump *dump, const struct event *event)
{
    if (event->kind == EVENT_KEY)
        return map_put(&dump->keys, event->field[0], event->field[1]);
    if (event->kind == EVENT_VALUE)
        return map_put(&dump->values, event->field[0], event->field[1]);
    return STATUS_OK;
}

/* STATUS_IO: the output refuses; closing it says why. */
static enum status write_lines(struct dump *dump, const struct output *output, size_t bytes_min)
{
    if (buffer_status(&dump->line) != STATUS_OK)
        return STATUS_NOMEM;
    if (dump->line.length < bytes_min)
        return STATUS_OK;
    enum status status = buffer_write(&dump->line, output->stream);
    buffer_clear(&dump->line);
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
        if (remember_names(dump, event) != STATUS_OK)
            return diag_set_nomem(diag);
        /* How many clocks there are depends on the writer's pace. */
        if (event->kind != EVENT_CLOCK || dump->times)
            add_event(dump, event);
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
    struct dump dump = {
        .times = arguments->values[option_times] != NULL,
        .numbers = arguments->values[option_numbers] != NULL,
        .follows = arguments->values[option_follow] != NULL,
    };
    enum status status = open_trace(&dump, path, diag);
    if (status == STATUS_OK)
        status = dump_events(&dump, output, diag);
    trace_close(dump.trace);
    if (dump.follows)
        follow_end(&dump.follow);
    buffer_fini(&dump.line);
    map_fini(&dump.keys);
    map_fini(&dump.values);
    map_fini(&dump.fingerprints);
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
