/* Tells what stands in traces, and what went stale in the runs that they are of.
 *
 *     cc -o findings findings.c $(pkg-config --cflags --libs staleread)
 *     ./findings TRACE...
 *
 * Exit status: 0 nothing was found, 1 something was, 2 a trace could not be read. */
#include <stdio.h>
#include <stdlib.h>

#include <staleread.h>

/* The first way to use the library: event by event. */
static enum staleread_status count_writes(const char *path)
{
    unsigned long writes = 0;
    const struct staleread_event *event;
    struct staleread_trace *trace = staleread_trace_new();
    enum staleread_status status = staleread_trace_open_file(trace, path);
    while (status == STALEREAD_OK && (status = staleread_trace_next(trace, &event)) == STALEREAD_OK) {
        const char *name = staleread_event_name(event->kind);
        writes += name[0] == 'w' && name[1] == 'r' && !event->is_state;
    }
    if (status == STALEREAD_END) {
        const char *python = staleread_trace_meta(trace, "python");
        printf("%s: %lu writes, Python %s%s\n", path, writes, python != NULL ? python : "unknown",
               staleread_trace_info(trace)->complete ? "" : ", its end is missing");
    } else {
        fprintf(stderr, "findings: %s\n", staleread_trace_error(trace)->text);
    }
    staleread_trace_free(trace);
    return status == STALEREAD_END ? STALEREAD_OK : status;
}

static void print_place(const char *role, const struct staleread_place *place)
{
    if (place == NULL || place->file == NULL)
        return;
    printf("  %-6s %s:%u", role, place->file, (unsigned)place->line);
    if (place->actor != NULL)
        printf(" by %s", place->actor);
    if (place->source != NULL)
        printf("    %s", place->source);
    putchar('\n');
}

static void print_finding(const struct staleread_finding *finding)
{
    printf("%s of %s, %s, %llu times (%s)\n", finding->kind, finding->cell->text,
           finding->status == STALEREAD_PREDICTED ? "predicted" : "observed",
           (unsigned long long)finding->count, finding->id);
    print_place("first", finding->first);
    print_place("await", finding->window);
    print_place("other", finding->other);
    print_place("last", finding->last);
    printf("  cure:  %s\n", finding->advice->text);
}

/* The second one: all traces into one analysis. Returns how many findings there are. */
static size_t analyze(struct staleread_analysis *analysis, char **paths, enum staleread_status *worst)
{
    for (; *paths != NULL; paths++) {
        enum staleread_status status = count_writes(*paths);
        if (status == STALEREAD_OK)
            status = staleread_analysis_replay_file(analysis, *paths);
        if (status != STALEREAD_OK)
            *worst = status;
    }
    if (staleread_analysis_finish(analysis) != STALEREAD_OK) {
        *worst = staleread_analysis_error(analysis)->status;
        fprintf(stderr, "findings: %s\n", staleread_analysis_error(analysis)->text);
    }
    for (size_t i = 0; i < staleread_analysis_finding_count(analysis); i++)
        print_finding(staleread_analysis_finding(analysis, i));
    return staleread_analysis_finding_count(analysis);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: findings TRACE...\n");
        return 2;
    }
    enum staleread_status worst = STALEREAD_OK;
    struct staleread_analysis *analysis = staleread_analysis_new();
    size_t count = analyze(analysis, argv + 1, &worst);
    staleread_analysis_free(analysis);
    return worst != STALEREAD_OK ? 2 : count != 0;
}
