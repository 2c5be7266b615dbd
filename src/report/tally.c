/*
 * In:   what is reported.
 * Out:  sums over it, and the findings that are listed.
 * Holds: shown, hidden, suppressed, ignored and known ones that are not shown make up all findings.
 */
#include "report/tally.h"

static void count(struct tally *tally, const struct report_input *input, const struct finding *finding)
{
    if (finding->suppressed_by != 0) {
        tally->suppressed++;
    } else if (finding->ignored_by != 0) {
        tally->ignored++;
    } else if (!finding_list_shows(finding, input->confidence)) {
        tally->hidden++;
    } else {
        tally->known += finding->known;
    }
    if (report_shows(input, finding)) {
        tally->shown++;
        tally->by_kind[finding->kind]++;
        tally->by_status[finding->status]++;
    }
}

struct tally tally_of(const struct report_input *input)
{
    struct tally tally = {0};
    for (size_t i = 0; i < input->list->findings.count; i++)
        count(&tally, input, &input->list->findings.items[i]);
    for (size_t i = 0; i < input->trace_count; i++) {
        tally.events += input->traces[i].events;
        tally.actors += input->traces[i].actors;
    }
    tally.listed = tally.shown;
    if (!input->lists_all && input->rules != NULL && input->rules->findings_max != 0 &&
        tally.listed > input->rules->findings_max)
        tally.listed = input->rules->findings_max;
    return tally;
}

const struct finding *tally_next(const struct report_input *input, const struct tally *tally,
                                 struct tally_cursor *cursor)
{
    while (cursor->listed < tally->listed && cursor->index < input->list->findings.count) {
        const struct finding *finding = &input->list->findings.items[cursor->index++];
        if (report_shows(input, finding)) {
            cursor->listed++;
            return finding;
        }
    }
    return NULL;
}

const struct finding *tally_next_let_stand(const struct report_input *input, size_t *index)
{
    while (*index < input->list->findings.count) {
        const struct finding *finding = &input->list->findings.items[(*index)++];
        bool is_let_stand = finding->suppressed_by != 0 || finding->ignored_by != 0;
        if (is_let_stand && finding->confidence >= input->confidence)
            return finding;
    }
    return NULL;
}

const struct rules_suppression *tally_next_unused(const struct report_input *input, size_t *number)
{
    if (input->rules == NULL)
        return NULL;
    while (*number < input->rules->suppressions.count) {
        const struct rules_suppression *rule = &input->rules->suppressions.items[(*number)++];
        if (rule->used == 0)
            return rule;
    }
    return NULL;
}
