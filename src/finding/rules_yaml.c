/*
 * In:   a file of any bytes that should be YAML, at most rules_file_bytes_max of them.
 * Out:  filled rules, or a sentence with line and column.
 * Holds: the events of libyaml are followed by tables of keys, three levels deep; whatever the tables do not
 * expect is an error at once. Aliases, anchors and tags are refused, so nothing can grow or nest without end.
 * One event is alive at a time: `next` lets go of the one before.
 */
#include "finding/rules_yaml.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <yaml.h>

#include "finding/glob.h"
#include "finding/identity.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

struct reader {
    yaml_parser_t parser;
    yaml_event_t event;
    struct rules *rules;
    const char *key; /* whose value is read; a literal */
    struct diag *diag;
};

/* One key that a mapping may have. `read` reads its value into `into`, which is what the mapping fills. */
struct key {
    const char *name;
    enum status (*read)(struct reader *reader, void *into);
};

/* ---- Errors ---- */

PRINTF_LIKE(4, 5)
static enum status fail_at(struct reader *reader, yaml_mark_t mark, enum status status, const char *format,
                           ...)
{
    char sentence[diag_message_bytes_max];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return diag_set(reader->diag, status, "line %zu, column %zu: %s", mark.line + 1, mark.column + 1,
                    sentence);
}

/* Says what is wrong with the event that is being looked at. */
#define FAIL(reader, ...) fail_at(reader, (reader)->event.start_mark, STATUS_BAD_INPUT, __VA_ARGS__)

static enum status fail_parse(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    if (parser->error == YAML_MEMORY_ERROR)
        return diag_set_nomem(reader->diag);
    const char *problem = parser->problem != NULL ? parser->problem : "cannot be read";
    if (parser->error == YAML_READER_ERROR)
        return diag_set(reader->diag, STATUS_BAD_INPUT, "no YAML: %s at byte %zu", problem,
                        parser->problem_offset);
    return fail_at(reader, parser->problem_mark, STATUS_BAD_INPUT, "no YAML: %s", problem);
}

/* ---- Events ---- */

/* Refuses what YAML has and rules files do not. */
static enum status check_event(struct reader *reader)
{
    const yaml_event_t *event = &reader->event;
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (event->type == YAML_ALIAS_EVENT)
        return FAIL(reader, "aliases are not used here; a pattern that starts with * goes in quotes");
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (anchor != NULL)
        return FAIL(reader, "anchors are not used here; a text that starts with & goes in quotes");
    if (tag != NULL)
        return FAIL(reader, "tags are not used here; a text that starts with ! goes in quotes");
    return STATUS_OK;
}

static enum status next(struct reader *reader)
{
    yaml_event_delete(&reader->event);
    if (!yaml_parser_parse(&reader->parser, &reader->event)) {
        memset(&reader->event, 0, sizeof reader->event);
        return fail_parse(reader);
    }
    return check_event(reader);
}

static struct text scalar(const struct reader *reader)
{
    return (struct text){.bytes = (const char *)reader->event.data.scalar.value,
                         .length = reader->event.data.scalar.length};
}

/* Whether the value is there but says nothing: `suppress:` with nothing behind. */
static bool is_null(const struct reader *reader)
{
    return reader->event.type == YAML_SCALAR_EVENT &&
           reader->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (scalar(reader).length == 0 || text_equals(scalar(reader), "~") ||
            text_equals(scalar(reader), "null"));
}

/* ---- Scalars ---- */

/* The event is a text that is not empty; it is copied to *text. */
static enum status read_text(struct reader *reader, struct text *text)
{
    if (reader->event.type != YAML_SCALAR_EVENT)
        return FAIL(reader, "`%s` wants a text", reader->key);
    if (is_null(reader) || scalar(reader).length == 0)
        return FAIL(reader, "`%s` is empty", reader->key);
    if (memchr(scalar(reader).bytes, '\0', scalar(reader).length) != NULL)
        return FAIL(reader, "`%s` has a zero byte in it", reader->key);
    *text = arena_text(&reader->rules->arena, scalar(reader));
    return text->bytes != NULL ? STATUS_OK : diag_set_nomem(reader->diag);
}

