/*
 * In:   findings, traces and rules.
 * Out:  sentences.
 * Holds: whatever comes from a trace or a file goes through phrase_add_code.
 */
#include "report/wording.h"

#include <inttypes.h>

#include "finding/phrase.h"
#include "report/forgetting.h"
#include "report/honesty.h"
#include "report/ignored.h"
#include "report/novelty.h"
#include "report/seen.h"
#include "report/traces.h"

void wording_add_location(struct buffer *out, const struct finding_place *place)
{
    if (place->is_location) {
        buffer_add_format(out, "location %" PRIu32, place->line);
        return;
    }
    buffer_add(out, place->file.length != 0 ? place->file : TEXT("?"));
    if (place->line != 0)
        buffer_add_format(out, ":%" PRIu32, place->line);
}

static bool is_ascii(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] >= 0x80)
            return false;
    return true;
}

bool wording_has_columns(const struct finding_place *place)
{
    return place->end_line == place->line && place->end_column > place->column && place->source.length != 0 &&
           is_ascii(place->source);
}

static void add_line(struct buffer *lines, const char *sentence)
{
    buffer_add_string(lines, sentence);
    buffer_add_char(lines, '\n');
}

void wording_add_other_cells(struct buffer *out, const struct finding *finding)
{
    bool is_key = finding->cell.key.length != 0;
    if (finding->cells <= 1)
        return;
    buffer_add_string(out, " and ");
    phrase_add_count(out, finding->cells - 1, is_key ? "other key" : "other cell",
                     is_key ? "other keys" : "other cells");
}

/* ---- Warnings ---- */

static void add_trace_name(struct buffer *lines, const struct report_trace *trace)
{
    phrase_add_code(lines, text_of(trace->path));
}

/* "`counter.srt`: 1 damaged frame was skipped; 20 events were lost." */
static void add_losses(struct buffer *lines, const struct report_trace *trace)
{
    if (trace->damaged_frames == 0 && trace->lost_events == 0)
        return;
    add_trace_name(lines, trace);
    buffer_add_string(lines, ": ");
    if (trace->damaged_frames > 0) {
        phrase_add_count(lines, trace->damaged_frames, "damaged frame was", "damaged frames were");
        buffer_add_string(lines, trace->lost_events > 0 ? " skipped; " : " skipped");
    }
    if (trace->lost_events > 0) {
        phrase_add_count(lines, trace->lost_events, "event was", "events were");
        buffer_add_string(lines, " lost");
    }
    buffer_add_string(lines, ".\n");
}

static void add_warning(struct buffer *lines, const struct report_trace *trace)
{
    if (!trace->complete) {
        add_trace_name(lines, trace);
        add_line(lines,
                 " is incomplete: the recording did not end. What it holds is true, its tail is missing.");
    }
    add_losses(lines, trace);
    for (size_t i = 0; i < trace->note_count; i++) {
        add_trace_name(lines, trace);
        buffer_add_string(lines, ": ");
        phrase_add_code(lines, trace->notes[i]);
        buffer_add_string(lines, ".\n");
    }
}

/* The first one that is the same recording; NULL: none is. What was merged has each once. */
static const struct report_trace *earlier_same(const struct report_input *input, size_t index)
{
    for (size_t i = 0; i < index && !input->is_merged; i++)
        if (traces_compare(&input->traces[i], &input->traces[index]) == 0)
            return &input->traces[i];
    return NULL;
}

static void add_repetition(struct buffer *lines, const struct report_trace *trace,
                           const struct report_trace *same)
{
    add_trace_name(lines, trace);
    if (strcmp(trace->path, same->path) == 0) {
        add_line(lines, " was given twice: what was found in it counts twice.");
        return;
    }
    buffer_add_string(lines, " is of the same recording as ");
    add_trace_name(lines, same);
    add_line(lines, ": what was found in both counts twice.");
}

static bool is_worth_warning(const struct report_trace *trace)
{
    return !trace->complete || trace->damaged_frames > 0 || trace->lost_events > 0 || trace->note_count > 0;
}

void wording_add_warnings(struct buffer *lines, const struct report_input *input)
{
    enum { traces_named_max = 16 };
    size_t count = 0;
    for (size_t i = 0; i < input->trace_count; i++) {
        const struct report_trace *same = earlier_same(input, i);
        count += is_worth_warning(&input->traces[i]) || same != NULL;
        if (count > traces_named_max)
            continue;
        add_warning(lines, &input->traces[i]);
        if (same != NULL)
            add_repetition(lines, &input->traces[i], same);
    }
    if (count > traces_named_max) {
        phrase_add_count(lines, count - traces_named_max, "more trace is", "more traces are");
        add_line(lines, " incomplete, damaged, or otherwise not one whole run each.");
    }
}

/* ---- Summary ---- */

static void add_explanation(struct buffer *lines, const struct tally *tally)
{
    const char *name = NULL;
    bool several = false;
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++) {
        if (tally->by_kind[kind] == 0)
            continue;
        several = name != NULL;
        name = kinds_name((enum finding_kind)kind);
        if (several)
            break;
    }
    if (name != NULL)
        buffer_add_format(lines, "`staleread explain %s` tells what that means.\n", several ? "KIND" : name);
}

