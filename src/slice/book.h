/* What was declared in a trace so far: objects, where they are kept, locks, keys, values and loops. So that what refers to one
 * later can bring its declaration along. */
#ifndef STALEREAD_SLICE_BOOK_H
#define STALEREAD_SLICE_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/status.h"
#include "slice/record.h"

/* What may be told of an object, each by an event of its own. */
enum book_fact { BOOK_OBJECT, BOOK_LOCK, BOOK_KEEP, BOOK_LOCAL, BOOK_FACT_COUNT };

struct book_object {
    bool is_chosen; /* for whoever has the book */
    bool is_told[BOOK_FACT_COUNT];
    struct record told[BOOK_FACT_COUNT]; /* the first of each */
};

struct book {
    struct map objects; /* number -> struct book_object * */
    struct map keys;    /* number -> struct record *, likewise */
    struct map values;
    struct map loops;
};

void book_init(struct book *book);
void book_fini(struct book *book);

/* Takes an event that declares something, and any other one. An object that was dropped is forgotten. STATUS_OK or STATUS_NOMEM. */
enum status book_event(struct book *book, const struct record *event) WARN_UNUSED;

/* NULL: it was not declared, or is gone. */
struct book_object *book_object(const struct book *book, uint64_t number);
const struct record *book_key(const struct book *book, uint64_t number);
const struct record *book_value(const struct book *book, uint64_t number);
const struct record *book_loop(const struct book *book, uint64_t number);

#endif
