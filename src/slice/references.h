/* What an event refers to: the one walk over its fields by what they stand for. */
#ifndef STALEREAD_SLICE_REFERENCES_H
#define STALEREAD_SLICE_REFERENCES_H

#include "base/status.h"
#include "slice/record.h"

enum reference {
    REFERENCE_ACTOR,
    REFERENCE_LOOP,
    REFERENCE_OBJECT, /* of a field, or as a value */
    REFERENCE_KEY,    /* one that has a number, see EVENT_KEY */
    REFERENCE_VALUE,  /* likewise */
    REFERENCE_SITE,
    REFERENCE_FUNCTION,
    REFERENCE_STRING, /* of a field, or as the name of an attribute */
};

/* `number` is never 0. */
typedef enum status references_take(void *context, enum reference reference, uint64_t number);

/* Calls `take` for each reference, in the order of the fields. STATUS_OK, or the first other status that it returned. */
enum status references_of(const struct record *event, references_take *take, void *context) WARN_UNUSED;

#endif
