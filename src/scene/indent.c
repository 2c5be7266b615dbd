/* In: a statement, and the columns of expressions in it. Out: its indentation.
 * Must hold: where an expression stands in the statement several times, the others decide. */
#include "scene/indent.h"

enum { indent_max = 200 };

static bool stands_at(struct text source, struct text piece, uint64_t at)
{
    return at <= source.length && piece.length <= source.length - at &&
           memcmp(source.bytes + at, piece.bytes, piece.length) == 0;
}

/* What was shortened when it was recorded stands nowhere. */
static bool is_whole(struct text expression)
{
    static const char ellipsis[] = "…";
    for (size_t i = 0; i + sizeof ellipsis <= expression.length + 1; i++)
        if (memcmp(expression.bytes + i, ellipsis, sizeof ellipsis - 1) == 0)
            return false;
    return expression.length != 0;
}

static bool fits_all(struct text source, const struct indent_site *sites, size_t count, uint32_t indent)
{
    for (size_t i = 0; i < count; i++)
        if (is_whole(sites[i].expression) &&
            (sites[i].column < indent ||
             !stands_at(source, sites[i].expression, sites[i].column - (uint64_t)indent)))
            return false;
    return true;
}

bool indent_of(struct text source, const struct indent_site *sites, size_t count, uint32_t *indent)
{
    const struct indent_site *site = sites, *end = sites + count;
    size_t found = 0;
    while (site < end && !is_whole(site->expression))
        site++;
    for (uint32_t tried = 0; site < end && tried <= site->column && tried <= indent_max; tried++) {
        if (!fits_all(source, sites, count, tried))
            continue;
        *indent = tried;
        found++;
    }
    return found == 1;
}
