/*
 * In:   traces, and which of them a finding occurred in.
 * Out:  the span of time, and how many hosts.
 * Holds: what it comes to does not depend on the order of the traces.
 */
#include "report/seen.h"

#include "base/map.h"

/* Where two dates differ in their form, any order will do. */
static int compare(struct text one, struct text other)
{
    size_t length = one.length < other.length ? one.length : other.length;
    int order = length != 0 ? memcmp(one.bytes, other.bytes, length) : 0;
    return order != 0 ? order : (one.length > other.length) - (one.length < other.length);
}

static void add_time(struct seen *seen, struct text started)
{
    if (started.length == 0)
        return;
    if (seen->first.length == 0 || compare(started, seen->first) < 0)
        seen->first = started;
    if (seen->last.length == 0 || compare(started, seen->last) > 0)
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
