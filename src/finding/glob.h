/* Patterns of rules: `*` stands for any bytes, `?` for one character, everything else for itself. */
#ifndef STALEREAD_FINDING_GLOB_H
#define STALEREAD_FINDING_GLOB_H

#include <stdbool.h>

#include "base/text.h"

/* Whether the whole text matches the pattern. Takes at most pattern length times text length steps. */
bool glob_matches(struct text pattern, struct text text);

#endif
