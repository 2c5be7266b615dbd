/* In: a judgement that is not finished. Out: its findings, each once, in the words of the report.
 * Must hold: nothing of the judgement changes; what rules, comments or the baseline keep from the report is not told. */
#include "cmd/so_far.h"

#include "finding/identity.h"

void so_far_fini(struct so_far *so_far)
{
    map_fini(&so_far->told);
}

/* Another number where there may be something new to tell. */
static uint64_t look_at(const struct finding_list *list)
{
    uint64_t sum = list->findings.count;
    for (size_t i = 0; i < list->findings.count; i++)
        sum = sum * 31 + list->findings.items[i].status * 4u + list->findings.items[i].confidence;
    return sum;
}

static enum status tell_new(struct so_far *so_far, const struct report_input *shown, struct buffer *text)
{
    for (size_t i = 0; i < shown->list->findings.count; i++) {
        const struct finding *finding = &shown->list->findings.items[i];
        uint64_t identity;
        bool is_new = false;
        if (!report_shows(shown, finding) || !identity_parse(text_of(finding->id), &identity))
            continue;
        if (map_entry(&so_far->told, map_mix(identity, finding->status), &is_new) == NULL)
            return STATUS_NOMEM;
        if (is_new)
            report_write_finding(shown, finding, text);
    }
    return buffer_status(text);
}

void so_far_tell(struct so_far *so_far, struct judgement *judgement, struct baseline *baseline,
                 const struct trace *trace, struct report_input shown, FILE *to)
{
    struct finding_list list;
    struct buffer text;
    uint64_t looked = look_at(&judgement->list);
    if (looked == so_far->looked)
        return;
    so_far->looked = looked;
    buffer_init(&text);
    enum status status = judgement_so_far(judgement, trace, &list);
    if (status == STATUS_OK) {
        baseline_apply(baseline, &list);
        shown.list = &list;
        status = tell_new(so_far, &shown, &text);
    }
    if (status == STATUS_OK && buffer_write(&text, to) == STATUS_OK)
        fflush(to);
    buffer_fini(&text);
    finding_list_fini(&list);
}
