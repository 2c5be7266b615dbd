/* Activations and dependence.
 *
 * In: enter, leave and read events; the sources of functions and sites. Out: for each act the reads that it depends on.
 * What must hold: a set of origins has at most one read of each cell, the latest, because an earlier check or value of the same cell is
 * superseded by it (double-checked locking). */
#include "replay/activation.h"

#include "replay/actor.h"
#include "replay/cell.h"
#include "replay/clock.h"
#include "replay/lockset.h"
#include "trace/reader.h"

/* Of most calls no more is asked about. */
enum { sources_room_min = 5 };

/* Gives back what the source stood for. */
static void source_clear(struct cell_table *cells, struct source *source)
{
    origins_release(cells, source->data);
    origins_release(cells, source->control);
    origins_release(cells, source->waited);
}

void activation_release(struct cell_table *cells, struct activation *activation)
{
    while (activation != NULL && --activation->references == 0) {
        struct activation *caller = activation->caller;
        for (uint32_t i = 0; i < activation->source_count; i++)
            source_clear(cells, &activation->sources[i]);
        heap_give(cells->heap, activation->sources, activation->sources_room * sizeof *activation->sources);
        origins_release(cells, activation->control);
        origins_release(cells, activation->waited);
        heap_give(cells->heap, activation, sizeof *activation);
        activation = caller;
    }
}

static const struct source *source_find(const struct activation *activation, uint32_t reference)
{
    for (uint32_t i = 0; i < activation->source_count; i++)
        if (activation->sources[i].reference == reference)
            return &activation->sources[i];
    return NULL;
}

/* Room for one more. */
static enum status make_room(struct cell_table *cells, struct activation *activation)
{
    uint32_t room = activation->sources_room;
    if (activation->source_count < room)
        return STATUS_OK;
    uint32_t grown_room = room == 0 ? sources_room_min : 2 * room;
    struct source *grown =
        heap_grow(cells->heap, activation->sources, room * sizeof *grown, grown_room * sizeof *grown);
    if (grown == NULL)
        return STATUS_NOMEM;
    activation->sources = grown;
    activation->sources_room = grown_room;
    return STATUS_OK;
}

/* The source, added where the activation has none of it yet; NULL: no memory. */
static struct source *source_entry(struct cell_table *cells, struct activation *activation,
                                   uint32_t reference)
{
    struct source *source = (struct source *)source_find(activation, reference);
    if (source != NULL || make_room(cells, activation) != STATUS_OK)
        return source;
    source = &activation->sources[activation->source_count++];
    *source = (struct source){.reference = reference};
    return source;
}

/* What the source stands for from now on. Some of it may come from what it stood for before, which goes last. */
static enum status source_set(struct cell_table *cells, struct activation *activation, uint32_t reference,
                              const struct dependence *dependence)
{
    struct source set = {.reference = reference};
    enum status status = origins_freeze(cells, &set.data, &dependence->data);
    if (status == STATUS_OK)
        status = origins_freeze(cells, &set.control, &dependence->control);
    if (status == STATUS_OK)
        status = origins_freeze(cells, &set.waited, &dependence->waited);
    struct source *source = status == STATUS_OK ? source_entry(cells, activation, reference) : NULL;
    if (source == NULL) {
        source_clear(cells, &set);
        return STATUS_NOMEM;
    }
    source_clear(cells, source);
    *source = set;
    return STATUS_OK;
}

/* Adds what the listed sources stand for: their values to `values`, what decided about them to control and waited. What
 * decided about a value that only decided whether to wait did no more than that. */
static void sources_add(const struct activation *activation, const struct trace_sources *list,
                        struct origin_set *values, struct dependence *out)
{
    struct origin_set *deciding = values == &out->waited ? values : &out->control;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct source *source = source_find(activation, list->references[i]);
        if (source == NULL)
            continue;
        origin_set_add_all(values, source->data);
        origin_set_add_all(deciding, source->control);
        origin_set_add_all(&out->waited, source->waited);
    }
}

