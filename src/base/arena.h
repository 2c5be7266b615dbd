/* Memory that is given back all at once.
 *
 * The arena's struct is the caller's; what arena_alloc returns belongs to the arena and lives until arena_fini.
 * Addresses never move. Not safe for use by two threads. */
#ifndef STALEREAD_BASE_ARENA_H
#define STALEREAD_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/text.h"

struct arena_block;

struct arena {
    struct arena_block *newest;
    unsigned char *next; /* first free byte of the newest block */
    unsigned char *end;
    size_t used_bytes; /* handed out by the system so far */
    size_t bytes_max;
    bool lacks; /* something could not be had */
};

/* `bytes_max` bounds what the arena ever takes from the system; 0: no bound. */
void arena_init(struct arena *arena, size_t bytes_max);
void arena_fini(struct arena *arena);

/* Everything that `other` has belongs to `arena` from here on, where it is; `other` is empty then. Bounds do not matter. */
void arena_join(struct arena *arena, struct arena *other);

/* Memory for any type, not zeroed; zeroed by arena_calloc. NULL when the system has none left or the bound is
 * met. A size of 0 gives an address that must not be read. */
void *arena_alloc(struct arena *arena, size_t bytes) WARN_UNUSED;
void *arena_calloc(struct arena *arena, size_t count, size_t bytes_each) WARN_UNUSED;

/* A copy of the text, with a 0 byte behind it. `bytes` is NULL when there is no memory. */
struct text arena_text(struct arena *arena, struct text text) WARN_UNUSED;

#endif
