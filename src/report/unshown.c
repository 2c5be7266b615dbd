/*
 * In:   what is reported.
 * Out:  a line for each finding that is not.
 * Holds: each says the first thing that keeps it out, in the order in which they work: rules, comments, confidence, baseline,
 * the greatest number.
 */
#include "report/unshown.h"

#include <inttypes.h>

#include "finding/phrase.h"
#include "report/doubt.h"
#include "report/story.h"
#include "report/wording.h"

/* " (`because` …)" */
static void add_reason(struct buffer *lines, struct text reason)
{
    if (reason.length == 0)
        return;
    buffer_add_string(lines, " (");
    phrase_add_code(lines, reason);
    buffer_add_char(lines, ')');
}

/* "`app.py:12`" */
static void add_file_line(struct buffer *lines, struct text file, uint32_t line)
{
    struct buffer place;
    buffer_init(&place);
    buffer_add(&place, file);
    buffer_add_format(&place, ":%" PRIu32, line);
    phrase_add_code(lines, buffer_text(&place));
    buffer_fini_part(&place, lines);
}

static void add_suppression(struct buffer *lines, const struct report_input *input, uint32_t number)
{
    const struct rules_suppression *rule = input->rules != NULL && number <= input->rules->suppressions.count
                                               ? &input->rules->suppressions.items[number - 1]
                                               : NULL;
    buffer_add_string(lines, "suppressed by ");
    if (rule == NULL) {
        buffer_add_string(lines, "the rules");
        return;
    }
    add_file_line(lines, input->rules_path != NULL ? text_of(input->rules_path) : TEXT("rules"), rule->line);
    add_reason(lines, rule->reason);
}

static void add_ignore(struct buffer *lines, const struct report_input *input, uint32_t number)
{
    const struct ignore *ignore = input->ignores != NULL && number <= input->ignores->rows.count
                                      ? &input->ignores->rows.items[number - 1]
                                      : NULL;
    buffer_add_string(lines, "ignored by the comment ");
    if (ignore == NULL) {
        buffer_add_string(lines, "in the source");
        return;
    }
    buffer_add_string(lines, "at ");
    add_file_line(lines, ignore->file, ignore->line);
    add_reason(lines, ignore->reason);
}

static void add_low(struct buffer *lines, const struct finding *finding)
{
    const char *doubt = doubt_about(finding);
    buffer_add_format(lines, "of %s confidence", finding->confidence == FINDING_LOW ? "low" : "medium");
    if (doubt != NULL)
        buffer_add_format(lines, ": %s", doubt);
}

static void add_why(struct buffer *lines, const struct report_input *input, const struct finding *finding)
{
    if (finding->suppressed_by != 0) {
        add_suppression(lines, input, finding->suppressed_by);
    } else if (finding->ignored_by != 0) {
        add_ignore(lines, input, finding->ignored_by);
    } else if (!finding_list_shows(finding, input->confidence)) {
        add_low(lines, finding);
    } else if (finding->known && !input->shows_known) {
        buffer_add_string(lines, "known from ");
        phrase_add_code(lines,
                        input->baseline_path != NULL ? text_of(input->baseline_path) : TEXT("a baseline"));
    } else {
        buffer_add_string(lines, "one more than the rules' `max-findings` allows");
    }
}

/* "Not shown: SR-0123456789ab, lost-update of `Counter.value` at `counter.py:13`: ignored by …" */
static void add_one(struct buffer *lines, const struct report_input *input, const struct finding *finding)
{
    const struct finding_place *place = story_main_place(finding);
    struct buffer location;
    buffer_init(&location);
    wording_add_location(&location, place);
    buffer_add_format(lines, "Not shown: %s, %s of ", finding->id, kinds_name(finding->kind));
    phrase_add_code(lines, finding->cell.text);
    buffer_add_string(lines, " at ");
    phrase_add_code(lines, buffer_text(&location));
    buffer_add_string(lines, ", ");
    add_why(lines, input, finding);
    buffer_add_string(lines, ".\n");
    buffer_fini_part(&location, lines);
}

void unshown_add(struct buffer *lines, const struct report_input *input, const struct tally *tally)
{
    uint64_t listed = 0;
    for (size_t i = 0; i < input->list->findings.count; i++) {
        const struct finding *finding = &input->list->findings.items[i];
        if (report_shows(input, finding) && listed < tally->listed)
            listed++;
        else
            add_one(lines, input, finding);
    }
}
