/*
 * In:   a JSON report as json.c writes it, or any other bytes.
 * Out:  the identities of its findings; findings marked as known.
 * Holds: size, depth and number of values are checked before memory is taken for them, so that a file that lies
 * costs no more than twice its own size and 200 MB.
 */
#include "report/baseline.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "finding/identity.h"
#include "finding/ranking.h"

#define WHAT_TO_DO "`staleread analyze --write-baseline FILE` writes a baseline"

static const char schema_name[] = "staleread-report/";
enum { schema_version = 1 };

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

/* ---- Limits ---- */

/* Where the scan over a JSON text stands. */
struct scan {
    size_t depth;
    size_t values;
    bool in_string;
    bool escaped; /* the byte before was a backslash */
};

static void scan_byte(struct scan *scan, char byte)
{
    if (scan->escaped) {
        scan->escaped = false;
    } else if (byte == '"') {
        scan->in_string = !scan->in_string;
    } else if (scan->in_string) {
        scan->escaped = byte == '\\';
    } else if (byte == '[' || byte == '{') {
        scan->depth++;
        scan->values++;
    } else if (byte == ',') {
        scan->values++;
    } else if ((byte == ']' || byte == '}') && scan->depth > 0) {
        scan->depth--;
    }
}

static enum status check_limits(struct text content, struct diag *diag)
{
    struct scan scan = {0};
    for (size_t i = 0; i < content.length; i++) {
        scan_byte(&scan, content.bytes[i]);
        if (scan.depth > baseline_depth_max)
            return diag_set(diag, STATUS_BAD_INPUT, "no report of staleread: nested too deep at byte %zu; %s",
                            i, WHAT_TO_DO);
        if (scan.values > baseline_values_max)
            return diag_set(diag, STATUS_LIMIT, "more than %d values: no report of staleread; %s",
                            (int)baseline_values_max, WHAT_TO_DO);
    }
    return STATUS_OK;
}

/* ---- The report ---- */

static enum status check_schema(const cJSON *report, struct diag *diag)
{
    const char *schema = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(report, "schema"));
    if (schema == NULL || strncmp(schema, schema_name, sizeof schema_name - 1) != 0)
        return diag_set(diag, STATUS_BAD_INPUT, "JSON, but no report of staleread; %s", WHAT_TO_DO);
    char *end;
    long version = strtol(schema + sizeof schema_name - 1, &end, 10);
    if (*end != '\0' || version < 1)
        return diag_set(diag, STATUS_BAD_INPUT, "there is no schema `%.40s`; %s", schema, WHAT_TO_DO);
    if (version > schema_version)
        return diag_set(diag, STATUS_UNSUPPORTED,
                        "its schema `%.40s` is newer than this program, which knows %s%d: use the staleread "
                        "that wrote it, or write it anew with --write-baseline",
                        schema, schema_name, schema_version);
    return STATUS_OK;
}

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

static bool is_blank(const char *from, const char *end)
{
    while (from < end && strchr(" \t\r\n", *from) != NULL && *from != '\0')
        from++;
    return from == end;
}

enum status baseline_read(struct baseline *baseline, struct text content, struct diag *diag)
{
    enum status status = check_limits(content, diag);
    if (status != STATUS_OK)
        return status;
    const char *end = content.bytes;
    cJSON *report = cJSON_ParseWithLengthOpts(content.bytes, content.length + 1, &end, false);
    if (report == NULL || !is_blank(end, content.bytes + content.length))
        status = diag_set(diag, STATUS_BAD_INPUT, "no JSON, from byte %td on; %s", end - content.bytes,
                          WHAT_TO_DO);
    if (status == STATUS_OK)
        status = check_schema(report, diag);
    if (status == STATUS_OK)
        status = add_findings(baseline, report, diag);
    cJSON_Delete(report);
    return status;
}

/* ---- The file ---- */

static enum status read_file(FILE *file, struct buffer *content, struct diag *diag)
{
    char piece[16384];
    for (size_t length; (length = fread(piece, 1, sizeof piece, file)) > 0;) {
        if (content->length + length > baseline_file_bytes_max)
            return diag_set(diag, STATUS_LIMIT, "larger than %d bytes: no report of staleread; %s",
                            (int)baseline_file_bytes_max, WHAT_TO_DO);
        buffer_add(content, (struct text){piece, length});
    }
    if (ferror(file))
        return diag_set_errno(diag, errno, "the baseline cannot be read");
    return buffer_status(content) == STATUS_OK ? STATUS_OK : diag_set_nomem(diag);
}

enum status baseline_load(struct baseline *baseline, const char *path, struct diag *diag)
{
    diag_set_file(diag, path);
    FILE *file = fopen(path, "rb");
    if (file == NULL && errno == ENOENT)
        return diag_set(diag, STATUS_IO, "there is no such baseline; %s", WHAT_TO_DO);
    if (file == NULL)
        return diag_set_errno(diag, errno, "the baseline cannot be opened");
    struct buffer content;
    buffer_init(&content);
    enum status status = read_file(file, &content, diag);
    fclose(file);
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
