/* Numbers on the command line. */
#ifndef STALEREAD_CMD_QUANTITY_H
#define STALEREAD_CMD_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

/* A whole number in decimal digits, nothing else, below 2^64. */
bool quantity_of(const char *word, uint64_t *number);

/* Bytes: a whole number and perhaps K, M, G or T (powers of 1,024; either case; `KB` and `KiB` mean the same). */
bool quantity_of_bytes(const char *word, uint64_t *bytes);

#endif
