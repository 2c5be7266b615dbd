/* Perfetto's own form: a Trace of TracePackets, with track descriptors and track events in them.
 *
 * In: tracks, slices, instants and counters. Out: bytes as perfetto/trace/trace_packet.proto and what it includes have them.
 * Must hold: whatever is referred to by number (an interned text, a place) was told earlier, in the same sequence of packets; a text
 * is valid UTF-8, whatever the trace has; what is remembered of texts is bounded.
 *
 * Packets need not be in the order of their times: who reads them sorts them, and leaves those of one time in the order of the file. */
#include <stdlib.h>

#include "base/map.h"
#include "base/names.h"
#include "export/sink.h"
#include "export/targets.h"
#include "export/wire.h"

/* Numbers of fields, by message. */
enum { trace_packet = 1 };
enum {
    packet_timestamp = 8,
    packet_sequence = 10,
    packet_event = 11,
    packet_interned = 12,
    packet_flags = 13
};
enum { packet_descriptor = 60, packet_is_first = 87 };
enum { flag_cleared = 1, flag_needs_state = 2 };
enum { descriptor_uuid = 1, descriptor_name = 2, descriptor_process = 3, descriptor_thread = 4 };
enum { descriptor_parent = 5, descriptor_counter = 8, descriptor_ordering = 11, descriptor_rank = 12 };
enum { descriptor_description = 14, descriptor_merging = 15 };
enum { ordering_explicit = 3, merging_none = 2 };
enum { process_id = 1, process_name = 6 };
enum { thread_process = 1, thread_id = 2, thread_name = 5 };
enum { counter_unit = 3, unit_nanoseconds = 1 };
enum { event_category = 3, event_annotation = 4, event_type = 9, event_name_number = 10, event_track = 11 };
enum { event_name = 23, event_counter = 30, event_place = 34, event_out = 47, event_in = 48 };
enum { type_begin = 1, type_end = 2, type_instant = 3, type_counter = 4 };
enum { annotation_name = 1, annotation_number = 3, annotation_text = 6, annotation_text_number = 17 };
enum { interned_categories = 1, interned_names = 2, interned_annotations = 3, interned_places = 4 };
enum { interned_texts = 29, interned_number = 1, interned_text = 2 };
enum { place_number = 1, place_file = 2, place_function = 3, place_line = 4 };

/* Texts that are remembered, of each sort; more are written out each time. */
enum { interned_max = 65536 };

struct perfetto {
    struct export_sink sink;
    struct buffer packet;     /* the one that is being made, */
    struct buffer event;      /* its event or descriptor, */
    struct buffer part;       /* a message in that, */
    struct buffer interned;   /* and what it refers to and was not told yet */
    struct buffer entry;      /* a message in that */
    struct buffer escaped;    /* a text */
    struct names names;       /* of events */
    struct names texts;       /* of arguments */
    struct names annotations; /* names of arguments */
    struct map places;        /* key -> 1 */
    bool has_category[EXPORT_CATEGORY_COUNT];
    bool has_begun;
    uint64_t process;
};

enum { sequence = 1 };

static struct perfetto *perfetto_of(struct export_sink *sink)
{
    return (struct perfetto *)sink;
}

static void fail(struct perfetto *perfetto, enum status status)
{
    sink_fail(&perfetto->sink, status);
}

/* Empties the buffer; what went wrong in it is not forgotten. */
static void restart(struct perfetto *perfetto, struct buffer *buffer)
{
    fail(perfetto, buffer_status(buffer));
    buffer_clear(buffer);
}

/* ---- texts and what is told once ---- */

/* Valid until the next call. */
static struct text escaped(struct perfetto *perfetto, struct text text)
{
    restart(perfetto, &perfetto->escaped);
    buffer_add_escaped(&perfetto->escaped, text);
    return buffer_text(&perfetto->escaped);
}

/* Tells the text of a number, before the packet that uses it. */
static void tell_text(struct perfetto *perfetto, uint32_t sort, uint64_t number, struct text text)
{
    restart(perfetto, &perfetto->entry);
    wire_number(&perfetto->entry, interned_number, number);
    wire_bytes(&perfetto->entry, interned_text, escaped(perfetto, text));
    wire_bytes(&perfetto->interned, sort, buffer_text(&perfetto->entry));
}

/* The text's number, from 1; 0: it has to be written out. */
static uint64_t text_number(struct perfetto *perfetto, struct names *names, uint32_t sort, struct text text)
{
    uint32_t number;
    bool added;
    if (names->texts.count >= interned_max)
        return 0;
    enum status status = names_number(names, text, &number, &added);
    if (status != STATUS_OK) {
        fail(perfetto, status);
        return 0;
    }
    if (added)
        tell_text(perfetto, sort, (uint64_t)number + 1, text);
    return (uint64_t)number + 1;
}

