/*
 * In:   a JSON report as json.c writes it, or any other bytes.
 * Out:  a tree that has the mark of a report; nothing below that is looked at.
 * Holds: nothing is parsed before its limits were checked.
 */
#include "report/document.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char schema_name[] = "staleread-report/";
enum { schema_version = 1 };

/* ---- The file ---- */

static enum status read_file(FILE *file, struct buffer *content, const struct document_words *words,
                             struct diag *diag)
{
    char piece[16384];
    for (size_t length; (length = fread(piece, 1, sizeof piece, file)) > 0;) {
        if (content->length + length > document_file_bytes_max)
            return diag_set(diag, STATUS_LIMIT, "larger than %d bytes: no report of staleread; %s",
                            (int)document_file_bytes_max, words->remedy);
        buffer_add(content, (struct text){piece, length});
    }
    if (ferror(file))
        return diag_set_errno(diag, errno, "it cannot be read");
    return buffer_status(content) == STATUS_OK ? STATUS_OK : diag_set_nomem(diag);
}

enum status document_load(struct buffer *content, const char *path, const struct document_words *words,
                          struct diag *diag)
{
    diag_set_file(diag, path);
    bool is_standard = strcmp(path, "-") == 0;
    FILE *file = is_standard ? stdin : fopen(path, "rb");
    if (file == NULL && errno == ENOENT)
        return diag_set(diag, STATUS_IO, "there is no such %s; %s", words->what, words->remedy);
    if (file == NULL)
        return diag_set_errno(diag, errno, "it cannot be opened");
    enum status status = read_file(file, content, words, diag);
    if (!is_standard)
        fclose(file);
    return status;
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

enum status document_check(struct text content, const struct document_words *words, struct diag *diag)
{
    struct scan scan = {0};
    if (content.length > document_file_bytes_max)
        return diag_set(diag, STATUS_LIMIT, "larger than %d bytes: no report of staleread; %s",
                        (int)document_file_bytes_max, words->remedy);
    for (size_t i = 0; i < content.length; i++) {
        scan_byte(&scan, content.bytes[i]);
        if (scan.depth > document_depth_max)
            return diag_set(diag, STATUS_BAD_INPUT, "no report of staleread: nested too deep at byte %zu; %s",
                            i, words->remedy);
        if (scan.values > document_values_max)
            return diag_set(diag, STATUS_LIMIT, "more than %d values: no report of staleread; %s",
                            (int)document_values_max, words->remedy);
    }
    return STATUS_OK;
}

/* ---- The report ---- */

static enum status check_schema(const cJSON *report, const struct document_words *words, struct diag *diag)
{
    const char *schema = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(report, "schema"));
    if (schema == NULL || strncmp(schema, schema_name, sizeof schema_name - 1) != 0)
        return diag_set(diag, STATUS_BAD_INPUT, "JSON, but no report of staleread; %s", words->remedy);
    char *end;
    long version = strtol(schema + sizeof schema_name - 1, &end, 10);
    if (*end != '\0' || version < 1)
        return diag_set(diag, STATUS_BAD_INPUT, "there is no schema `%.40s`; %s", schema, words->remedy);
    if (version > schema_version)
        return diag_set(diag, STATUS_UNSUPPORTED,
                        "its schema `%.40s` is newer than this program, which knows %s%d: use the staleread "
                        "that wrote it, or write it anew with %s",
                        schema, schema_name, schema_version, words->anew);
    return STATUS_OK;
}

static bool is_blank(const char *from, const char *end)
{
    while (from < end && strchr(" \t\r\n", *from) != NULL && *from != '\0')
        from++;
    return from == end;
}

/* What is given most often in place of a report. */
static bool is_trace(struct text content)
{
    static const char magic[] = "\x89SRT";
    return content.length >= sizeof magic - 1 && memcmp(content.bytes, magic, sizeof magic - 1) == 0;
}

enum status document_parse(cJSON **out, struct text content, const struct document_words *words,
                           struct diag *diag)
{
    *out = NULL;
    if (is_trace(content))
        return diag_set(diag, STATUS_BAD_INPUT, "this is a trace, and no %s; %s", words->what, words->remedy);
    enum status status = document_check(content, words, diag);
    if (status != STATUS_OK)
        return status;
    const char *end = content.bytes;
    cJSON *report = cJSON_ParseWithLengthOpts(content.bytes, content.length + 1, &end, false);
    if (report == NULL || !is_blank(end, content.bytes + content.length))
        status = diag_set(diag, STATUS_BAD_INPUT, "no JSON, from byte %td on; %s", end - content.bytes,
                          words->remedy);
    if (status == STATUS_OK)
        status = check_schema(report, words, diag);
    if (status == STATUS_OK)
        *out = report;
    else
        cJSON_Delete(report);
    return status;
}
