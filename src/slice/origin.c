/* In: what a trace says about itself. Out: what of that is true of a slice.
 * Must hold: nothing that counts the whole, or tells what did not run in it, gets into a part of it. */
#include "slice/origin.h"

#include <inttypes.h>
#include <stdio.h>

/* Names that the slice takes over. */
static const char *const kept[] = {
    "agent", "python",   "implementation", "platform", "hostname", "argv",    "root",
    "loop",  "packages", "values",         "strings",  "keys",     "started", "imported",
};

static void add(struct origin *origin, const char *name, struct text value)
{
    if (value.length > 0)
        origin->pairs[origin->count++] = (struct meta_pair){text_of(name), value};
}

void origin_of(struct origin *origin, const struct trace *trace, const char *id)
{
    _Static_assert(sizeof kept / sizeof *kept + 2 <= origin_pairs_max, "all pairs have room");
    origin->count = 0;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        add(origin, kept[i], trace_meta(trace, kept[i]));
    struct text sliced =
        trace_meta(trace, "sliced_from"); /* of a slice of a slice it is the first that counts */
    snprintf(origin->events, sizeof origin->events, "%" PRIu64, trace_info(trace)->events);
    add(origin, "sliced_from", sliced.length > 0 ? sliced : text_of(origin->events));
    add(origin, "finding", text_of(id));
}