static void tell_place(struct perfetto *perfetto, const struct export_place *place)
{
    bool added;
    if (map_entry(&perfetto->places, place->key, &added) == NULL)
        fail(perfetto, STATUS_NOMEM);
    else if (added) {
        restart(perfetto, &perfetto->entry);
        wire_number(&perfetto->entry, place_number, place->key);
        wire_bytes(&perfetto->entry, place_file, escaped(perfetto, place->file));
        wire_bytes(&perfetto->entry, place_function, escaped(perfetto, place->function));
        wire_number(&perfetto->entry, place_line, place->line);
        wire_bytes(&perfetto->interned, interned_places, buffer_text(&perfetto->entry));
    }
}

static void tell_category(struct perfetto *perfetto, enum export_category category)
{
    if (!perfetto->has_category[category])
        tell_text(perfetto, interned_categories, (uint64_t)category + 1, text_of(targets_category(category)));
    perfetto->has_category[category] = true;
}

/* ---- packets ---- */

static void begin_packet(struct perfetto *perfetto)
{
    restart(perfetto, &perfetto->packet);
    restart(perfetto, &perfetto->event);
    restart(perfetto, &perfetto->interned);
}

/* Puts what stands in `event` into a packet, as the field. */
static void end_packet(struct perfetto *perfetto, uint32_t field)
{
    struct buffer *packet = &perfetto->packet;
    if (perfetto->interned.length != 0)
        wire_bytes(packet, packet_interned, buffer_text(&perfetto->interned));
    wire_bytes(packet, field, buffer_text(&perfetto->event));
    wire_number(packet, packet_sequence, sequence);
    wire_number(packet, packet_flags,
                perfetto->has_begun ? flag_needs_state : flag_cleared | flag_needs_state);
    if (!perfetto->has_begun)
        wire_number(packet, packet_is_first, true);
    perfetto->has_begun = true;
    wire_bytes(&perfetto->sink.chunk, trace_packet, buffer_text(packet));
    const struct buffer *const parts[] = {&perfetto->packet, &perfetto->event,    &perfetto->part,
                                          &perfetto->entry,  &perfetto->interned, &perfetto->escaped};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        fail(perfetto, parts[i]->status);
    sink_added(&perfetto->sink);
}

/* ---- tracks ---- */

static void describe_process(struct perfetto *perfetto, const struct export_track *track)
{
    perfetto->process = track->number;
    restart(perfetto, &perfetto->part);
    wire_number(&perfetto->part, process_id, track->number);
    wire_bytes(&perfetto->part, process_name, escaped(perfetto, track->name));
    wire_bytes(&perfetto->event, descriptor_process, buffer_text(&perfetto->part));
}

static void describe_thread(struct perfetto *perfetto, const struct export_track *track)
{
    restart(perfetto, &perfetto->part);
    wire_number(&perfetto->part, thread_process, perfetto->process);
    wire_number(&perfetto->part, thread_id, (uint64_t)track->number + 1);
    wire_bytes(&perfetto->part, thread_name, escaped(perfetto, track->name));
    wire_bytes(&perfetto->event, descriptor_thread, buffer_text(&perfetto->part));
}

static void describe_counter(struct perfetto *perfetto)
{
    restart(perfetto, &perfetto->part);
    wire_number(&perfetto->part, counter_unit, unit_nanoseconds);
    wire_bytes(&perfetto->event, descriptor_counter, buffer_text(&perfetto->part));
}

static void add_track(struct export_sink *sink, const struct export_track *track)
{
    struct perfetto *perfetto = perfetto_of(sink);
    struct buffer *event = &perfetto->event;
    begin_packet(perfetto);
    wire_number(event, descriptor_uuid, track->id);
    if (track->kind != EXPORT_PROCESS) {
        wire_number(event, descriptor_parent, track->parent != 0 ? track->parent : 1);
        wire_number(event, descriptor_rank, track->id);
        wire_number(event, descriptor_merging, merging_none);
    }
    if (track->kind == EXPORT_PROCESS)
        describe_process(perfetto, track);
    else if (track->kind == EXPORT_THREAD)
        describe_thread(perfetto, track);
    else
        wire_bytes(event, descriptor_name, escaped(perfetto, track->name));
    if (track->kind == EXPORT_COUNTER)
        describe_counter(perfetto);
    wire_number(event, descriptor_ordering, ordering_explicit);
    if (track->description.length != 0)
        wire_bytes(event, descriptor_description, escaped(perfetto, track->description));
    end_packet(perfetto, packet_descriptor);
}

