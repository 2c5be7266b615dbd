/* What the trace says about itself, and what the axis is.
 *
 * In: its meta pairs, gaps, and the clock where it comes. Out: the process; a slice over all, with what is known of the recording; an instant
 * at each gap; and a counter of the time that was measured.
 *
 * Must hold: the slice over all begins at 0, so that viewers, which count from what comes first, show event n at n. */
#include <inttypes.h>

#include "export/exporter.h"

#define AXIS                                                                                                 \
    "the order of events: 1 µs is one event, and no time; event n of `staleread dump --numbers` stands at " \
    "n µs"

static void add_command(struct exporter *exporter, struct buffer *name)
{
    struct text argv = buffer_text(&exporter->plan->command);
    for (size_t i = 0; i < argv.length; i++)
        buffer_add_char(name, argv.bytes[i] == '\n' ? ' ' : argv.bytes[i]);
    if (argv.length == 0)
        buffer_add_string(name, "recorded program");
}

void about_begin(struct exporter *exporter)
{
    struct buffer name;
    uint32_t process = trace_info(exporter->trace)->process;
    buffer_init(&name);
    add_command(exporter, &name);
    buffer_add_string(&name, " · 1 µs = 1 event");
    exporter_track(exporter, EXPORT_PROCESS, 0, process != 0 ? process : 1, buffer_text(&name), AXIS);
    exporter_drop(exporter, &name);
    exporter->recording = exporter_track(exporter, EXPORT_LANE, 0, 0, TEXT("recording"), AXIS);
}

static void tell_clock(struct exporter *exporter, const struct event *event)
{
    if (event->field[0] == 0 || exporter->sink == NULL || exporter->status != STATUS_OK)
        return;
    if (exporter->time == 0)
        exporter->time = exporter_track(exporter, EXPORT_COUNTER, 0, 0, TEXT("time since the start"),
                                        "what the clock showed where it was looked at");
    exporter->sink->target->count(exporter->sink, exporter->time, exporter_at(event->number),
                                  event->field[0]);
}

static void tell_gap(struct exporter *exporter, const struct event *event)
{
    struct export_mark gap = {
        .track = exporter->recording,
        .from = exporter_at(event->number),
        .to = exporter_at(event->number),
        .category = EXPORT_RECORDING,
        .name = {TEXT("gap: something is missing here"), true},
    };
    if (event->kind == EVENT_GAP) {
        exporter_add_number(&gap, "lost_frames", event->field[gap_field_frames]);
        exporter_add_number(&gap, "lost_events", event->field[gap_field_events]);
    } else if (event->kind == EVENT_LOST) {
        exporter_add_number(&gap, "lost_events", event->field[0]);
    } else {
        exporter_add_text(&gap, "switched_off", trace_string(exporter->trace, event->field[0]), false);
    }
    exporter_tell(exporter, &gap);
}

void about_event(struct exporter *exporter, const struct event *event)
{
    if (event->kind == EVENT_CLOCK)
        tell_clock(exporter, event);
    else if (event->kind == EVENT_GAP || event->kind == EVENT_LOST || event->kind == EVENT_OFF)
        tell_gap(exporter, event);
}

void about_end(struct exporter *exporter)
{
    const struct trace_info *info = trace_info(exporter->trace);
    struct export_mark all = {
        .track = exporter->recording,
        .to = exporter_at(exporter->plan->events_end),
        .category = EXPORT_RECORDING,
        .name = {info->complete ? TEXT("1 µs = 1 event")
                                : TEXT("1 µs = 1 event (the end of the recording is missing)"),
                 true},
    };
    exporter_add_text(&all, "axis", TEXT(AXIS), true);
    exporter_add_number(&all, "events", exporter->plan->events_end);
    exporter_add_number(&all, "lost_events", info->lost_events);
    exporter_add_number(&all, "lost_frames", info->damaged_frames);
    exporter_add_text(&all, "python", trace_meta(exporter->trace, "python"), true);
    exporter_add_text(&all, "loop", trace_meta(exporter->trace, "loop"), true);
    exporter_add_text(&all, "packages", trace_meta(exporter->trace, "packages"), true);
    exporter_add_text(&all, "agent", trace_meta(exporter->trace, "agent"), true);
    if (exporter->holdings.untold != 0)
        exporter_add_number(&all, "lock_acquisitions_not_drawn", exporter->holdings.untold);
    if (exporter->findings_untold != 0)
        exporter_add_number(&all, "findings_without_slice", exporter->findings_untold);
    exporter_tell(exporter, &all);
}
