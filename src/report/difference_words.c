/*
 * In:   a difference.
 * Out:  sentences about it.
 * Holds: whatever comes from a trace or a file goes through phrase_add_code.
 */
#include "report/difference_words.h"

#include "finding/phrase.h"
#include "report/wording.h"

void difference_add_warnings(struct buffer *lines, const struct difference *difference)
{
    wording_add_warnings(lines, &difference->sides[0]);
    wording_add_warnings(lines, &difference->sides[1]);
}

static void add_arrow(struct buffer *out, const char *separator, const char *before, const char *after)
{
    buffer_add_format(out, "%s%s → %s", separator, before, after);
}

void difference_add_change(struct buffer *out, const struct difference_change *change)
{
    const struct finding *before = change->before, *after = change->after;
    const char *separator = "";
    if (before->status != after->status) {
        add_arrow(out, separator, kinds_status_name(before->status), kinds_status_name(after->status));
        separator = ", ";
    }
    if (before->confidence != after->confidence) {
        add_arrow(out, separator, kinds_confidence_name(before->confidence),
                  kinds_confidence_name(after->confidence));
        separator = ", ";
    }
    if (before->count != after->count) {
        buffer_add_string(out, separator);
        phrase_add_times(out, before->count);
        buffer_add_string(out, " → ");
        phrase_add_times(out, after->count);
    }
}

/* ---- Schedules ---- */

const struct parting_loop *difference_first_parted(const struct difference *difference)
{
    const struct parting *parting = difference->parting;
    return parting != NULL && parting->has_parted ? &parting->loops[0] : NULL;
}

const char *difference_end_of(const struct parting_side *side)
{
    if (side->step_count == parting_after_max)
        return NULL;
    if (side->is_cut)
        return "what came next is missing from the trace";
    return side->step_count == 0 ? "nothing ran any more" : "then nothing ran any more";
}

static size_t count_parted(const struct parting *parting)
{
    size_t count = 0;
    while (count < parting->loop_count && parting->loops[count].has_parted)
        count++;
    return count;
}

static void add_parted(struct buffer *lines, const struct parting *parting, const struct parting_loop *loop)
{
    if (loop->common == 0) {
        buffer_add_string(lines, "The schedules differ from the first step on");
    } else {
        buffer_add_string(lines, "The schedules part after ");
        phrase_add_count(lines, loop->common, "step", "steps");
        buffer_add_string(lines, " in common");
    }
    size_t others = count_parted(parting) - 1;
    if (others > 0) {
        buffer_add_string(lines, "; ");
        phrase_add_count(lines, others, "other loop parts", "other loops part");
        buffer_add_string(lines, ", too");
    }
    buffer_add_string(lines, ".\n");
}

static bool any_ends_early(const struct parting *parting)
{
    for (size_t i = 0; i < parting->loop_count; i++)
        if (parting->loops[i].ends_early)
            return true;
    return false;
}

static void add_together(struct buffer *lines, const struct parting *parting)
{
    if (parting->loop_count == 0) {
        buffer_add_string(lines, "There are no steps of event loops whose order could be compared.\n");
        return;
    }
    buffer_add_string(lines, "The schedules are the same");
    buffer_add_string(lines, any_ends_early(parting) ? " up to where one of the traces ends: " : ": ");
    phrase_add_count(lines, parting->common, "step", "steps");
    buffer_add_string(lines, " in the same order.\n");
}

void difference_add_parting(struct buffer *lines, const struct difference *difference,
                            const struct parting_loop *loop)
{
    const struct parting *parting = difference->parting;
    if (parting == NULL)
        return;
    if (parting->begins_late[0] || parting->begins_late[1]) {
        buffer_add_string(lines, "The schedules cannot be compared, because ");
        phrase_add_code(lines, text_of(difference->paths[parting->begins_late[0] ? 0 : 1]));
        buffer_add_string(lines, " does not have the beginning of its run.\n");
        return;
    }
    if (loop != NULL)
        add_parted(lines, parting, loop);
    else
        add_together(lines, parting);
    if (parting->lacks_more)
        buffer_add_string(lines,
                          "One run's loops are so far ahead of the other's that not all of their steps "
                          "were compared.\n");
}

/* ---- The whole ---- */

void difference_add_summary(struct buffer *lines, const struct difference *difference)
{
    size_t differing = difference->fresh.count + difference->gone.count + difference->changed.count;
    if (differing == 0 && difference->same_count == 0) {
        buffer_add_string(lines, "No findings in either of the two.\n");
        return;
    }
    if (differing == 0) {
        buffer_add_string(lines, "Both have the same ");
        if (difference->same_count > 1)
            phrase_add_number(lines, difference->same_count);
        buffer_add_string(lines, difference->same_count == 1 ? "finding.\n" : " findings.\n");
        return;
    }
    buffer_add_string(lines, "Findings: ");
    phrase_add_number(lines, difference->fresh.count);
    buffer_add_string(lines, " new, ");
    phrase_add_number(lines, difference->gone.count);
    buffer_add_string(lines, " gone, ");
    phrase_add_number(lines, difference->changed.count);
    buffer_add_string(lines, " changed, ");
    phrase_add_number(lines, difference->same_count);
    buffer_add_string(lines, " the same.\n");
}