/* The event is a whole number from 1 up to 999,999,999. */
static enum status read_number(struct reader *reader, uint32_t *number)
{
    struct text digits = reader->event.type == YAML_SCALAR_EVENT ? scalar(reader) : TEXT_NONE;
    *number = 0;
    for (size_t i = 0; i < digits.length && i < 9; i++) {
        if (digits.bytes[i] < '0' || digits.bytes[i] > '9')
            return FAIL(reader, "`%s` wants a whole number", reader->key);
        *number = *number * 10 + (uint32_t)(digits.bytes[i] - '0');
    }
    if (*number == 0 || digits.length > 9)
        return FAIL(reader, "`%s` wants a whole number from 1", reader->key);
    return STATUS_OK;
}

/* ---- Lists and mappings ---- */

/* Reads the items of a list, of which `read` reads one into `into`. No value at all is an empty list. */
static enum status read_list(struct reader *reader, enum status (*read)(struct reader *, void *), void *into)
{
    if (is_null(reader))
        return STATUS_OK;
    if (reader->event.type != YAML_SEQUENCE_START_EVENT)
        return FAIL(reader, "`%s` wants a list", reader->key);
    for (size_t items = 0;; items++) {
        enum status status = next(reader);
        if (status != STATUS_OK || reader->event.type == YAML_SEQUENCE_END_EVENT)
            return status;
        if (items == rules_list_items_max)
            return fail_at(reader, reader->event.start_mark, STATUS_LIMIT, "`%s` has more than %d items",
                           reader->key, (int)rules_list_items_max);
        status = read(reader, into);
        if (status != STATUS_OK)
            return status;
    }
}

static enum status fail_unknown_key(struct reader *reader, const struct key *keys, size_t count)
{
    char known[256];
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        length +=
            (size_t)snprintf(known + length, sizeof known - length, "%s%s", i == 0 ? "" : ", ", keys[i].name);
    return FAIL(reader, "unknown key `%.60s`; there are %s", scalar(reader).bytes, known);
}

/* Reads one key and its value. Bit i of *seen: keys[i] was there. */
static enum status read_entry(struct reader *reader, const struct key *keys, size_t count, void *into,
                              unsigned *seen)
{
    if (reader->event.type != YAML_SCALAR_EVENT)
        return FAIL(reader, "a key is a plain word");
    size_t i = 0;
    while (i < count && !text_equals(scalar(reader), keys[i].name))
        i++;
    if (i == count)
        return fail_unknown_key(reader, keys, count);
    if (*seen & 1u << i)
        return FAIL(reader, "`%s` is given twice", keys[i].name);
    *seen |= 1u << i;

    enum status status = next(reader);
    reader->key = keys[i].name;
    return status != STATUS_OK ? status : keys[i].read(reader, into);
}

static enum status read_mapping(struct reader *reader, const struct key *keys, size_t count, void *into,
                                unsigned *seen)
{
    if (reader->event.type != YAML_MAPPING_START_EVENT)
        return FAIL(reader, "`%s` wants keys and values", reader->key);
    for (;;) {
        enum status status = next(reader);
        if (status != STATUS_OK || reader->event.type == YAML_MAPPING_END_EVENT)
            return status;
        status = read_entry(reader, keys, count, into, seen);
        if (status != STATUS_OK)
            return status;
    }
}

/* ---- watch, ignore ---- */

static enum status read_pattern(struct reader *reader, void *into)
{
    struct rules_patterns *patterns = into;
    struct text glob;
    enum status status = read_text(reader, &glob);
    if (status != STATUS_OK)
        return status;
    return VECTOR_PUSH(&patterns->globs, glob) == STATUS_OK ? STATUS_OK : diag_set_nomem(reader->diag);
}

static enum status read_watch(struct reader *reader, void *into)
{
    struct rules *rules = into;
    return read_list(reader, read_pattern, &rules->watch);
}

static enum status read_ignore(struct reader *reader, void *into)
{
    struct rules *rules = into;
    return read_list(reader, read_pattern, &rules->ignore);
}

/* ---- suppress ---- */

static enum status read_id(struct reader *reader, void *into)
{
    struct rules_suppression *rule = into;
    enum status status = read_text(reader, &rule->id);
    uint64_t identity;
    if (status == STATUS_OK && !identity_parse(rule->id, &identity))
        return FAIL(reader, "`id` wants SR- and 12 hex digits, as reports show it");
    return status;
}

