/* How much may be remembered, and what was forgotten to stay below that. One budget per trace; not for two threads. */
#ifndef STALEREAD_BASE_BUDGET_H
#define STALEREAD_BASE_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each is said in every report, and is 0 where nothing was forgotten. */
struct forgotten {
    uint64_t cells;   /* with all that was known of them, for want of memory */
    uint64_t writes;  /* of cells that are still known, for want of memory */
    uint64_t windows; /* that no rival was found for yet, for want of memory */
    uint64_t actors;  /* that nobody waited for, beyond the horizon: as if over before all that came later */
};

struct budget {
    uint64_t bytes_max;  /* 0: no bound */
    uint64_t bytes_vain; /* up to here it was tried; what is left of that is alive, and cannot be forgotten */
    struct forgotten forgotten;
};

static inline bool forgotten_any(const struct forgotten *forgotten)
{
    return (forgotten->cells | forgotten->writes | forgotten->windows | forgotten->actors) != 0;
}

#endif
