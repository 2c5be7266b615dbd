/*
 * In:   a tree that cJSON has made of any bytes.
 * Out:  plain data.
 * Holds: nothing points into the tree.
 */
#include "report/members.h"

#include "base/buffer.h"

static void add_spot(struct buffer *path, const struct spot *spot)
{
    if (spot == NULL)
        return;
    add_spot(path, spot->above);
    if (spot->name == NULL)
        buffer_add_format(path, "[%zu]", spot->index);
    else
        buffer_add_format(path, "%s%s", path->length > 0 ? "." : "", spot->name);
}

enum status members_refuse(const struct spot *spot, struct diag *diag, enum status status, const char *what)
{
    struct buffer path;
    buffer_init(&path);
    add_spot(&path, spot);
    diag_set(diag, status, "%s: %s", path.length > 0 ? buffer_string(&path) : "the report", what);
    buffer_fini(&path);
    return status;
}

bool members_number(const cJSON *item, uint64_t *number)
{
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) || item->valuedouble > (double)MEMBERS_NUMBER_MAX)
        return false;
    *number = (uint64_t)item->valuedouble;
    return (double)*number == item->valuedouble;
}

/* How much of the text is valid UTF-8. */
static size_t valid_length(struct text text)
{
    size_t length = 0;
    for (size_t next = 1; next > 0 && length < text.length; length += next)
        next = text_character((struct text){text.bytes + length, text.length - length});
    return length;
}

/* What is no UTF-8 is here what it would be once it was written: a text that is written and read stays the same. */
struct text members_text(const struct members *members, const cJSON *item)
{
    struct text rest = text_of(cJSON_GetStringValue(item));
    size_t valid = valid_length(rest);
    struct buffer mended;
    if (valid == rest.length)
        return arena_text(members->arena, rest);
    buffer_init(&mended);
    while (rest.length > 0) {
        buffer_add(&mended, (struct text){rest.bytes, valid});
        if (valid < rest.length)
            buffer_add_string(&mended, "\xEF\xBF\xBD");
        size_t taken = valid < rest.length ? valid + 1 : valid;
        rest = (struct text){rest.bytes + taken, rest.length - taken};
        valid = valid_length(rest);
    }
    struct text kept = arena_text(members->arena, buffer_text(&mended));
    if (buffer_status(&mended) != STATUS_OK)
        kept.bytes = NULL;
    buffer_fini(&mended);
    return kept;
}

static enum status take_text(const struct members *members, const cJSON *item, struct text *text)
{
    *text = members_text(members, item);
    return text->bytes != NULL ? STATUS_OK : diag_set_nomem(members->diag);
}

static enum status take_number(const struct members *members, const cJSON *item, const struct spot *spot,
                               uint64_t most, uint64_t *number)
{
    *number = 0;
    if (cJSON_IsNull(item) && most == UINT32_MAX)
        return STATUS_OK;
    if (!members_number(item, number) || *number > most)
        return members_refuse(spot, members->diag, STATUS_BAD_INPUT, "no whole number of that size");
    return STATUS_OK;
}

static enum status make_printable(const struct members *members, struct text *text)
{
    char *printable = arena_alloc(members->arena, text_escaped_bytes_max(text->length));
    if (printable == NULL)
        return diag_set_nomem(members->diag);
    *text = (struct text){printable, text_escape(*text, printable)};
    return STATUS_OK;
}

static enum status take(const struct members *members, const cJSON *item, const struct spot *spot,
                        enum member_type type, void *into)
{
    uint64_t number;
    enum status status;
    switch (type) {
    case MEMBER_TEXT_OR_NULL:
        if (cJSON_IsNull(item)) {
            *(struct text *)into = TEXT_NONE;
            return STATUS_OK;
        }
        /* fall through */
    case MEMBER_TEXT:
        if (!cJSON_IsString(item))
            return members_refuse(spot, members->diag, STATUS_BAD_INPUT, "no text");
        return take_text(members, item, into);
    case MEMBER_SENTENCE:
        status = take(members, item, spot, MEMBER_TEXT, into);
        return status == STATUS_OK ? make_printable(members, into) : status;
    case MEMBER_COUNT:
        status = take_number(members, item, spot, MEMBERS_NUMBER_MAX, &number);
        *(uint64_t *)into = number;
        return status;
    case MEMBER_BOOL:
        if (!cJSON_IsBool(item))
            return members_refuse(spot, members->diag, STATUS_BAD_INPUT, "neither true nor false");
        *(bool *)into = cJSON_IsTrue(item);
        return STATUS_OK;
    default:
        status = take_number(members, item, spot, UINT32_MAX, &number);
        *(uint32_t *)into = (uint32_t)number;
        return status;
    }
}

enum status members_take(const struct members *members, const cJSON *object, const struct spot *spot,
                         const struct member *table, size_t count, void *into)
{
    if (!cJSON_IsObject(object))
        return members_refuse(spot, members->diag, STATUS_BAD_INPUT, "no object");
    for (size_t i = 0; i < count; i++) {
        const struct spot here = {.above = spot, .name = table[i].name};
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, table[i].name);
        if (item == NULL && table[i].is_newer)
            continue;
        if (item == NULL)
            return members_refuse(&here, members->diag, STATUS_BAD_INPUT, "missing");
        enum status status = take(members, item, &here, table[i].type, (char *)into + table[i].offset);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

const cJSON *members_get(const struct members *members, const cJSON *object, const struct spot *spot,
                         const char *name, cJSON_bool (*is_type)(const cJSON *), const char *what)
{
    const struct spot here = {.above = spot, .name = name};
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (item != NULL && is_type(item))
        return item;
    members_refuse(&here, members->diag, STATUS_BAD_INPUT, item == NULL ? "missing" : what);
    return NULL;
}

enum status members_take_texts(const struct members *members, const cJSON *object, const struct spot *spot,
                               const char *name, const struct text **texts, size_t *count)
{
    const struct spot here = {.above = spot, .name = name};
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(object, name);
    const cJSON *item;
    *count = 0;
    if (array == NULL)
        return STATUS_OK;
    if (!cJSON_IsArray(array))
        return members_refuse(&here, members->diag, STATUS_BAD_INPUT, "no array");
    struct text *taken = arena_calloc(members->arena, (size_t)cJSON_GetArraySize(array) + 1, sizeof *taken);
    if (taken == NULL)
        return diag_set_nomem(members->diag);
    *texts = taken;
    cJSON_ArrayForEach(item, array)
    {
        const struct spot at = {.above = &here, .index = *count};
        enum status status = take(members, item, &at, MEMBER_TEXT, &taken[*count]);
        if (status != STATUS_OK)
            return status;
        (*count)++;
    }
    return STATUS_OK;
}
