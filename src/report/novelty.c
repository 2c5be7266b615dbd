/*
 * In:   findings that a baseline was held against.
 * Out:  sentences.
 * Holds: without a baseline nothing is said, and a report reads as if there were no such thing.
 */
#include "report/novelty.h"

#include "finding/phrase.h"

static bool only_new(const struct report_input *input)
{
    return input->baseline != NULL && !input->shows_known;
}

const char *novelty_one(const struct report_input *input)
{
    return only_new(input) ? "new finding" : "finding";
}

const char *novelty_many(const struct report_input *input)
{
    return only_new(input) ? "new findings" : "findings";
}

static void add_baseline_name(struct buffer *lines, const struct report_input *input)
{
    phrase_add_code(lines, input->baseline_path != NULL ? text_of(input->baseline_path) : TEXT("baseline"));
}

void novelty_add_known(struct buffer *lines, const struct report_input *input, const struct finding *finding)
{
    if (!finding->known)
        return;
    buffer_add_string(lines, "Known: ");
    add_baseline_name(lines, input);
    buffer_add_string(lines, " has it.\n");
}

void novelty_add_counts(struct buffer *lines, const struct report_input *input, const struct tally *tally)
{
    if (input->baseline == NULL)
        return;
    if (tally->known > 0) {
        phrase_add_count(lines, tally->known, "known finding of ", "known findings of ");
        add_baseline_name(lines, input);
        bool one = tally->known == 1;
        if (input->shows_known)
            buffer_add_string(lines, one ? " is among them.\n" : " are among them.\n");
        else
            buffer_add_string(lines, one ? " is not shown (`--known` shows it).\n"
                                         : " are not shown (`--known` shows them).\n");
    }
    uint64_t gone = baseline_gone(input->baseline);
    if (gone > 0) {
        phrase_add_count(lines, gone, "finding of ", "findings of ");
        add_baseline_name(lines, input);
        buffer_add_string(lines, " did not occur in this run.\n");
    }
}
