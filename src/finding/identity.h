/*
 * What makes two occurrences the same bug.
 *
 * The identity is a hash of the kind, of the last part of the cell's owner and its attribute, and of the function and
 * source text of the first, other and last place. Left out is whatever changes without the bug changing: lines, files,
 * keys, actors, values, locks, statuses, and what a formatter changes in the source (finding/canonical.h). `other` and `last` count without
 * order, so that two functions which overwrite each other after one common read are one bug, whoever came
 * first. The forms of never-awaited are different bugs; what else has forms is the same bug in either.
 *
 * It is part of the surface: baselines, suppressions and bug trackers keep it.
 */
#ifndef STALEREAD_FINDING_IDENTITY_H
#define STALEREAD_FINDING_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "finding/finding.h"

enum { identity_bits = 48, identity_bytes_max = 20 };

/* The identity as a number of `identity_bits` bits. */
uint64_t identity_of(const struct finding *finding);

/* "SR-" and 12 hex digits, with a 0 byte behind. */
void identity_print(uint64_t identity, char id[static identity_bytes_max]);

/* The other way round; false when the text is none. */
bool identity_parse(struct text id, uint64_t *identity);

#endif
