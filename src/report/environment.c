/*
 * In:   what a trace says about itself.
 * Out:  a few sentences.
 * Holds: whatever comes from the trace goes through phrase_add_code.
 */
#include "report/environment.h"

#include "finding/phrase.h"
#include "report/command.h"

/* A list that has an item a line, with commas. */
static void add_list(struct buffer *line, struct text list, char separator)
{
    bool is_first = true;
    for (size_t start = 0; start < list.length;) {
        struct text rest = {list.bytes + start, list.length - start};
        const char *end = memchr(rest.bytes, separator, rest.length);
        size_t length = end != NULL ? (size_t)(end - rest.bytes) : rest.length;
        start += length + 1;
        if (length == 0)
            continue;
        if (!is_first)
            buffer_add_string(line, ", ");
        phrase_add_code(line, (struct text){rest.bytes, length});
        is_first = false;
    }
}

static void add_interpreter(struct buffer *lines, const struct report_trace *trace)
{
    struct text implementation = report_fact(trace, "implementation"),
                platform = report_fact(trace, "platform");
    if (trace->python.length == 0)
        return;
    buffer_add_string(lines, "Recorded with ");
    buffer_add_escaped(lines, implementation.length != 0 ? implementation : TEXT("Python"));
    buffer_add_char(lines, ' ');
    buffer_add_escaped(lines, trace->python);
    if (platform.length != 0) {
        buffer_add_string(lines, " on ");
        buffer_add_escaped(lines, platform);
    }
    if (trace->loop.length != 0) {
        buffer_add_string(lines, ", loop ");
        phrase_add_code(lines, trace->loop);
    }
    if (trace->started.length != 0) {
        buffer_add_string(lines, ", started ");
        buffer_add_escaped(lines, trace->started);
    }
    buffer_add_string(lines, ".\n");
}

/* Words of a command, each of which has a blank before it. */
static void add_words(struct buffer *lines, const struct buffer *words)
{
    if (words->length > 0)
        phrase_add_code(lines, (struct text){words->bytes + 1, words->length - 1});
}

/* What was recorded, and what it took besides to have it watched. */
static void add_command(struct buffer *lines, const struct report_trace *trace)
{
    struct buffer program, watched;
    buffer_init(&program);
    buffer_init(&watched);
    command_add_program(&program, trace, SIZE_MAX);
    command_add_watched(&watched, trace);
    buffer_add_string(lines, "Command: ");
    add_words(lines, &program);
    if (watched.length > 0) {
        buffer_add_string(lines, ", recorded with ");
        add_words(lines, &watched);
    }
    buffer_add_string(lines, ".\n");
    buffer_fini_part(&watched, lines);
    buffer_fini_part(&program, lines);
}

void environment_add(struct buffer *lines, const struct report_trace *trace)
{
    struct text packages = report_fact(trace, "packages");
    add_interpreter(lines, trace);
    if (report_fact(trace, "argv").length != 0)
        add_command(lines, trace);
    if (packages.length == 0)
        return;
    buffer_add_string(lines, "Packages: ");
    add_list(lines, packages, '\n');
    buffer_add_string(lines, ".\n");
}
