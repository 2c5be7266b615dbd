/* What the events refer to: strings, functions, sites (tables frames of formats/trace.md).
 *
 * Rows belong to the tables and live until tables_fini. A row that is given again replaces the former; addresses
 * of the former stay valid. Nothing in a row is to be trusted beyond its type: numbers may refer to rows that are
 * missing, lines may be 0, references may go in circles. */
#ifndef STALEREAD_TRACE_TABLES_H
#define STALEREAD_TRACE_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/status.h"
#include "base/text.h"

enum site_operation {
    SITE_READ = 1,
    SITE_WRITE = 2,
    SITE_DELETE = 3,
    SITE_CALL = 4,
    SITE_AWAIT = 5,
    SITE_ITERATE = 6,
    SITE_CONTAINS = 7,
    SITE_LENGTH = 8,
    SITE_TRUTH = 9,
    SITE_UPDATE = 10, /* reads and writes in one */
    SITE_RETURN = 11,
};

enum site_flags {
    SITE_FLAG_CHECK = 1, /* the value decides a branch */
    SITE_FLAG_USE = 2,   /* the value is called, indexed, awaited, iterated or passed on */
    SITE_FLAG_MAY_SUSPEND = 4,
    SITE_FLAG_GOES_ON = 8, /* the read is of an iteration that began earlier */
};

enum function_flags {
    FUNCTION_FLAG_COROUTINE = 1,
    FUNCTION_FLAG_GENERATOR = 2,
    FUNCTION_FLAG_METHOD = 4, /* its first parameter is bound by the call */
    FUNCTION_FLAG_LAMBDA = 8, /* or a comprehension */
};

/* From where, within the same function, a value or a decision may come. Each reference is 2n for site n, 2p+1 for
 * parameter p (from 0). */
struct trace_sources {
    const uint32_t *references;
    uint32_t count;
};

static inline bool trace_source_is_parameter(uint32_t reference)
{
    return (reference & 1) != 0;
}

/* The number of the site, or of the parameter. */
static inline uint32_t trace_source_number(uint32_t reference)
{
    return reference >> 1;
}

/* A slot is 2i for position i, 2i+1 for a keyword (then `name` tells it). */
enum { trace_slot_anything = 2 * 1000 };

struct trace_argument {
    uint32_t slot;
    uint32_t name; /* string, 0: none */
    struct trace_sources data;
    struct trace_sources control;
};

struct trace_site {
    uint32_t number;
    uint32_t function;
    uint32_t operation; /* enum site_operation, or one that we do not know */
    uint32_t flags;     /* enum site_flags */
    uint32_t line;      /* from 1 */
    uint32_t column;    /* in UTF-8 bytes, from 0 */
    uint32_t end_line;
    uint32_t end_column;
    uint32_t expression; /* strings */
    uint32_t source;     /* the source line */
    uint32_t name;
    struct trace_sources data;              /* what the written value is made from */
    struct trace_sources control;           /* what was checked on the way here */
    struct trace_sources waited;            /* what was checked to decide whether to wait first */
    const struct trace_argument *arguments; /* of a call or an await */
    uint32_t argument_count;
};

struct trace_function {
    uint32_t number;
    uint32_t name; /* strings: the qualified name, the file */
    uint32_t file;
    uint32_t line;
    uint32_t flags;             /* enum function_flags */
    const uint32_t *parameters; /* strings: their names */
    uint32_t parameter_count;
    struct trace_sources return_data; /* what the returned value is made from */
    struct trace_sources return_control;
    struct trace_sources return_waited;
};

enum ignore_flags {
    IGNORE_FLAG_REACHED = 1, /* a site in the lines that it covers was reached */
    IGNORE_FLAG_VOID = 2,    /* there is no site in them */
};

/* A comment `# staleread: ignore[kinds] reason` of the source. The same one may come several times. */
struct trace_ignore {
    uint32_t file; /* string */
    uint32_t line; /* where the comment stands */
    uint32_t first_line;
    uint32_t last_line; /* of what it covers */
    uint32_t flags;     /* enum ignore_flags */
    uint32_t kinds;     /* string: names with commas between; empty: all */
    uint32_t reason;    /* string */
    const struct trace_ignore *next;
};

/* Rows by number. A page comes into being when a row of it does, so that a number that lies costs one page. */
struct tables_index {
    void ***pages; /* NULL where no row of the page is there */
    size_t page_count;
};

struct tables {
    struct arena arena;
    struct tables_index strings; /* struct text * */
    struct tables_index functions;
    struct tables_index sites;
    struct tables_index texts;    /* of functions: struct text * */
    struct trace_ignore *ignores; /* the latest first */
    uint64_t string_count;        /* records read */
    uint64_t function_count;
    uint64_t site_count;
};

void tables_init(struct tables *tables);
void tables_fini(struct tables *tables);

/* Takes the rows of one tables frame. STATUS_BAD_INPUT when it does not decode (the rows before that are kept),
 * STATUS_LIMIT or STATUS_NOMEM when there is no room. */
enum status tables_add(struct tables *tables, const unsigned char *payload, size_t payload_bytes,
                       struct diag *diag) WARN_UNUSED;

/* NULL, or for a string the empty text, when there is no such row. */
const struct trace_site *tables_site(const struct tables *tables, uint64_t number);
const struct trace_function *tables_function(const struct tables *tables, uint64_t number);
/* The first function whose number is greater, or NULL: start with 0. */
const struct trace_function *tables_next_function(const struct tables *tables, uint64_t number);
/* Likewise. */
const struct trace_site *tables_next_site(const struct tables *tables, uint64_t number);

/* The text of a function, from its line on; empty where it has none. */
struct text tables_text(const struct tables *tables, uint64_t function);

struct text tables_string(const struct tables *tables, uint64_t number);

/* The first of a list, NULL when there is none; in the reverse order of the file. */
const struct trace_ignore *tables_ignores(const struct tables *tables);

#endif
