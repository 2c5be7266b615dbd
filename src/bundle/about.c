/* In: a slice, its report, and what its finding came to in the whole recording. Out: words for a stranger.
 * Must hold: what comes from a trace goes through phrase_add_code or is escaped; of a redacted finding nothing but numbers is taken from the
 * whole trace. */
#include "bundle/about.h"

#include "finding/kinds.h"
#include "finding/phrase.h"
#include "report/command.h"

/* ---- README.md ---- */

static void add_title(struct buffer *out, const struct report_input *input, const struct finding *finding)
{
    buffer_add_format(out, "# %s: %s", finding->id, kinds_name(finding->kind));
    if (finding->cell.text.length > 0) {
        buffer_add_string(out, " of ");
        phrase_add_code(out, finding->cell.text);
    }
    buffer_add_format(
        out,
        "\n\nMade by staleread %s: one finding, and the trace that shows it, with nothing else of the "
        "program in it.\n\n",
        input->version);
}

static void add_files(struct buffer *out, const struct bundle_request *request, bool has_rules)
{
    buffer_add_string(out,
                      "| file | what it is |\n"
                      "| --- | --- |\n"
                      "| `report.html` | the finding, with a picture of it; opens in any browser, and asks "
                      "nothing of the network |\n"
                      "| `report.md` | the same, to paste into an issue |\n"
                      "| `report.json` | the same, for other programs |\n"
                      "| `" ABOUT_SLICE "` | the trace: ");
    phrase_add_number(out, request->slice_events);
    buffer_add_string(out, " of the ");
    phrase_add_number(out, request->whole->events);
    buffer_add_string(out, " events of the recording |\n");
    if (has_rules)
        buffer_add_string(out, "| `" ABOUT_RULES "` | the threshold that the finding was found with |\n");
    buffer_add_string(out, "| `environment.txt` | what the recording says of where it was made |\n\n");
    if (request->is_redacted)
        buffer_add_string(
            out, "Names, strings, paths and larger numbers are pseudonyms, one word always the same; words "
                 "of Python and asyncio are what they are.\n\n");
}

static void add_command(struct buffer *out, const char *format, const char *file, const char *options)
{
    buffer_add_format(out, "    staleread analyze --format %s -o %s%s " ABOUT_SLICE "\n", format, file,
                      options);
}

static void add_commands(struct buffer *out, const struct finding *finding, bool has_rules)
{
    struct buffer options;
    buffer_init(&options);
    if (finding->confidence == FINDING_LOW)
        buffer_add_string(&options, " --confidence low");
    if (has_rules)
        buffer_add_string(&options, " --rules " ABOUT_RULES);
    const char *words = buffer_string(&options);
    buffer_add_format(out,
                      "## See for yourself\n\nIn the folder where this was unpacked:\n\n"
                      "    staleread analyze%s " ABOUT_SLICE "\n",
                      words);
    if (!has_rules)
        buffer_add_format(out, "    staleread show %s " ABOUT_SLICE "\n", finding->id);
    buffer_add_string(
        out, "\nThe reports were made so, and with the same version come out the same to the byte:\n\n");
    add_command(out, "html", "report.html", words);
    add_command(out, "markdown", "report.md", words);
    add_command(out, "json", "report.json", words);
    buffer_fini_part(&options, out);
}

/* How the program would be recorded once more, as far as the recording was allowed to keep that. */
static void add_recording(struct buffer *out, const struct report_trace *slice)
{
    struct buffer command;
    if (report_fact(slice, "argv").length == 0)
        return;
    buffer_init(&command);
    buffer_add_string(&command, "staleread record");
    command_add_watched(&command, slice);
    command_add_program(&command, slice, SIZE_MAX);
    buffer_add_string(out, "\nWhere the program is, ");
    phrase_add_code(out, buffer_text(&command));
    buffer_add_string(out, " records it anew.\n");
    buffer_fini_part(&command, out);
}

static void add_troubles(struct buffer *out, const struct report_trace *whole)
{
    if (!whole->complete)
        buffer_add_string(out, " The recording is incomplete: its end is missing.");
    if (whole->lost_events > 0) {
        buffer_add_string(out, " It lost ");
        phrase_add_count(out, whole->lost_events, "event", "events");
        buffer_add_char(out, '.');
    }
}

static void add_whole(struct buffer *out, const struct bundle_request *request)
{
    const struct report_trace *whole = request->whole;
    buffer_add_string(out, "\n## In the whole recording\n\nIt occurred ");
    phrase_add_times(out, request->finding->count);
    if (request->finding->cells > 1) {
        buffer_add_string(out, ", at ");
        phrase_add_count(out, request->finding->cells, "cell", "cells");
    }
    buffer_add_string(out, ", in ");
    phrase_add_count(out, whole->events, "event", "events");
    buffer_add_string(out, " of ");
    phrase_add_count(out, whole->actors, "actor", "actors");
    buffer_add_string(out, " (tasks, callbacks and threads).");
    add_troubles(out, whole);
    buffer_add_string(out, " What else was found in it is not in here, nor what did not run.\n");
}

void about_readme(struct buffer *out, const struct bundle_request *request, const struct report_input *input,
                  const struct finding *finding)
{
    bool has_rules = input->rules_path != NULL;
    add_title(out, input, finding);
    add_files(out, request, has_rules);
    add_commands(out, finding, has_rules);
    add_recording(out, &input->traces[0]);
    add_whole(out, request);
}

/* ---- environment.txt ---- */

/* A value of several lines stands below its name, indented. */
static void add_fact(struct buffer *out, const struct report_fact *fact)
{
    bool has_lines = memchr(fact->value.bytes, '\n', fact->value.length) != NULL;
    buffer_add_escaped(out, fact->name);
    buffer_add_string(out, has_lines ? ":\n    " : ": ");
    for (size_t start = 0; start < fact->value.length;) {
        struct text rest = {fact->value.bytes + start, fact->value.length - start};
        const char *end = memchr(rest.bytes, '\n', rest.length);
        size_t length = end != NULL ? (size_t)(end - rest.bytes) : rest.length;
        buffer_add_escaped(out, (struct text){rest.bytes, length});
        start += length + 1;
        if (start < fact->value.length)
            buffer_add_string(out, "\n    ");
    }
    buffer_add_char(out, '\n');
}

void about_environment(struct buffer *out, const struct report_trace *slice)
{
    for (size_t i = 0; i < slice->fact_count; i++)
        if (slice->facts[i].value.length > 0)
            add_fact(out, &slice->facts[i]);
}