/* What guards the site in this activation, and the activation itself. */
static void guards_add(const struct activation *activation, const struct trace_site *site,
                       struct dependence *out)
{
    if (site != NULL) {
        sources_add(activation, &site->control, &out->control, out);
        sources_add(activation, &site->waited, &out->waited, out);
    }
    origin_set_add_all(&out->control, activation->control);
    origin_set_add_all(&out->waited, activation->waited);
}

void activation_depend(const struct activation *activation, const struct trace_site *site,
                       struct dependence *out)
{
    guards_add(activation, site, out);
    out->decided = out->control;
    sources_add(activation, &site->data, &out->data, out);
}

enum status activation_guards(struct cell_table *cells, const struct activation *activation,
                              const struct trace_site *site, struct origins **control,
                              struct origins **waited)
{
    struct dependence guards;
    dependence_init(&guards);
    if (activation != NULL)
        guards_add(activation, site, &guards);
    enum status status = origins_freeze(cells, control, &guards.control);
    return status == STATUS_OK ? origins_freeze(cells, waited, &guards.waited) : status;
}

/* Which parameter an argument goes to; UINT32_MAX: to any. */
static uint32_t parameter_of(const struct trace_function *row, const struct trace_argument *argument)
{
    if (argument->slot >= trace_slot_anything)
        return UINT32_MAX;
    if (argument->slot % 2 == 0) {
        uint32_t place = argument->slot / 2 + ((row->flags & FUNCTION_FLAG_METHOD) != 0 ? 1 : 0);
        return place < row->parameter_count ? place : UINT32_MAX;
    }
    for (uint32_t i = 0; i < row->parameter_count; i++)
        if (row->parameters[i] == argument->name)
            return i;
    return UINT32_MAX;
}

/* Fills the parameters of a callee from the arguments at the call site. */
static enum status hand_over(struct cell_table *cells, struct activation *callee,
                             const struct activation *caller, const struct trace_site *site)
{
    for (uint32_t parameter = 0; parameter < callee->row->parameter_count; parameter++) {
        struct dependence handed;
        dependence_init(&handed);
        /* The receiver of a call; of an assignment to a property, what is assigned. */
        uint32_t implied = site->operation == SITE_WRITE ? 1 : 0;
        if (parameter == implied && (callee->row->flags & FUNCTION_FLAG_METHOD) != 0)
            sources_add(caller, &site->data, &handed.data, &handed);
        for (uint32_t i = 0; i < site->argument_count; i++) {
            const struct trace_argument *argument = &site->arguments[i];
            uint32_t to = parameter_of(callee->row, argument);
            if (to != parameter && to != UINT32_MAX)
                continue;
            sources_add(caller, &argument->data, &handed.data, &handed);
            sources_add(caller, &argument->control, &handed.control, &handed);
        }
        if (handed.data.count == 0 && handed.control.count == 0)
            continue;
        if (source_set(cells, callee, parameter * 2 + 1, &handed) != STATUS_OK)
            return STATUS_NOMEM;
    }
    return STATUS_OK;
}

static struct activation *activation_bare(struct cell_table *cells, const struct trace *trace,
                                          uint32_t function)
{
    struct activation *activation = heap_take(cells->heap, sizeof *activation);
    if (activation != NULL)
        *activation = (struct activation){
            .references = 1, .function = function, .row = trace_function(trace, function)};
    return activation;
}

struct activation *activation_new(struct cell_table *cells, const struct trace *trace, uint32_t function,
                                  struct activation *caller, const struct trace_site *site)
{
    struct activation *activation = activation_bare(cells, trace, function);
    if (activation == NULL)
        return NULL;
    activation->caller = activation_retain(caller);
    activation->call_site = site;
    enum status status = activation_guards(cells, caller, site, &activation->control, &activation->waited);
    if (status == STATUS_OK && caller != NULL && site != NULL && activation->row != NULL)
        status = hand_over(cells, activation, caller, site);
    if (status != STATUS_OK) {
        activation_release(cells, activation);
        return NULL;
    }
    return activation;
}

/* The call, among the arguments at the place where an actor was made, that made its coroutine: `f(x)` in
 * `create_task(f(x))`. Its name tells which one it was; otherwise the site itself hands over, as `to_thread(f, x)` does. */