static enum status read_kind(struct reader *reader, void *into)
{
    struct rules_suppression *rule = into;
    enum status status = read_text(reader, &rule->kind);
    for (int kind = 0; status == STATUS_OK && kind < FINDING_KIND_COUNT; kind++) {
        if (glob_matches(rule->kind, text_of(kinds_name((enum finding_kind)kind))))
            return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    const char *near = kinds_nearest(rule->kind);
    return near != NULL ? FAIL(reader, "there is no kind `%.60s`; did you mean `%s`?", rule->kind.bytes, near)
                        : FAIL(reader, "there is no kind `%.60s`", rule->kind.bytes);
}

static enum status read_cell(struct reader *reader, void *into)
{
    struct rules_suppression *rule = into;
    return read_text(reader, &rule->cell);
}

static enum status read_file(struct reader *reader, void *into)
{
    struct rules_suppression *rule = into;
    return read_text(reader, &rule->file);
}

static enum status read_function(struct reader *reader, void *into)
{
    struct rules_suppression *rule = into;
    return read_text(reader, &rule->function);
}

static enum status read_reason(struct reader *reader, void *into)
{
    struct rules_suppression *rule = into;
    return read_text(reader, &rule->reason);
}

static const struct key suppression_keys[] = {
    {"id", read_id},     {"cell", read_cell},     {"file", read_file}, {"function", read_function},
    {"kind", read_kind}, {"reason", read_reason},
};

static enum status read_suppression(struct reader *reader, void *into)
{
    struct rules *rules = into;
    yaml_mark_t start = reader->event.start_mark;
    struct rules_suppression rule = {.line = (uint32_t)start.line + 1};
    unsigned seen = 0;
    enum status status = read_mapping(reader, suppression_keys, COUNT(suppression_keys), &rule, &seen);
    reader->key = "suppress";
    if (status != STATUS_OK)
        return status;
    if (rule.reason.length == 0)
        return fail_at(reader, start, STATUS_BAD_INPUT, "a suppression needs a `reason`");
    if (rule.id.length + rule.cell.length + rule.file.length + rule.function.length + rule.kind.length == 0)
        return fail_at(reader, start, STATUS_BAD_INPUT,
                       "a suppression needs at least one of id, cell, file, function, kind");
    return VECTOR_PUSH(&rules->suppressions, rule) == STATUS_OK ? STATUS_OK : diag_set_nomem(reader->diag);
}

static enum status read_suppress(struct reader *reader, void *into)
{
    return read_list(reader, read_suppression, into);
}

/* ---- primitives: the agent's, and only checked here ---- */

/* Whether it is what Python takes for a name; dotted: several of them with dots in between. */
static bool is_name(struct text text, bool dotted)
{
    bool begins = true;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        bool is_digit = byte >= '0' && byte <= '9';
        bool is_letter =
            (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || byte >= 0x80;
        if (!is_letter && (begins || !(is_digit || (dotted && byte == '.'))))
            return false;
        begins = byte == '.';
    }
    return !begins;
}

/* `into`, unless it is NULL, counts the names. */
static enum status read_name(struct reader *reader, void *into)
{
    size_t *names = into;
    struct text name;
    enum status status = read_text(reader, &name);
    if (status == STATUS_OK && !is_name(name, false))
        return FAIL(reader, "`%s` wants a name, not `%.60s`", reader->key, name.bytes);
    if (names != NULL)
        ++*names;
    return status;
}

static enum status read_class(struct reader *reader, void *into)
{
    (void)into;
    struct text name;
    enum status status = read_text(reader, &name);
    if (status == STATUS_OK && (!is_name(name, true) || memchr(name.bytes, '.', name.length) == NULL))
        return FAIL(reader, "`class` is written in full: its module, a dot and its name");
    return status;
}

/* The name of a method, or a list of them. */
static enum status read_methods(struct reader *reader, void *into)
{
    if (reader->event.type == YAML_SCALAR_EVENT)
        return read_name(reader, into);
    yaml_mark_t start = reader->event.start_mark;
    size_t names = 0;
    enum status status = read_list(reader, read_name, &names);
    if (status == STATUS_OK && names == 0)
        return fail_at(reader, start, STATUS_BAD_INPUT, "`%s` is empty", reader->key);
    return status;
}

/* A number, or the name of the attribute that has it. */
static enum status read_permits(struct reader *reader, void *into)
{
    uint32_t number;
    bool is_number = reader->event.type == YAML_SCALAR_EVENT && scalar(reader).length > 0 &&
                     scalar(reader).bytes[0] >= '0' && scalar(reader).bytes[0] <= '9';
    return is_number ? read_number(reader, &number) : read_name(reader, into);
}

static const struct key lock_keys[] = {
    {"class", read_class}, {"acquire", read_methods}, {"release", read_methods}, {"same", read_name}};
static const struct key semaphore_keys[] = {{"class", read_class},
                                            {"acquire", read_methods},
                                            {"release", read_methods},
                                            {"same", read_name},
                                            {"permits", read_permits}};
static const struct key event_keys[] = {{"class", read_class},
                                        {"set", read_methods},
                                        {"wait", read_methods},
                                        {"same", read_name},
                                        {"clear", read_methods}};
static const struct key queue_keys[] = {{"class", read_class},
                                        {"put", read_methods},
                                        {"get", read_methods},
                                        {"same", read_name},
                                        {"close", read_methods}};

/* Its class is the first key; of the second and the third both are needed, or either. */
static enum status read_primitive_of(struct reader *reader, const struct key *keys, size_t count, bool both)
{
    yaml_mark_t start = reader->event.start_mark;
    unsigned seen = 0;
    enum status status = read_mapping(reader, keys, count, NULL, &seen);
    if (status != STATUS_OK)
        return status;
    for (unsigned i = 0; i < 3; i++) {
        bool is_given = (seen & 1u << i) != 0 || (i > 0 && !both && (seen & 6u) != 0);
        if (!is_given)
            return fail_at(reader, start, STATUS_BAD_INPUT, "`%s` is missing", keys[i].name);
    }
    if (keys == semaphore_keys && !(seen & 1u << 4))
        return fail_at(reader, start, STATUS_BAD_INPUT, "`permits` is missing");
    return STATUS_OK;
}

static enum status read_lock(struct reader *reader, void *into)
{
    (void)into;
    return read_primitive_of(reader, lock_keys, COUNT(lock_keys), true);
}

static enum status read_semaphore(struct reader *reader, void *into)
{
    (void)into;
    return read_primitive_of(reader, semaphore_keys, COUNT(semaphore_keys), true);
}

static enum status read_event(struct reader *reader, void *into)
{
    (void)into;
    return read_primitive_of(reader, event_keys, COUNT(event_keys), false);
}

static enum status read_queue(struct reader *reader, void *into)
{
    (void)into;
    return read_primitive_of(reader, queue_keys, COUNT(queue_keys), false);
}

static const struct key primitive_keys[] = {
    {"lock", read_lock},
    {"semaphore", read_semaphore},
    {"event", read_event},
    {"queue", read_queue},
};

static enum status read_primitive(struct reader *reader, void *into)
{
    yaml_mark_t start = reader->event.start_mark;
    unsigned seen = 0;
    enum status status = read_mapping(reader, primitive_keys, COUNT(primitive_keys), into, &seen);
    reader->key = "primitives";
    if (status == STATUS_OK && (seen == 0 || (seen & (seen - 1)) != 0))
        return fail_at(reader, start, STATUS_BAD_INPUT,
                       "a primitive is one of lock, semaphore, event, queue, and what its methods are");
    return status;
}

static enum status read_primitives(struct reader *reader, void *into)
{
    return read_list(reader, read_primitive, into);
}

/* ---- thresholds ---- */

static enum status read_confidence(struct reader *reader, void *into)
{
    struct rules *rules = into;
    rules->has_confidence =
        reader->event.type == YAML_SCALAR_EVENT && kinds_find_confidence(scalar(reader), &rules->confidence);
    return rules->has_confidence ? STATUS_OK : FAIL(reader, "`confidence` is low, medium or high");
}

static enum status read_fail_on(struct reader *reader, void *into)
{
    struct rules *rules = into;
    rules->has_fail_on =
        reader->event.type == YAML_SCALAR_EVENT && kinds_find_fail_on(scalar(reader), &rules->fail_on);
    return rules->has_fail_on ? STATUS_OK : FAIL(reader, "`fail-on` is predicted, observed or never");
}

static enum status read_findings_max(struct reader *reader, void *into)
{
    struct rules *rules = into;
    return read_number(reader, &rules->findings_max);
}

static enum status read_blocking(struct reader *reader, void *into)
{
    struct rules *rules = into;
    return read_number(reader, &rules->blocking_milliseconds);
}

static const struct key threshold_keys[] = {
    {"confidence", read_confidence},
    {"fail-on", read_fail_on},
    {"max-findings", read_findings_max},
    {"blocking-ms", read_blocking},
};

static enum status read_thresholds(struct reader *reader, void *into)
{
    unsigned seen = 0;
    if (is_null(reader))
        return STATUS_OK;
    return read_mapping(reader, threshold_keys, COUNT(threshold_keys), into, &seen);
}

/* ---- The document ---- */

static enum status read_version(struct reader *reader, void *into)
{
    (void)into;
    uint32_t version;
    enum status status = read_number(reader, &version);
    if (status == STATUS_OK && version > 1)
        return fail_at(reader, reader->event.start_mark, STATUS_UNSUPPORTED,
                       "version %u is newer than this program, which knows version 1", (unsigned)version);
    return status;
}

static const struct key rules_keys[] = {
    {"version", read_version},       {"watch", read_watch},       {"ignore", read_ignore},
    {"primitives", read_primitives}, {"suppress", read_suppress}, {"thresholds", read_thresholds},
};

static enum status expect(struct reader *reader, yaml_event_type_t type, const char *otherwise)
{
    enum status status = next(reader);
    if (status == STATUS_OK && reader->event.type != type)
        return FAIL(reader, "%s", otherwise);
    return status;
}

static enum status read_rules(struct reader *reader)
{
    unsigned seen = 0;
    enum status status = expect(reader, YAML_STREAM_START_EVENT, "no YAML");
    if (status == STATUS_OK)
        status = expect(reader, YAML_DOCUMENT_START_EVENT, "the file is empty; it begins with `version: 1`");
    if (status == STATUS_OK)
        status = expect(reader, YAML_MAPPING_START_EVENT, "no rules; the file begins with `version: 1`");
    yaml_mark_t start = reader->event.start_mark;
    if (status == STATUS_OK)
        status = read_mapping(reader, rules_keys, COUNT(rules_keys), reader->rules, &seen);
    if (status == STATUS_OK && !(seen & 1u))
        return fail_at(reader, start, STATUS_BAD_INPUT, "`version: 1` is missing");
    if (status == STATUS_OK)
        status = expect(reader, YAML_DOCUMENT_END_EVENT, "no YAML");
    if (status == STATUS_OK)
        status = expect(reader, YAML_STREAM_END_EVENT, "a second document; a rules file has one");
    return status;
}

/* ---- The file ---- */

/* Reads the file whole. The bytes are the arena's. */
static enum status read_bytes(struct rules *rules, const char *path, struct text *content, struct diag *diag)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return diag_set_errno(diag, errno, "cannot be opened");
    char *bytes = arena_alloc(&rules->arena, rules_file_bytes_max + 1);
    enum status status = bytes != NULL ? STATUS_OK : diag_set_nomem(diag);
    if (status == STATUS_OK) {
        size_t length = fread(bytes, 1, rules_file_bytes_max + 1, file);
        *content = (struct text){.bytes = bytes, .length = length};
        if (ferror(file))
            status = diag_set_errno(diag, errno, "cannot be read");
        else if (length > rules_file_bytes_max)
            status = diag_set(diag, STATUS_LIMIT, "larger than %d bytes: no rules file",
                              (int)rules_file_bytes_max);
    }
    fclose(file);
    return status;
}

enum status rules_yaml_read(struct rules *rules, const char *path, struct diag *diag)
{
    struct text content = TEXT_NONE;
    enum status status = read_bytes(rules, path, &content, diag);
    if (status != STATUS_OK)
        return status;

    struct reader reader = {.rules = rules, .key = "rules", .diag = diag};
    if (!yaml_parser_initialize(&reader.parser))
        return diag_set_nomem(diag);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)content.bytes, content.length);
    status = read_rules(&reader);
    yaml_event_delete(&reader.event);
    yaml_parser_delete(&reader.parser);
    return status;
}
