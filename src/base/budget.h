/* How much memory may be remembered in, and what was forgotten to stay below that.
 *
 * Whoever remembers takes from the budget what it allocates and gives back what it frees; when more was taken than there
 * may be, it forgets what is oldest until that is no longer so, and counts it. One budget per trace; not for two
 * threads. Bytes are as the structures have them, without what malloc adds: that is budgeted as budget_block_bytes for
 * each of them. */
#ifndef STALEREAD_BASE_BUDGET_H
#define STALEREAD_BASE_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { budget_block_bytes = 16 };

/* Each is said in every report, and is 0 where nothing was forgotten. */
struct forgotten {
    uint64_t cells;   /* with all that was known of them, for want of memory */
    uint64_t writes;  /* of cells that are still known, for want of memory */
    uint64_t windows; /* that no rival was found for yet, for want of memory */
    uint64_t actors;  /* that nobody waited for, beyond the horizon: as if over before all that came later */
};

struct budget {
    uint64_t bytes_max; /* 0: no bound */
    uint64_t used_bytes;
    uint64_t most_bytes; /* the most that was ever used */
    struct forgotten forgotten;
};

static inline void budget_init(struct budget *budget, uint64_t bytes_max)
{
    *budget = (struct budget){.bytes_max = bytes_max};
}

/* One block of memory of so many bytes was taken. */
static inline void budget_take(struct budget *budget, size_t bytes)
{
    budget->used_bytes += bytes + budget_block_bytes;
    if (budget->used_bytes > budget->most_bytes)
        budget->most_bytes = budget->used_bytes;
}

/* It was freed. */
static inline void budget_give(struct budget *budget, size_t bytes)
{
    budget->used_bytes -= bytes + budget_block_bytes;
}

/* Whether something is to be forgotten. */
static inline bool budget_is_exceeded(const struct budget *budget)
{
    return budget->bytes_max != 0 && budget->used_bytes > budget->bytes_max;
}

static inline bool forgotten_any(const struct forgotten *forgotten)
{
    return (forgotten->cells | forgotten->writes | forgotten->windows | forgotten->actors) != 0;
}

#endif
