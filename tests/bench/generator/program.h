/* The program whose run is made up: services that keep what is shared, and the functions that work on them.
 *
 * There are `program_variants` functions for each pattern, each with sites of its own, so that a trace has as many
 * places in the source as one of a real program. */
#ifndef GENERATOR_PROGRAM_H
#define GENERATOR_PROGRAM_H

#include <stdint.h>

#include "bytes.h"

/* What a function does; calls.c has a function for each. */
enum pattern {
    PATTERN_GUARDED, /* read, await, write, with a lock held from the first to the last */
    PATTERN_RACY,    /* the same without */
    PATTERN_COUNT,   /* read and write in one step */
    PATTERN_SCAN,    /* read many, write a sum */
    PATTERN_CACHE,   /* check, await, check again, write */
    PATTERN_PUT,     /* into a queue */
    PATTERN_GET,     /* out of it */
    PATTERN_MAKE,    /* an object that nobody else sees, and drop it */
    pattern_count,
};

enum {
    program_variants = 12,
    program_sites_max = 8, /* of one function */
};

/* Strings that events refer to. */
enum program_text {
    TEXT_SERVICE = 1,
    TEXT_DICT,
    TEXT_LOCK_CLASS,
    TEXT_QUEUE_CLASS,
    TEXT_LOOP,
    TEXT_MAIN,
    TEXT_WORKER,
    TEXT_CALLBACK,
    TEXT_ENTRIES, /* attributes */
    TEXT_LOCK,
    TEXT_QUEUE,
    TEXT_TOTAL,
    TEXT_LIMIT,
    TEXT_MADE, /* a local variable */
    program_texts,
};

/* Numbers as the tables have them; `index` counts the sites of one function from 0. */
uint64_t program_function(enum pattern pattern, uint32_t variant);
uint64_t program_site(enum pattern pattern, uint32_t variant, uint32_t index);
uint64_t program_line(enum pattern pattern, uint32_t variant);

/* The records of a tables frame. */
void program_add_tables(struct bytes *bytes);

/* A cell's key that is an attribute, or a whole number. */
static inline uint64_t program_attribute(enum program_text text)
{
    return (uint64_t)text << 2 | 1;
}

static inline uint64_t program_index(uint32_t index)
{
    return (uint64_t)index << 3 | 3;
}

#endif
