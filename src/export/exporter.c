/* In: marks and tracks of all parts. Out: calls of the target.
 * Must hold: after the first error nothing more is told; while the trace is only looked at, nothing is. */
#include "export/exporter.h"

#include <inttypes.h>

#include "detect/naming.h"

void exporter_fail(struct exporter *exporter, enum status status)
{
    if (exporter->status == STATUS_OK)
        exporter->status = status;
}

void exporter_drop(struct exporter *exporter, struct buffer *buffer)
{
    exporter_fail(exporter, buffer_status(buffer));
    buffer_fini(buffer);
}

void exporter_tell(struct exporter *exporter, const struct export_mark *mark)
{
    if (exporter->sink != NULL && exporter->status == STATUS_OK)
        exporter->sink->target->mark(exporter->sink, mark);
}

uint64_t exporter_track(struct exporter *exporter, enum export_track_kind kind, uint64_t parent,
                        uint32_t number, struct text name, const char *description)
{
    struct export_track track = {
        .id = ++exporter->track_count,
        .kind = kind,
        .parent = parent,
        .number = number,
        .name = name,
        .description = text_of(description),
    };
    if (exporter->sink != NULL && exporter->status == STATUS_OK)
        exporter->sink->target->track(exporter->sink, &track);
    return track.id;
}

/* Sites and functions are numbered apart: one is even, the other odd. */
struct export_place exporter_site(const struct exporter *exporter, uint64_t number)
{
    const struct trace_site *site = trace_site(exporter->trace, number);
    if (site == NULL)
        return (struct export_place){.key = 0};
    struct export_place place = exporter_function(exporter, site->function);
    return (struct export_place){number * 2, place.file, place.function, site->line};
}

struct export_place exporter_function(const struct exporter *exporter, uint64_t number)
{
    const struct trace_function *function = trace_function(exporter->trace, number);
    if (function == NULL)
        return (struct export_place){.key = 0};
    return (struct export_place){
        .key = number * 2 + 1,
        .file = trace_string(exporter->trace, function->file),
        .function = trace_string(exporter->trace, function->name),
        .line = function->line,
    };
}

static struct export_argument *add_argument(struct export_mark *mark, const char *name)
{
    struct export_argument *argument = &mark->arguments[mark->argument_count++];
    *argument = (struct export_argument){.name = name};
    return argument;
}

void exporter_add_text(struct export_mark *mark, const char *name, struct text text, bool comes_again)
{
    if (text.length != 0 && mark->argument_count < export_arguments_max)
        add_argument(mark, name)->text = (struct export_text){text, comes_again};
}

void exporter_add_number(struct export_mark *mark, const char *name, uint64_t number)
{
    if (mark->argument_count < export_arguments_max)
        add_argument(mark, name)->number = number;
}

void exporter_object_name(struct exporter *exporter, uint64_t number, struct buffer *buffer)
{
    const struct object *object = map_get_pointer(&exporter->names->cells.objects, number);
    buffer_clear(buffer);
    if (object == NULL || number == 0)
        return;
    struct arena arena;
    arena_init(&arena, 0);
    buffer_add(buffer, naming_object(exporter->names, &arena, object));
    if (arena.lacks)
        exporter_fail(exporter, STATUS_NOMEM);
    arena_fini(&arena);
}

struct text exporter_actor_name(const struct exporter *exporter, uint64_t name, uint64_t number,
                                struct buffer *buffer)
{
    struct text text = trace_string(exporter->trace, name);
    if (text.length != 0)
        return text;
    buffer_clear(buffer);
    buffer_add_format(buffer, "actor %" PRIu64, number);
    return buffer_text(buffer);
}
