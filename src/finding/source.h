/*
 * What the text of a source line tells about its intention. Guesses, good enough to choose between advices: a
 * finding never depends on them.
 *
 * String literals and comments are looked through: what stands in them is not code.
 */
#ifndef STALEREAD_FINDING_SOURCE_H
#define STALEREAD_FINDING_SOURCE_H

#include <stdbool.h>

#include "base/text.h"

/* Whether the code has `piece`, as whole words where it begins or ends with a word: "await", ".empty(". */
bool source_has(struct text source, const char *piece);

/* Whether the code begins with the word: "while". */
bool source_starts_with(struct text source, const char *word);

/* Whether a part of the name, between dots and underscores, starts with a word for a limit. */
bool source_names_limit(struct text name);

/* Whether something is counted against a limit: `len(self._open) >= self.limit`. The limit's text,
 * "self.limit" or "10", goes to *limit. */
bool source_limit(struct text source, struct text *limit);

/* Whether it asks if something is there already: `is None`, `in`, `.get(`, `not`, `hasattr(`. */
bool source_asks_absence(struct text source);

/* Whether it assigns something: neither nothing (`= None`) nor a count (`+=`). */
bool source_fills(struct text source);

#endif
