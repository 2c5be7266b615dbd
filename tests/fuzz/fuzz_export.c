/* A trace as a timeline. In: a trace, or what was one. Out: nothing, or a crash.
 * Must hold: what export/picture.h promises to targets, whatever the trace says; and that the targets write it. */
#include <stdlib.h>

#include "base/map.h"
#include "export/export.h"
#include "export/sink.h"
#include "export/targets.h"
#include "judge/judgement.h"
#include "memory_file.h"
#include "target.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* ---- a target that looks at what it is told ---- */

struct span {
    uint64_t from, to;
};

struct told_track {
    VECTOR(struct span) told; /* those that nothing was told around */
};

enum { arrow_left = 1, arrow_reached = 2 };

struct looking {
    struct export_sink sink;
    VECTOR(struct told_track) tracks;
    struct map arrows; /* number -> which ends were told */
};

static struct looking *looking_of(struct export_sink *sink)
{
    return (struct looking *)sink;
}

static void look_at_track(struct export_sink *sink, const struct export_track *track)
{
    struct looking *looking = looking_of(sink);
    require(track->id == looking->tracks.count + 1 && track->parent < track->id);
    require((track->kind == EXPORT_PROCESS) == (track->id == 1));
    require(VECTOR_PUSH(&looking->tracks, (struct told_track){.told = {0}}) == STATUS_OK);
}

/* A slice is told after those in it, and before those that follow it. */
static void look_at_slice(struct told_track *track, struct span slice)
{
    require(slice.from <= slice.to);
    while (track->told.count > 0 && track->told.items[track->told.count - 1].from >= slice.from)
        require(track->told.items[--track->told.count].to <= slice.to);
    require(track->told.count == 0 || track->told.items[track->told.count - 1].to <= slice.from);
    require(VECTOR_PUSH(&track->told, slice) == STATUS_OK);
}

static void look_at_arrows(struct looking *looking, const uint64_t *numbers, size_t count, uint64_t end)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t *ends = map_entry(&looking->arrows, numbers[i], NULL);
        require(ends != NULL && (*ends & end) == 0);
        *ends |= end;
    }
}

static void look_at_mark(struct export_sink *sink, const struct export_mark *mark)
{
    struct looking *looking = looking_of(sink);
    require(mark->track >= 1 && mark->track <= looking->tracks.count);
    require(mark->argument_count <= export_arguments_max && mark->name.text.bytes != NULL);
    /* An instant may be told while what it stands in goes on. */
    if (mark->from != mark->to)
        look_at_slice(&looking->tracks.items[mark->track - 1], (struct span){mark->from, mark->to});
    look_at_arrows(looking, mark->out, mark->out_count, arrow_left);
    look_at_arrows(looking, mark->in, mark->in_count, arrow_reached);
}

static void look_at_count(struct export_sink *sink, uint64_t track, uint64_t at, uint64_t value)
{
    (void)at;
    (void)value;
    require(track >= 1 && track <= looking_of(sink)->tracks.count);
}

static void finish(struct export_sink *sink)
{
    size_t cursor = 0;
    uint64_t number, ends;
    while (map_next(&looking_of(sink)->arrows, &cursor, &number, &ends))
        require(ends == (arrow_left | arrow_reached));
}

static struct export_sink *open_sink(FILE *to);

static void close_sink(struct export_sink *sink)
{
    struct looking *looking = looking_of(sink);
    for (size_t i = 0; i < looking->tracks.count; i++)
        VECTOR_FINI(&looking->tracks.items[i].told);
    VECTOR_FINI(&looking->tracks);
    map_fini(&looking->arrows);
    sink_end(sink);
    free(looking);
}

static const struct export_target target_looking = {
    .name = "looking",
    .open = open_sink,
    .track = look_at_track,
    .mark = look_at_mark,
    .count = look_at_count,
    .finish = finish,
    .close = close_sink,
};

static struct export_sink *open_sink(FILE *to)
{
    struct looking *looking = calloc(1, sizeof *looking);
    require(looking != NULL);
    sink_begin(&looking->sink, &target_looking, to);
    return &looking->sink;
}

/* ---- the trace, three times ---- */

static bool find(const char *path, struct judgement *judgement)
{
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    const struct analysis_options options = {.progress = NULL};
    if (trace_open(&trace, path, &diag) != STATUS_OK)
        return false;
    enum status status = judgement_replay(judgement, trace, &options, &diag);
    trace_close(trace);
    return status == STATUS_OK && judgement_finish(judgement, &diag) == STATUS_OK;
}

static void look(const char *path, struct export_plan *plan)
{
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    const struct export_progress progress = {.tell = NULL};
    require(trace_open(&trace, path, &diag) == STATUS_OK);
    require(export_look(plan, trace, &progress, &diag) == STATUS_OK);
    trace_close(trace);
}

static void write_to(const char *path, struct export_plan *plan, const struct judgement *judgement,
                     const struct export_target *target)
{
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    const struct export_progress progress = {.tell = NULL};
    FILE *to = fopen("/dev/null", "wb");
    require(to != NULL && trace_open(&trace, path, &diag) == STATUS_OK);
    struct export_sink *sink = target->open(to);
    require(sink != NULL);
    require(export_write(plan, trace, &judgement->list, FINDING_LOW, sink, &progress, &diag) == STATUS_OK);
    target->close(sink);
    trace_close(trace);
    fclose(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct judgement judgement;
    struct export_plan plan;
    memory_file_open(&file);
    memory_file_set(&file, data, size);
    judgement_init(&judgement);
    export_plan_init(&plan);
    if (find(file.path, &judgement)) {
        look(file.path, &plan);
        write_to(file.path, &plan, &judgement, &target_looking);
        write_to(file.path, &plan, &judgement, &target_perfetto);
        write_to(file.path, &plan, &judgement, &target_chrome);
    }
    export_plan_fini(&plan);
    judgement_fini(&judgement);
    memory_file_close(&file);
    return 0;
}