/* ---- slices, instants, counters ---- */

static void add_argument(struct perfetto *perfetto, const struct export_argument *argument)
{
    struct buffer *part = &perfetto->part;
    uint64_t name =
        text_number(perfetto, &perfetto->annotations, interned_annotations, text_of(argument->name));
    restart(perfetto, part);
    wire_number(part, annotation_name, name);
    if (argument->text.text.bytes == NULL) {
        wire_number(part, annotation_number, argument->number);
    } else {
        uint64_t number = argument->text.comes_again
                              ? text_number(perfetto, &perfetto->texts, interned_texts, argument->text.text)
                              : 0;
        if (number != 0)
            wire_number(part, annotation_text_number, number);
        else
            wire_bytes(part, annotation_text, escaped(perfetto, argument->text.text));
    }
    wire_bytes(&perfetto->event, event_annotation, buffer_text(part));
}

static void add_name(struct perfetto *perfetto, const struct export_text *name)
{
    uint64_t number =
        name->comes_again ? text_number(perfetto, &perfetto->names, interned_names, name->text) : 0;
    if (number != 0)
        wire_number(&perfetto->event, event_name_number, number);
    else
        wire_bytes(&perfetto->event, event_name, escaped(perfetto, name->text));
}

static void add_content(struct perfetto *perfetto, const struct export_mark *mark)
{
    tell_category(perfetto, mark->category);
    wire_number(&perfetto->event, event_category, (uint64_t)mark->category + 1);
    add_name(perfetto, &mark->name);
    if (mark->place.key != 0) {
        tell_place(perfetto, &mark->place);
        wire_number(&perfetto->event, event_place, mark->place.key);
    }
    for (size_t i = 0; i < mark->argument_count; i++)
        add_argument(perfetto, &mark->arguments[i]);
    for (size_t i = 0; i < mark->out_count; i++)
        wire_fixed(&perfetto->event, event_out, mark->out[i]);
    for (size_t i = 0; i < mark->in_count; i++)
        wire_fixed(&perfetto->event, event_in, mark->in[i]);
}

static void begin_event(struct perfetto *perfetto, uint64_t at, uint64_t type, uint64_t track)
{
    begin_packet(perfetto);
    wire_number(&perfetto->packet, packet_timestamp, at);
    wire_number(&perfetto->event, event_type, type);
    wire_number(&perfetto->event, event_track, track);
}

static void add_mark(struct export_sink *sink, const struct export_mark *mark)
{
    struct perfetto *perfetto = perfetto_of(sink);
    bool is_instant = mark->from == mark->to;
    begin_event(perfetto, mark->from, is_instant ? type_instant : type_begin, mark->track);
    add_content(perfetto, mark);
    end_packet(perfetto, packet_event);
    if (is_instant)
        return;
    begin_event(perfetto, mark->to, type_end, mark->track);
    end_packet(perfetto, packet_event);
}

static void add_count(struct export_sink *sink, uint64_t track, uint64_t at, uint64_t value)
{
    struct perfetto *perfetto = perfetto_of(sink);
    begin_event(perfetto, at, type_counter, track);
    wire_number(&perfetto->event, event_counter, value);
    end_packet(perfetto, packet_event);
}

/* ---- the sink ---- */

static struct export_sink *open_sink(FILE *to)
{
    struct perfetto *perfetto = calloc(1, sizeof *perfetto);
    if (perfetto == NULL)
        return NULL;
    sink_begin(&perfetto->sink, &target_perfetto, to);
    names_init(&perfetto->names);
    names_init(&perfetto->texts);
    names_init(&perfetto->annotations);
    return &perfetto->sink;
}

static void close_sink(struct export_sink *sink)
{
    struct perfetto *perfetto = perfetto_of(sink);
    if (perfetto == NULL)
        return;
    struct buffer *const buffers[] = {&perfetto->packet,   &perfetto->event, &perfetto->part,
                                      &perfetto->interned, &perfetto->entry, &perfetto->escaped};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_fini(buffers[i]);
    names_fini(&perfetto->names);
    names_fini(&perfetto->texts);
    names_fini(&perfetto->annotations);
    map_fini(&perfetto->places);
    sink_end(sink);
    free(perfetto);
}

const struct export_target target_perfetto = {
    .name = "perfetto",
    .summary = "Perfetto's own form (protobuf), for ui.perfetto.dev and trace_processor",
    .is_binary = true,
    .open = open_sink,
    .track = add_track,
    .mark = add_mark,
    .count = add_count,
    .close = close_sink,
};
