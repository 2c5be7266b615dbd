/*
 * In:   texts and numbers.
 * Out:  JSON values, and objects that they are put into.
 * Holds: texts are encoded here, not by cJSON, which knows neither zero bytes nor invalid UTF-8: both become
 * U+FFFD, and what a terminal would obey is escaped. Numbers stay exact up to 64 bits.
 */
#include "report/json_value.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buffer.h"

/* ---- Values ---- */

/* The code point of the valid character at the start of the text. */
static uint32_t code_point(struct text text, size_t length)
{
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t point = (unsigned char)text.bytes[0] & masks[length];
    for (size_t i = 1; i < length; i++)
        point = point << 6 | ((unsigned char)text.bytes[i] & 0x3Fu);
    return point;
}

static void add_escape(struct buffer *json, uint32_t point)
{
    if (point == '\n') {
        buffer_add_string(json, "\\n");
    } else if (point > 0xFFFF) {
        uint32_t rest = point - 0x10000;
        buffer_add_format(json, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xD800 + (rest >> 10),
                          0xDC00 + (rest & 0x3FF));
    } else {
        buffer_add_format(json, "\\u%04" PRIx32, point);
    }
}

/* Adds the character at the start of the text and returns its length. */
static size_t add_character(struct buffer *json, struct text text)
{
    size_t length = text_character(text);
    if (length == 0 || text.bytes[0] == '\0') {
        buffer_add_string(json, "\xEF\xBF\xBD");
        return 1;
    }
    if (text.bytes[0] == '"' || text.bytes[0] == '\\') {
        buffer_add_char(json, '\\');
        buffer_add_char(json, text.bytes[0]);
    } else if (text_printable(text) == 0) {
        add_escape(json, code_point(text, length));
    } else {
        buffer_add(json, (struct text){text.bytes, length});
    }
    return length;
}

cJSON *json_text(struct text text)
{
    struct buffer json;
    buffer_init(&json);
    buffer_add_char(&json, '"');
    for (size_t i = 0; i < text.length;)
        i += add_character(&json, (struct text){text.bytes + i, text.length - i});
    buffer_add_char(&json, '"');
    cJSON *value = buffer_status(&json) == STATUS_OK ? cJSON_CreateRaw(buffer_string(&json)) : NULL;
    buffer_fini(&json);
    return value;
}

cJSON *json_text_or_null(struct text text)
{
    return text.length != 0 ? json_text(text) : cJSON_CreateNull();
}

cJSON *json_number(uint64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, number);
    return cJSON_CreateRaw(digits);
}

cJSON *json_line(uint32_t line)
{
    return line != 0 ? json_number(line) : cJSON_CreateNull();
}

/* ---- Objects ---- */

void json_put(struct json_writer *writer, cJSON *object, const char *name, cJSON *value)
{
    if (value == NULL || object == NULL || !cJSON_AddItemToObjectCS(object, name, value)) {
        cJSON_Delete(value);
        writer->complete = false;
    }
}

void json_push(struct json_writer *writer, cJSON *array, cJSON *value)
{
    if (value == NULL || array == NULL || !cJSON_AddItemToArray(array, value)) {
        cJSON_Delete(value);
        writer->complete = false;
    }
}

void json_finish(struct json_writer *writer, cJSON *document, struct buffer *out)
{
    char *printed = writer->complete ? cJSON_Print(document) : NULL;
    if (printed != NULL) {
        buffer_add_string(out, printed);
        buffer_add_char(out, '\n');
    } else if (out->status == STATUS_OK) {
        out->status = STATUS_NOMEM;
    }
    cJSON_free(printed);
    cJSON_Delete(document);
}
