/* Numbers that look random and are the same for the same seed, everywhere. */
#ifndef GENERATOR_RANDOM_H
#define GENERATOR_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* A number made from another, with no pattern to it. */
static inline uint64_t random_mix(uint64_t number)
{
    number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
    return number ^ number >> 31;
}

static inline uint64_t random_next(uint64_t *state)
{
    return random_mix(*state += UINT64_C(0x9e3779b97f4a7c15));
}

/* From 0 to below - 1; below is at most 2^32. */
static inline uint32_t random_below(uint64_t *state, uint32_t below)
{
    return (uint32_t)((random_next(state) >> 32) * below >> 32);
}

/* The same, small numbers more often: a few places are where most happens. */
static inline uint32_t random_skewed(uint64_t *state, uint32_t below)
{
    uint32_t one = random_below(state, below), other = random_below(state, below);
    return one < other ? one : other;
}

static inline bool random_chance(uint64_t *state, uint32_t percent)
{
    return random_below(state, 100) < percent;
}

#endif
