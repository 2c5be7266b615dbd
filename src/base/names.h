/* Texts, numbered from 0 in order of first appearance.
 *
 * The struct is the caller's; all zero is an empty table that owns nothing yet. Texts are copied. */
#ifndef STALEREAD_BASE_NAMES_H
#define STALEREAD_BASE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"
#include "base/vector.h"

struct names {
    struct arena arena;
    VECTOR(struct text) texts; /* by number */
    uint32_t *slots;           /* 1 + number; 0: free. A power of two of them */
    size_t slot_count;
};

void names_init(struct names *names);
void names_fini(struct names *names);

/* The text's number; *added tells whether it is new. STATUS_OK, STATUS_NOMEM or STATUS_LIMIT (more than 32 bits count). */
enum status names_number(struct names *names, struct text text, uint32_t *number, bool *added) WARN_UNUSED;

#endif