static void add_kinds_and_statuses(struct buffer *lines, const struct tally *tally)
{
    const char *separator = ": ";
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++) {
        if (tally->by_kind[kind] == 0)
            continue;
        buffer_add_string(lines, separator);
        phrase_add_count(lines, tally->by_kind[kind], kinds_name((enum finding_kind)kind),
                         kinds_name((enum finding_kind)kind));
        separator = ", ";
    }
    separator = "; ";
    for (int status = FINDING_CONFIRMED; status >= FINDING_PREDICTED; status--) {
        if (tally->by_status[status] == 0)
            continue;
        buffer_add_string(lines, separator);
        phrase_add_count(lines, tally->by_status[status], kinds_status_name((enum finding_status)status),
                         kinds_status_name((enum finding_status)status));
        separator = ", ";
    }
}

void wording_add_counts(struct buffer *lines, const struct report_input *input, const struct tally *tally)
{
    if (tally->shown == 0) {
        buffer_add_string(lines, "No ");
        buffer_add_string(lines, novelty_many(input));
    } else {
        phrase_add_count(lines, tally->shown, novelty_one(input), novelty_many(input));
        add_kinds_and_statuses(lines, tally);
    }
    add_line(lines, input->lacks_traces ? "; not every trace could be read." : ".");
}

static void add_span(struct buffer *lines, const struct report_input *input)
{
    struct seen seen;
    if (seen_of(&seen, input, NULL) != STATUS_OK)
        lines->status = STATUS_NOMEM;
    seen_add_span(lines, &seen);
}

static void add_looked_at(struct buffer *lines, const struct report_input *input, const struct tally *tally)
{
    buffer_add_string(lines, "Looked at ");
    phrase_add_count(lines, tally->events, "event", "events");
    buffer_add_string(lines, " of ");
    phrase_add_count(lines, tally->actors, "actor", "actors");
    buffer_add_string(lines, " in ");
    if (input->trace_count == 1)
        add_trace_name(lines, &input->traces[0]);
    else
        phrase_add_count(lines, input->trace_count, "trace", "traces");
    if (input->is_merged)
        add_span(lines, input);
    buffer_add_string(lines, ".\n");
}

static void add_not_shown(struct buffer *lines, const struct report_input *input, const struct tally *tally)
{
    if (tally->listed < tally->shown) {
        phrase_add_count(lines, tally->shown - tally->listed, "finding is", "findings are");
        add_line(lines, " not listed: the rules' `max-findings` allows no more.");
    }
    if (tally->hidden > 0) {
        bool one = tally->hidden == 1;
        bool high = input->confidence == FINDING_HIGH;
        phrase_add_number(lines, tally->hidden);
        buffer_add_string(lines, one ? " finding of " : " findings of ");
        buffer_add_string(lines, high ? "low or medium confidence " : "low confidence ");
        add_line(lines, one ? "is hidden (`--confidence low` shows it)."
                            : "are hidden (`--confidence low` shows them).");
    }
    if (tally->suppressed > 0) {
        phrase_add_count(lines, tally->suppressed, "finding is", "findings are");
        buffer_add_string(lines, " suppressed by ");
        phrase_add_code(lines, input->rules_path != NULL ? text_of(input->rules_path) : TEXT("rules"));
        buffer_add_string(lines, ".\n");
    }
}

static void add_rule_field(struct buffer *lines, const char *name, struct text value, const char **separator)
{
    if (value.length == 0)
        return;
    buffer_add_string(lines, *separator);
    buffer_add_string(lines, name);
    buffer_add_char(lines, ' ');
    phrase_add_code(lines, value);
    *separator = ", ";
}

static void add_unused(struct buffer *lines, const struct report_input *input)
{
    const struct rules_suppression *rule;
    for (size_t number = 0; (rule = tally_next_unused(input, &number)) != NULL;) {
        phrase_add_code(lines, input->rules_path != NULL ? text_of(input->rules_path) : TEXT("rules"));
        buffer_add_format(lines, ": suppression %zu, line %" PRIu32 " (", number, rule->line);
        const char *separator = "";
        add_rule_field(lines, "id", rule->id, &separator);
        add_rule_field(lines, "cell", rule->cell, &separator);
        add_rule_field(lines, "file", rule->file, &separator);
        add_rule_field(lines, "function", rule->function, &separator);
        add_rule_field(lines, "kind", rule->kind, &separator);
        add_rule_field(lines, "reason", rule->reason, &separator);
        add_line(lines, ") matched nothing.");
    }
}

void wording_add_remarks(struct buffer *lines, const struct report_input *input, const struct tally *tally)
{
    add_looked_at(lines, input, tally);
    honesty_add(lines, input);
    forgetting_add(lines, input);
    novelty_add_counts(lines, input, tally);
    add_not_shown(lines, input, tally);
    add_unused(lines, input);
    ignored_add(lines, input, tally);
}

void wording_add_summary(struct buffer *lines, const struct report_input *input, const struct tally *tally)
{
    wording_add_counts(lines, input, tally);
    add_explanation(lines, tally);
    wording_add_remarks(lines, input, tally);
}