static const struct trace_site *making_call(const struct trace *trace, const struct trace_function *row,
                                            const struct trace_site *site)
{
    struct text name = trace_string(trace, row->name);
    for (uint32_t i = 0; i < site->argument_count; i++) {
        const struct trace_sources *data = &site->arguments[i].data;
        for (uint32_t j = 0; j < data->count; j++) {
            if (trace_source_is_parameter(data->references[j]))
                continue;
            const struct trace_site *inner = trace_site(trace, trace_source_number(data->references[j]));
            if (inner == NULL || inner->operation != SITE_CALL || inner->name == 0)
                continue;
            if (text_ends_with(name, trace_string(trace, inner->name)))
                return inner;
        }
    }
    return site;
}

struct activation *activation_new_spawned(struct cell_table *cells, const struct trace *trace,
                                          uint32_t function, const struct actor *actor)
{
    struct activation *activation = activation_bare(cells, trace, function);
    if (activation == NULL)
        return NULL;
    activation->control = origins_retain(actor->inherited_control);
    activation->waited = origins_retain(actor->inherited_waited);
    if (actor->maker == NULL || actor->made_at == NULL || activation->row == NULL)
        return activation;
    const struct trace_site *call = making_call(trace, activation->row, actor->made_at);
    if (hand_over(cells, activation, actor->maker, call) != STATUS_OK) {
        activation_release(cells, activation);
        return NULL;
    }
    return activation;
}

static void returned_add(const struct activation *activation, struct dependence *out)
{
    const struct trace_function *row = activation->row;
    sources_add(activation, &row->return_data, &out->data, out);
    sources_add(activation, &row->return_control, &out->control, out);
    sources_add(activation, &row->return_waited, &out->waited, out);
}

enum status activation_return(struct cell_table *cells, const struct activation *activation,
                              struct activation *to, const struct trace_site *site)
{
    if (to == NULL || site == NULL || activation->row == NULL)
        return STATUS_OK;
    struct dependence returned;
    dependence_init(&returned);
    returned_add(activation, &returned);
    return source_set(cells, to, site->number * 2, &returned);
}

enum status activation_return_spawned(struct cell_table *cells, const struct activation *activation,
                                      const struct actor *actor)
{
    if (actor->maker == NULL || actor->made_at == NULL || activation->row == NULL)
        return STATUS_OK;
    uint32_t reference = actor->made_at->number * 2;
    const struct source *before = source_find(actor->maker, reference);
    struct dependence returned;
    dependence_init(&returned);
    if (before != NULL && before->made_step == actor->made_step) {
        origin_set_add_all(&returned.data, before->data);
        origin_set_add_all(&returned.control, before->control);
        origin_set_add_all(&returned.waited, before->waited);
    }
    returned_add(activation, &returned);
    enum status status = source_set(cells, actor->maker, reference, &returned);
    struct source *after = (struct source *)source_find(actor->maker, reference);
    if (after != NULL)
        after->made_step = actor->made_step;
    return status;
}

enum status activation_note_read(struct cell_table *cells, struct activation *activation, struct read *read,
                                 const struct origins *made_from)
{
    struct source *source = source_entry(cells, activation, read->site->number * 2);
    if (source == NULL)
        return STATUS_NOMEM;
    /* Several cells read at one site in one step are one value: `any(row.busy for row in rows)`. */
    bool adds = source->read_step == read->at->step && source->data != NULL;
    if (adds && made_from == NULL && source->data->references == 1)
        return origins_add(cells, &source->data, read);
    struct origin_set noted = {.count = 0};
    for (uint32_t i = 0; source->data != NULL && i < source->data->count; i++)
        if (source->data->reads[i]->at->step == read->at->step && source->data->reads[i]->site == read->site)
            origin_set_add(&noted, source->data->reads[i]);
    origin_set_add_all(&noted, made_from);
    origin_set_add(&noted, read);
    struct origins *data;
    if (origins_freeze(cells, &data, &noted) != STATUS_OK)
        return STATUS_NOMEM;
    origins_release(cells, source->data);
    source->data = data;
    source->read_step = made_from == NULL ? read->at->step : 0;
    return STATUS_OK;
}
