/*
 * In:   what is reported.
 * Out:  workflow commands of GitHub Actions, one a line: an annotation for each finding, and one for all.
 * Holds: no line but commands, and no text of a trace that is not escaped for them: what a name holds can neither end a property
 * nor begin a command. GitHub shows ten annotations of each level of a step: no more are written, the worst of each, and the
 * last one says what is left out.
 */
#include <inttypes.h>

#include "finding/phrase.h"
#include "report/formats.h"
#include "report/novelty.h"
#include "report/outcome.h"
#include "report/seen.h"
#include "report/story.h"
#include "report/symptom.h"
#include "report/tally.h"
#include "report/wording.h"

enum { annotations_max = 10, title_bytes_max = 200, message_bytes_max = 4000 };

static const char *const level_names[] = {
    [SYMPTOM_NOTE] = "notice", [SYMPTOM_WARNING] = "warning", [SYMPTOM_ERROR] = "error"};

/* ---- Commands ---- */

/* The percent sign is the escape; a property ends with a comma, and all of them with colons. */
static bool is_escaped(char byte, bool is_property)
{
    return byte == '%' || byte == '\n' || byte == '\r' || (is_property && (byte == ':' || byte == ','));
}

static void add_value(struct buffer *out, struct text printable, bool is_property)
{
    for (size_t i = 0; i < printable.length; i++) {
        if (is_escaped(printable.bytes[i], is_property))
            buffer_add_format(out, "%%%02X", (unsigned)printable.bytes[i]);
        else
            buffer_add_char(out, printable.bytes[i]);
    }
}

static void add_cut(struct buffer *out, const struct buffer *printable, size_t bytes_max, bool is_property)
{
    struct text text = buffer_text(printable), start = text_start(text, bytes_max);
    add_value(out, start, is_property);
    if (start.length < text.length)
        buffer_add_string(out, "…");
}

/* ---- A finding ---- */

/* "file=app.py,line=9,col=5,endColumn=12,", as far as it is known. */
static void add_place(struct buffer *out, const struct report_input *input, const struct finding *finding)
{
    const struct finding_place *place = symptom_place(finding);
    if (place->file.length == 0 || place->is_location)
        return;
    struct buffer path, file;
    buffer_init(&path);
    buffer_init(&file);
    path_map_add(input->path_map, report_root(input, finding), place->file, &path);
    buffer_add_escaped(&file, buffer_text(&path));
    buffer_fini_part(&path, &file);
    buffer_add_string(out, "file=");
    add_value(out, buffer_text(&file), true);
    buffer_add_char(out, ',');
    if (place->line != 0)
        buffer_add_format(out, "line=%" PRIu32 ",", place->line);
    if (wording_has_columns(place))
        buffer_add_format(out, "col=%" PRIu32 ",endColumn=%" PRIu32 ",", place->column + 1,
                          place->end_column + 1);
    buffer_fini_part(&file, out);
}

/* "lost-update · observed · Counter.value" */
static void add_title(struct buffer *out, const struct finding *finding)
{
    struct buffer title;
    buffer_init(&title);
    buffer_add_format(&title, "%s · %s · ", kinds_name(finding->kind), kinds_status_name(finding->status));
    buffer_add_escaped(&title, finding->cell.text);
    buffer_add_string(out, "title=");
    add_cut(out, &title, title_bytes_max, true);
    buffer_fini_part(&title, out);
}

/* "  `Task-3` reads at `counter.py:9`: `value = self.value`" */
static void add_step(struct buffer *lines, const struct story_step *step)
{
    struct buffer location;
    buffer_init(&location);
    wording_add_location(&location, step->place);
    buffer_add_string(lines, "  ");
    phrase_add_code(lines, step->actor);
    buffer_add_format(lines, " %s at ", step->verb);
    phrase_add_code(lines, buffer_text(&location));
    if (step->place->source.length != 0) {
        buffer_add_string(lines, ": ");
        phrase_add_code(lines, step->place->source);
    }
    buffer_add_char(lines, '\n');
    buffer_fini_part(&location, lines);
}

static void add_message(struct buffer *out, const struct report_input *input, const struct finding *finding)
{
    struct story_step steps[story_steps_max];
    struct buffer lines;
    buffer_init(&lines);
    symptom_add(&lines, finding);
    buffer_add_char(&lines, '\n');
    for (size_t i = 0, count = story_of(finding, steps); i < count; i++)
        add_step(&lines, &steps[i]);
    outcome_add(&lines, finding);
    seen_add(&lines, input, finding);
    novelty_add_known(&lines, input, finding);
    buffer_add_string(&lines, "Advice: ");
    buffer_add(&lines, finding->advice.text);
    buffer_add_format(&lines, "\n%s", finding->id);
    add_cut(out, &lines, message_bytes_max, false);
    buffer_fini_part(&lines, out);
}

static enum symptom_level level_of(const struct finding *finding)
{
    return finding->known ? SYMPTOM_NOTE : symptom_level(finding);
}

static void add_finding(struct buffer *out, const struct report_input *input, const struct finding *finding)
{
    buffer_add_format(out, "::%s ", level_names[level_of(finding)]);
    add_place(out, input, finding);
    add_title(out, finding);
    buffer_add_string(out, "::");
    add_message(out, input, finding);
    buffer_add_char(out, '\n');
}

/* ---- The report ---- */

/* Adds the first findings of a level, as many as there is room for, and returns how many there are without. */
static uint64_t add_level(struct buffer *out, const struct report_input *input, const struct tally *tally,
                          enum symptom_level level, size_t room)
{
    uint64_t count = 0;
    struct tally_cursor cursor = {0};
    for (const struct finding *finding; (finding = tally_next(input, tally, &cursor)) != NULL;) {
        if (level_of(finding) != level)
            continue;
        if (count++ < room)
            add_finding(out, input, finding);
    }
    return count > room ? count - room : 0;
}

/* One for whatever is wrong with the traces; whether there is any. */
static bool add_warnings(struct buffer *out, const struct report_input *input)
{
    struct buffer lines;
    buffer_init(&lines);
    wording_add_warnings(&lines, input);
    bool any = lines.length > 0;
    if (any) {
        lines.length--; /* the last newline */
        buffer_add_string(out, "::warning title=staleread::");
        add_cut(out, &lines, message_bytes_max, false);
        buffer_add_char(out, '\n');
    }
    buffer_fini_part(&lines, out);
    return any;
}

static void add_summary(struct buffer *out, const struct report_input *input, const struct tally *tally,
                        uint64_t left_out)
{
    struct buffer lines;
    buffer_init(&lines);
    if (left_out > 0) {
        phrase_add_count(&lines, left_out, "finding has", "findings have");
        buffer_add_string(&lines, " no annotation: GitHub shows ten of a level.\n");
    }
    wording_add_summary(&lines, input, tally);
    lines.length -= lines.length > 0;
    buffer_add_string(out, "::notice title=staleread::");
    add_cut(out, &lines, message_bytes_max, false);
    buffer_add_char(out, '\n');
    buffer_fini_part(&lines, out);
}

void github_report(const struct report_input *input, struct buffer *out)
{
    struct tally tally = tally_of(input);
    bool warns = add_warnings(out, input);
    uint64_t left_out = add_level(out, input, &tally, SYMPTOM_ERROR, annotations_max);
    left_out += add_level(out, input, &tally, SYMPTOM_WARNING, annotations_max - warns);
    left_out +=
        add_level(out, input, &tally, SYMPTOM_NOTE, annotations_max - 1); /* the summary is one, too */
    add_summary(out, input, &tally, left_out);
}
