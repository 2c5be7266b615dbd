/* Random numbers that are the same for the same seed, everywhere. */
#ifndef STALEREAD_FUZZ_RANDOM_H
#define STALEREAD_FUZZ_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* `*state` is never 0. */
static inline uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Below `bound`, which is not 0. */
static inline size_t random_below(uint64_t *state, size_t bound)
{
    return (size_t)(random_next(state) % bound);
}

#endif
