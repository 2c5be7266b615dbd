/* How far to the right a line of source stands: traces have lines without their indentation, and the columns of what is in them. */
#ifndef STALEREAD_SCENE_INDENT_H
#define STALEREAD_SCENE_INDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct indent_site {
    struct text expression;
    uint32_t column; /* in bytes, from 0 */
};

/* The one number of blanks that, put before the source, has every site's expression at its column. false: there is none, or
 * more than one. */
bool indent_of(struct text source, const struct indent_site *sites, size_t count, uint32_t *indent);

#endif
