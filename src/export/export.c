/* In: a trace, twice, and its findings. Out: a picture of it.
 * Must hold: both looks go the same way, up to the event where the first one ended; what is remembered is in proportion to what is alive. */
#include "export/export.h"

#include "export/exporter.h"
#include "export/sink.h"

enum { progress_events = 1 << 14 };

void export_plan_init(struct export_plan *plan)
{
    *plan = (struct export_plan){.events_end = 0};
    buffer_init(&plan->command);
}

void export_plan_fini(struct export_plan *plan)
{
    VECTOR_FINI(&plan->receivers);
    buffer_fini(&plan->command);
}

static enum status exporter_open(struct exporter *exporter, struct export_plan *plan, struct trace *trace,
                                 struct export_sink *sink, struct diag *diag)
{
    static const struct replay_observer nobody = {.context = NULL};
    *exporter = (struct exporter){.trace = trace, .plan = plan, .sink = sink};
    arena_init(&exporter->holdings.arena, 0);
    return replay_open(&exporter->names, trace, &nobody, diag);
}

static void exporter_close(struct exporter *exporter)
{
    arrows_fini(exporter);
    actors_fini(exporter);
    holdings_end(exporter);
    VECTOR_FINI(&exporter->marks);
    VECTOR_FINI(&exporter->extents);
    replay_close(exporter->names);
}

/* What declares names goes to the replay that knows them; nothing else of it is needed. */
static void take_name(struct exporter *exporter, const struct event *event, struct diag *diag)
{
    if (exporter->sink != NULL)
        exporter_fail(exporter, replay_event(exporter->names, event, diag));
}

static void take_event(struct exporter *exporter, const struct event *event, struct diag *diag)
{
    switch (event->kind) {
    case EVENT_OBJECT:
    case EVENT_KEEP:
    case EVENT_LOCAL:
    case EVENT_DROP:
    case EVENT_KEY:
        take_name(exporter, event, diag);
        break;
    case EVENT_ACTOR:
        exporter->plan->task_count += exporter->sink == NULL && event->field[1] == ACTOR_TASK;
        actors_declare(exporter, event);
        moments_spawn(exporter, event);
        break;
    case EVENT_SCHEDULE:
    case EVENT_SEND:
    case EVENT_MERGE:
    case EVENT_SEND_NOW:
    case EVENT_MERGE_NOW:
        arrows_send(exporter, event);
        break;
    case EVENT_RECV:
        arrows_receive(exporter, event, event->field[0], actors_running(exporter, event->thread));
        break;
    case EVENT_RETIRE:
        arrows_retire(exporter, event->field[0]);
        break;
    case EVENT_ACQUIRE:
    case EVENT_ACQUIRE_AT:
        holdings_acquire(exporter, event);
        break;
    case EVENT_RELEASE:
    case EVENT_RELEASE_AT:
        holdings_release(exporter, event);
        break;
    case EVENT_NOTIFY:
        moments_notify(exporter, event);
        break;
    case EVENT_GAP:
    case EVENT_LOST:
    case EVENT_OFF:
        slices_gap(exporter, exporter_at(event->number));
        holdings_cut(exporter, exporter_at(event->number));
        about_event(exporter, event);
        break;
    case EVENT_CLOCK:
        about_event(exporter, event);
        break;
    default:
        slices_event(exporter, event);
    }
}

static void tell_progress(const struct exporter *exporter, const struct export_progress *progress)
{
    if (progress->tell != NULL)
        progress->tell(progress->context, trace_info(exporter->trace));
}

static enum status replay_all(struct exporter *exporter, const struct export_progress *progress,
                              struct diag *diag)
{
    const struct event *event;
    enum status status = STATUS_OK;
    for (uint64_t count = 1; exporter->status == STATUS_OK; count++) {
        status = trace_next(exporter->trace, &event, diag);
        if (status != STATUS_OK || (exporter->sink != NULL && event->number >= exporter->plan->events_end))
            break;
        exporter->now = event->number;
        if (exporter->sink == NULL && event->kind != EVENT_GAP)
            exporter->plan->events_end = event->number + 1;
        ends_event(exporter, event);
        take_event(exporter, event, diag);
        if (count % progress_events != 0)
            continue;
        tell_progress(exporter, progress);
        if (exporter->sink != NULL)
            exporter_fail(exporter, exporter->sink->status);
    }
    return exporter->status != STATUS_OK ? exporter->status : status == STATUS_END ? STATUS_OK : status;
}

enum status export_look(struct export_plan *plan, struct trace *trace, const struct export_progress *progress,
                        struct diag *diag)
{
    struct exporter exporter;
    enum status status = exporter_open(&exporter, plan, trace, NULL, diag);
    if (status != STATUS_OK)
        return status;
    status = replay_all(&exporter, progress, diag);
    exporter_close(&exporter);
    buffer_add(&plan->command, trace_meta(trace, "argv"));
    if (status == STATUS_OK)
        status = buffer_status(&plan->command);
    return status == STATUS_NOMEM ? diag_set_nomem(diag) : status;
}

static enum status write_all(struct exporter *exporter, const struct finding_list *list,
                             enum finding_confidence confidence, const struct export_progress *progress,
                             struct diag *diag)
{
    uint64_t end = exporter_at(exporter->plan->events_end);
    about_begin(exporter);
    ends_collect(exporter, list, confidence);
    enum status status = replay_all(exporter, progress, diag);
    if (status != STATUS_OK)
        return status;
    slices_end(exporter, end);
    holdings_cut(exporter, end);
    verdicts_tell(exporter);
    about_end(exporter);
    if (exporter->status != STATUS_OK)
        return exporter->status;
    return sink_finish(exporter->sink);
}

enum status export_write(struct export_plan *plan, struct trace *trace, const struct finding_list *list,
                         enum finding_confidence confidence, struct export_sink *sink,
                         const struct export_progress *progress, struct diag *diag)
{
    struct exporter exporter;
    enum status status = exporter_open(&exporter, plan, trace, sink, diag);
    if (status != STATUS_OK)
        return status;
    status = write_all(&exporter, list, confidence, progress, diag);
    exporter_close(&exporter);
    if (status == STATUS_IO)
        diag_set(diag, status, "the output cannot be written");
    return status == STATUS_NOMEM ? diag_set_nomem(diag) : status;
}
