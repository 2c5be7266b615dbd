/*
 * In:   nothing but the kinds that there are.
 * Out:  a rule for each, with its help.
 * Holds: the words are those of `staleread explain`; all kinds are there in every report, so that rules do not change from one to
 * the next.
 */
#include "report/sarif_rules.h"

#include <ctype.h>
#include <string.h>

#include "finding/explain.h"
#include "finding/kinds.h"

/* "lost-update" as "LostUpdate". */
static void add_name(struct buffer *out, const char *kind)
{
    bool starts = true;
    for (; *kind != '\0'; kind++) {
        if (*kind != '-')
            buffer_add_char(out, starts ? (char)toupper((unsigned char)*kind) : *kind);
        starts = *kind == '-';
    }
}

/* The value of what was written into a buffer, which is done with. */
static cJSON *text_of_buffer(struct buffer *buffer)
{
    cJSON *value = buffer_status(buffer) == STATUS_OK ? json_text(buffer_text(buffer)) : NULL;
    buffer_fini(buffer);
    return value;
}

static cJSON *rule_name(enum finding_kind kind)
{
    struct buffer name;
    buffer_init(&name);
    add_name(&name, kinds_name(kind));
    return text_of_buffer(&name);
}

/* The headline as a whole sentence. */
static cJSON *short_description(struct json_writer *writer, enum finding_kind kind)
{
    const char *headline = explain_rows[kind].headline;
    struct buffer sentence;
    buffer_init(&sentence);
    buffer_add_char(&sentence, (char)toupper((unsigned char)headline[0]));
    buffer_add_format(&sentence, "%s.", headline + 1);
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "text", text_of_buffer(&sentence));
    return object;
}

/* One paragraph on one line: where it is shown nobody knows how wide that is. */
static cJSON *full_description(struct json_writer *writer, enum finding_kind kind)
{
    const char *meaning = explain_rows[kind].meaning;
    struct buffer paragraph;
    buffer_init(&paragraph);
    for (const char *at = meaning; *at != '\0'; at++) {
        if (*at != '\n')
            buffer_add_char(&paragraph, *at);
        else if (at[1] != '\0')
            buffer_add_char(&paragraph, ' ');
    }
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "text", text_of_buffer(&paragraph));
    return object;
}

static cJSON *help(struct json_writer *writer, enum finding_kind kind)
{
    struct buffer text, markdown;
    buffer_init(&text);
    buffer_init(&markdown);
    explain_add_text(&text, kind);
    explain_add_markdown(&markdown, kind);
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "text", text_of_buffer(&text));
    json_put(writer, object, "markdown", text_of_buffer(&markdown));
    return object;
}

static cJSON *properties(struct json_writer *writer)
{
    static const char *const tags[] = {"correctness", "concurrency", "python"};
    cJSON *names = cJSON_CreateArray(), *object = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        json_push(writer, names, json_text(text_of(tags[i])));
    json_put(writer, object, "tags", names);
    json_put(writer, object, "precision", json_text(TEXT("high")));
    json_put(writer, object, "problem.severity", json_text(TEXT("warning")));
    return object;
}

static cJSON *rule(struct json_writer *writer, enum finding_kind kind)
{
    cJSON *configuration = cJSON_CreateObject();
    json_put(writer, configuration, "level", json_text(TEXT("warning")));
    cJSON *object = cJSON_CreateObject();
    json_put(writer, object, "id", json_text(text_of(kinds_name(kind))));
    if (strchr(kinds_name(kind), '-') != NULL) /* of one word it would say nothing new */
        json_put(writer, object, "name", rule_name(kind));
    json_put(writer, object, "shortDescription", short_description(writer, kind));
    json_put(writer, object, "fullDescription", full_description(writer, kind));
    json_put(writer, object, "help", help(writer, kind));
    json_put(writer, object, "defaultConfiguration", configuration);
    json_put(writer, object, "properties", properties(writer));
    return object;
}

cJSON *sarif_rules(struct json_writer *writer)
{
    cJSON *array = cJSON_CreateArray();
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
        json_push(writer, array, rule(writer, (enum finding_kind)kind));
    return array;
}
