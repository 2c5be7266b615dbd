/* What somebody may have meant by a word that there is not. */
#ifndef STALEREAD_BASE_SUGGEST_H
#define STALEREAD_BASE_SUGGEST_H

#include <stddef.h>

/* The known word that is nearest, or NULL when none is near. */
const char *suggest_nearest(const char *word, const char *const *known, size_t count);

#endif
