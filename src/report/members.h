/*
 * Members of JSON objects, put where they belong: one row of a table for each.
 *
 * Where something is wrong, the diag says where it stands in the document and what it should be.
 */
#ifndef STALEREAD_REPORT_MEMBERS_H
#define STALEREAD_REPORT_MEMBERS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/status.h"
#include "base/text.h"

/* Larger ones JSON's readers round. */
#define MEMBERS_NUMBER_MAX UINT64_C(9007199254740991)

/* Where a value stands: `findings`, its item 3, that one's `first`. Each lives on the stack of who looks there. */
struct spot {
    const struct spot *above; /* NULL: the report itself */
    const char *name;         /* NULL: an item of an array */
    size_t index;
};

/* Says what is wrong there, and returns the status: "findings[3].first: no object". */
enum status members_refuse(const struct spot *spot, struct diag *diag, enum status status, const char *what);

enum member_type {
    MEMBER_TEXT,         /* struct text */
    MEMBER_TEXT_OR_NULL, /* struct text, empty for null */
    MEMBER_SENTENCE, /* struct text, which reports print as it is: what is not printable becomes \x1b and the like */
    MEMBER_COUNT,  /* uint64_t */
    MEMBER_NUMBER, /* uint32_t, 0 for null: a line, a process */
    MEMBER_BOOL,   /* bool */
};

struct member {
    const char *name;
    enum member_type type;
    size_t offset;
    bool is_newer; /* reports of earlier versions lack it: then nothing is set */
};

/* What is at hand while a document is read. */
struct members {
    struct arena *arena; /* of the texts */
    struct diag *diag;
};

/* Sets what the table tells, in `into`. STATUS_OK, STATUS_BAD_INPUT or STATUS_NOMEM. */
enum status members_take(const struct members *members, const cJSON *object, const struct spot *spot,
                         const struct member *table, size_t count, void *into) WARN_UNUSED;

/* The member of that name, which must be of that type: cJSON_IsObject and the like. NULL: it is not, and the diag says so. */
const cJSON *members_get(const struct members *members, const cJSON *object, const struct spot *spot,
                         const char *name, cJSON_bool (*is_type)(const cJSON *), const char *what);

/* A text of the document, in the arena; `bytes` is NULL where there is no memory. */
struct text members_text(const struct members *members, const cJSON *item);

/* The texts of an array. Where the member is not there, there are none. */
enum status members_take_texts(const struct members *members, const cJSON *object, const struct spot *spot,
                               const char *name, const struct text **texts, size_t *count) WARN_UNUSED;

/* A whole number that JSON can hold; false where it is none. */
bool members_number(const cJSON *item, uint64_t *number);

#endif
