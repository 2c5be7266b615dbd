/*
 * In:   a JSON report as json.c writes it, or any other bytes.
 * Out:  the identities of its findings; findings marked as known.
 * Holds: each identity stands once, in the order of the report.
 */
#include "report/baseline.h"

#include "finding/identity.h"
#include "finding/ranking.h"
#include "report/document.h"

#define WHAT_TO_DO "`staleread analyze --write-baseline FILE` writes a baseline"

static const struct document_words words = {"baseline", WHAT_TO_DO, "--write-baseline"};

void baseline_init(struct baseline *baseline)
{
    *baseline = (struct baseline){0};
    map_init(&baseline->indexes);
}

void baseline_fini(struct baseline *baseline)
{
    VECTOR_FINI(&baseline->entries);
    map_fini(&baseline->indexes);
}

/* ---- The report ---- */

static enum status add(struct baseline *baseline, uint64_t identity, struct diag *diag)
{
    bool added;
    uint64_t *index = map_entry(&baseline->indexes, identity, &added);
    if (index == NULL)
        return diag_set_nomem(diag);
    if (!added)
        return STATUS_OK;
    *index = baseline->entries.count;
    struct baseline_entry entry = {.identity = identity};
    return VECTOR_PUSH(&baseline->entries, entry) == STATUS_OK ? STATUS_OK : diag_set_nomem(diag);
}

static enum status add_findings(struct baseline *baseline, const cJSON *report, struct diag *diag)
{
    const cJSON *findings = cJSON_GetObjectItemCaseSensitive(report, "findings");
    const cJSON *finding;
    if (!cJSON_IsArray(findings))
        return diag_set(diag, STATUS_BAD_INPUT, "a report without `findings`; %s", WHAT_TO_DO);
    size_t number = 0;
    cJSON_ArrayForEach(finding, findings)
    {
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(finding, "id"));
        uint64_t identity;
        number++;
        if (id == NULL || !identity_parse(text_of(id), &identity))
            return diag_set(diag, STATUS_BAD_INPUT, "finding %zu has no id; %s", number, WHAT_TO_DO);
        enum status status = add(baseline, identity, diag);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

enum status baseline_read(struct baseline *baseline, struct text content, struct diag *diag)
{
    cJSON *report;
    enum status status = document_parse(&report, content, &words, diag);
    if (status != STATUS_OK)
        return status;
    status = add_findings(baseline, report, diag);
    cJSON_Delete(report);
    return status;
}

enum status baseline_load(struct baseline *baseline, const char *path, struct diag *diag)
{
    struct buffer content;
    buffer_init(&content);
    enum status status = document_load(&content, path, &words, diag);
    if (status == STATUS_OK)
        status = baseline_read(baseline, buffer_text(&content), diag);
    buffer_fini(&content);
    return status;
}

/* ---- Its use ---- */

void baseline_apply(struct baseline *baseline, struct finding_list *list)
{
    for (size_t i = 0; i < baseline->entries.count; i++)
        baseline->entries.items[i].occurred = false;
    for (size_t i = 0; i < list->findings.count; i++) {
        struct finding *finding = &list->findings.items[i];
        uint64_t identity, index;
        finding->known =
            identity_parse(text_of(finding->id), &identity) && map_get(&baseline->indexes, identity, &index);
        if (finding->known)
            baseline->entries.items[index].occurred = true;
    }
    ranking_sort(list->findings.items, list->findings.count);
}

uint64_t baseline_gone(const struct baseline *baseline)
{
    uint64_t gone = 0;
    for (size_t i = 0; i < baseline->entries.count; i++)
        gone += !baseline->entries.items[i].occurred;
    return gone;
}
