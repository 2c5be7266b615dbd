/* In: events. Out: the same run as a line for each event of threads: `T3|r(V17)|42`.
 * Must hold: a thread is told of by `fork` before its first line; nothing stands there but r, w, acq, rel, fork and
 * join. */
#include <inttypes.h>
#include <stdlib.h>

#include "sink.h"

enum { running_max = 8 };

struct std_sink {
    struct sink sink;
    uint64_t running[running_max]; /* actors, innermost last */
    unsigned depth;
};

static void add_line(struct std_sink *std, const char *operation, uint64_t operand, uint64_t site)
{
    if (fprintf(std->sink.file, "T%" PRIu64 "|%s%" PRIu64 ")|%" PRIu64 "\n", std->running[std->depth - 1],
                operation, operand, site) < 0)
        sink_fail("the file cannot be written");
    std->sink.events++;
}

/* One number for each cell. Keys are attributes and indexes below 2^12. */
static uint64_t variable(const uint64_t *fields)
{
    return fields[1] << 16 | fields[2];
}

static void std_event(struct sink *sink, enum event_kind kind, const uint64_t *fields)
{
    struct std_sink *std = (struct std_sink *)sink;
    switch (kind) {
    case EVENT_BEGIN:
        if (std->depth == running_max)
            sink_fail("steps nest too deep");
        std->running[std->depth++] = fields[0];
        break;
    case EVENT_END:
        std->depth--;
        break;
    case EVENT_ACTOR:
        if (std->depth > 0)
            add_line(std, "fork(T", fields[0], 0);
        break;
    case EVENT_READ:
        add_line(std, "r(V", variable(fields), fields[0]);
        break;
    case EVENT_WRITE:
        add_line(std, "w(V", variable(fields), fields[0]);
        break;
    case EVENT_ACQUIRE:
        add_line(std, "acq(L", fields[0], fields[1]);
        break;
    case EVENT_RELEASE:
        add_line(std, "rel(L", fields[0], fields[1]);
        break;
    default:
        break;
    }
}

static void std_join(struct sink *sink, uint64_t actor)
{
    add_line((struct std_sink *)sink, "join(T", actor, 0);
}

static void std_close(struct sink *sink)
{
    free(sink);
}

struct sink *sink_open_std(FILE *file)
{
    struct std_sink *std = sink_memory(1, sizeof *std);
    std->sink = (struct sink){std_event, std_join, std_close, 0, file};
    return &std->sink;
}
