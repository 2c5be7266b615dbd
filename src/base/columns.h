/* How much room printable text takes on a terminal: wide characters take two columns, what combines takes none. What is drawn as one
 * (a letter and its accents, an emoji of several) is never cut. */
#ifndef STALEREAD_BASE_COLUMNS_H
#define STALEREAD_BASE_COLUMNS_H

#include <stddef.h>

#include "base/text.h"

size_t columns_of(struct text text);

/* As much from the start of it as fits into so many columns. */
struct text columns_cut(struct text text, size_t columns);

#endif
