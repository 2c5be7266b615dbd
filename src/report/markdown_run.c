/*
 * In:   what traces say about themselves.
 * Out:  versions, and commands.
 * Holds: no host name and no folder of the machine: who reads it in an issue needs neither. Of a command line there is what the
 * recording was allowed to keep.
 */
#include "report/markdown_run.h"

#include "finding/phrase.h"
#include "report/command.h"
#include "report/markdown_code.h"

enum { traces_max = 3, packages_max = 40, words_max = 40 };

/* ---- Versions ---- */

/* The text up to the next newline, which is taken away with it; false at the end. */
static bool next_line(struct text *rest, struct text *line)
{
    if (rest->length == 0)
        return false;
    const char *newline = memchr(rest->bytes, '\n', rest->length);
    size_t length = newline != NULL ? (size_t)(newline - rest->bytes) : rest->length;
    size_t taken = newline != NULL ? length + 1 : length;
    *line = (struct text){rest->bytes, length};
    *rest = (struct text){rest->bytes + taken, rest->length - taken};
    return true;
}

static void add_item(struct buffer *out, const char *name, struct text value)
{
    if (value.length == 0)
        return;
    buffer_add_format(out, "- %s: ", name);
    markdown_code_add(out, value, markdown_name_bytes_max);
    buffer_add_char(out, '\n');
}

static void add_packages(struct buffer *out, const struct report_trace *trace)
{
    struct text rest = report_fact(trace, "packages"), package;
    size_t count = 0;
    for (; next_line(&rest, &package); count++) {
        if (count >= packages_max)
            continue;
        buffer_add_string(out, count == 0 ? "- packages: " : ", ");
        markdown_code_add(out, package, markdown_name_bytes_max);
    }
    if (count > packages_max) {
        buffer_add_string(out, " and ");
        phrase_add_count(out, count - packages_max, "more", "more");
    }
    buffer_add_string(out, count > 0 ? "\n" : "");
}

static void add_versions(struct buffer *out, const struct report_trace *trace)
{
    struct buffer python;
    buffer_init(&python);
    buffer_add(&python, report_fact(trace, "implementation"));
    if (python.length > 0 && trace->python.length > 0)
        buffer_add_char(&python, ' ');
    buffer_add(&python, trace->python);
    add_item(out, "Python", buffer_text(&python));
    add_item(out, "loop", trace->loop);
    add_item(out, "platform", report_fact(trace, "platform"));
    add_packages(out, trace);
    add_item(out, "agent", report_fact(trace, "agent"));
    buffer_fini_part(&python, out);
}

/* ---- Commands ---- */

static struct text path_of(const struct report_trace *trace)
{
    return strcmp(trace->path, "-") == 0 ? TEXT("trace.srt") : text_of(trace->path);
}

static void add_path(struct buffer *lines, const struct report_trace *trace)
{
    buffer_add_char(lines, ' ');
    command_add_word(lines, text_start(path_of(trace), markdown_source_bytes_max));
}

/* How it was recorded; nothing where that is not known. What a slice was made of is not the file that it is in. */
static void add_record(struct buffer *lines, const struct report_trace *trace)
{
    if (report_fact(trace, "argv").length == 0)
        return;
    buffer_add_string(lines, "$ staleread record");
    if (report_fact(trace, "sliced_from").length == 0) {
        buffer_add_string(lines, " -o");
        add_path(lines, trace);
    }
    command_add_watched(lines, trace);
    command_add_program(lines, trace, words_max);
    buffer_add_char(lines, '\n');
}

static void add_commands(struct buffer *out, const struct report_input *input)
{
    struct buffer lines;
    buffer_init(&lines);
    size_t count = input->trace_count < traces_max ? input->trace_count : traces_max;
    for (size_t i = 0; i < count; i++)
        add_record(&lines, &input->traces[i]);
    buffer_add_string(&lines, "$ staleread analyze --format markdown");
    if (input->confidence == FINDING_LOW)
        buffer_add_string(&lines, " --confidence low");
    for (size_t i = 0; i < count; i++)
        add_path(&lines, &input->traces[i]);
    buffer_add_string(&lines, count < input->trace_count ? " …\n" : "\n");
    markdown_code_add_block(out, "console", &lines);
    buffer_fini_part(&lines, out);
}

/* ---- The section ---- */

/* Whether an earlier trace has said the same. */
static bool is_repeated(const struct report_input *input, size_t index)
{
    struct buffer own, other;
    bool found = false;
    buffer_init(&own);
    buffer_init(&other);
    add_versions(&own, &input->traces[index]);
    for (size_t i = 0; i < index && !found; i++) {
        buffer_clear(&other);
        add_versions(&other, &input->traces[i]);
        found = text_equal(buffer_text(&own), buffer_text(&other));
    }
    buffer_fini(&own);
    buffer_fini(&other);
    return found;
}

void markdown_run_add(struct buffer *out, const struct report_input *input)
{
    buffer_add_string(out, "### How it was recorded\n\n");
    for (size_t i = 0; i < input->trace_count && i < traces_max; i++) {
        if (is_repeated(input, i))
            continue;
        size_t before = out->length;
        add_versions(out, &input->traces[i]);
        buffer_add_string(out, out->length > before ? "\n" : "");
    }
    buffer_add_format(out, "Analyzed by staleread %s. Again:\n\n", input->version);
    add_commands(out, input);
}
