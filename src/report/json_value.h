/*
 * JSON values out of texts and numbers, for all formats that are JSON.
 *
 * Whoever makes one gets NULL where there was no memory, and hands it to json_put or json_push all the same: these take it over,
 * and what is missing in the end is told once, by the writer.
 */
#ifndef STALEREAD_REPORT_JSON_VALUE_H
#define STALEREAD_REPORT_JSON_VALUE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"

struct json_writer {
    bool complete; /* every value was made and added; true at the start */
};

/* A string of valid UTF-8, whatever the text is. */
cJSON *json_text(struct text text);

/* Null for the empty text. */
cJSON *json_text_or_null(struct text text);

cJSON *json_number(uint64_t number);

/* Null for 0. */
cJSON *json_line(uint32_t line);

/* Add a value, and own it from then on. `name` is a literal. */
void json_put(struct json_writer *writer, cJSON *object, const char *name, cJSON *value);
void json_push(struct json_writer *writer, cJSON *array, cJSON *value);

/* Appends the whole document, and a newline; nothing where something of it could not be made: that is the buffer's status then.
 * Takes over the document. */
void json_finish(struct json_writer *writer, cJSON *document, struct buffer *out);

#endif
