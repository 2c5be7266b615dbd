/* In: what a trace says about itself. Out: what of that is true of a slice.
 * Must hold: nothing that counts the whole, or tells what did not run in it, gets into a part of it. */
#include "slice/origin.h"

#include <inttypes.h>
#include <stdio.h>

/* What the slice takes over. */
static const struct {
    const char *name;
    bool is_own; /* it tells of the program or its machine, and not of Python */
} kept[] = {
    {"agent", false},   {"python", false}, {"implementation", false}, {"platform", false},
    {"hostname", true}, {"argv", true},    {"watch", true},           {"ignore", true},
    {"root", true},     {"loop", true},    {"packages", true},        {"values", false},
    {"strings", false}, {"keys", false},   {"started", false},        {"imported", false},
};

static void add(struct origin *origin, const char *name, struct text value)
{
    if (value.length > 0)
        origin->pairs[origin->count++] = (struct meta_pair){text_of(name), value};
}

static enum status add_kept(struct origin *origin, const struct trace *trace, size_t i,
                            struct redactor *redactor)
{
    struct text value = trace_meta(trace, kept[i].name);
    if (redactor != NULL && kept[i].is_own)
        value = redactor_text(redactor, value);
    if (value.bytes == NULL)
        return STATUS_NOMEM;
    add(origin, kept[i].name, value);
    return STATUS_OK;
}

enum status origin_of(struct origin *origin, const struct trace *trace, const struct origin_request *request)
{
    _Static_assert(sizeof kept / sizeof *kept + 4 <= origin_pairs_max, "all pairs have room");
    enum status status = STATUS_OK;
    origin->count = 0;
    for (size_t i = 0; i < sizeof kept / sizeof *kept && status == STATUS_OK; i++)
        status = add_kept(origin, trace, i, request->redactor);
    struct text sliced =
        trace_meta(trace, "sliced_from"); /* of a slice of a slice it is the first that counts */
    snprintf(origin->events, sizeof origin->events, "%" PRIu64, trace_info(trace)->events);
    add(origin, "sliced_from", sliced.length > 0 ? sliced : text_of(origin->events));
    add(origin, "finding", text_of(request->id));
    if (request->original_id != NULL)
        add(origin, "original_finding", text_of(request->original_id));
    if (request->redactor != NULL)
        add(origin, "redacted", TEXT("yes"));
    return status;
}
