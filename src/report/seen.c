/*
 * In:   traces, and which of them a finding occurred in.
 * Out:  the span of time, and how many hosts.
 * Holds: what it comes to does not depend on the order of the traces.
 */
#include "report/seen.h"

#include "base/map.h"
#include "finding/phrase.h"

/* Where dates differ in their form, any order will do. */
static void add_time(struct seen *seen, struct text started)
{
    if (started.length == 0)
        return;
    if (seen->first.length == 0 || text_compare(started, seen->first) < 0)
        seen->first = started;
    if (seen->last.length == 0 || text_compare(started, seen->last) > 0)
        seen->last = started;
}

static enum status add_host(struct map *hosts, struct text host)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < host.length; i++)
        hash = (hash ^ (unsigned char)host.bytes[i]) * 0x100000001B3u;
    return host.length != 0 ? map_put(hosts, map_mix(hash, host.length), 1) : STATUS_OK;
}

static enum status add(struct seen *seen, struct map *hosts, const struct report_trace *trace)
{
    seen->traces++;
    add_time(seen, trace->started);
    return add_host(hosts, trace->host);
}

enum status seen_of(struct seen *seen, const struct report_input *input, const struct finding *finding)
{
    struct map hosts;
    enum status status = STATUS_OK;
    *seen = (struct seen){0};
    map_init(&hosts);
    for (size_t i = 0; finding == NULL && i < input->trace_count && status == STATUS_OK; i++)
        status = add(seen, &hosts, &input->traces[i]);
    for (size_t i = 0; finding != NULL && i < finding->sighting_count && status == STATUS_OK; i++)
        if (finding->sightings[i].trace < input->trace_count)
            status = add(seen, &hosts, &input->traces[finding->sightings[i].trace]);
    seen->hosts = hosts.count;
    map_fini(&hosts);
    return status;
}

void seen_add_span(struct buffer *lines, const struct seen *seen)
{
    if (seen->hosts > 0) {
        buffer_add_string(lines, " on ");
        phrase_add_count(lines, seen->hosts, "host", "hosts");
    }
    if (seen->first.length == 0)
        return;
    bool is_one = text_equal(seen->first, seen->last);
    buffer_add_string(lines, is_one ? ", started " : ", started between ");
    phrase_add_code(lines, seen->first);
    if (is_one)
        return;
    buffer_add_string(lines, " and ");
    phrase_add_code(lines, seen->last);
}

void seen_add(struct buffer *lines, const struct report_input *input, const struct finding *finding)
{
    struct seen seen;
    if (!input->is_merged)
        return;
    if (seen_of(&seen, input, finding) != STATUS_OK)
        lines->status = STATUS_NOMEM;
    buffer_add_string(lines, "Seen in ");
    phrase_add_number(lines, seen.traces);
    buffer_add_string(lines, " of ");
    phrase_add_count(lines, input->trace_count, "trace", "traces");
    seen_add_span(lines, &seen);
    buffer_add_string(lines, ".\n");
}
