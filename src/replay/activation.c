/* Activations and dependence.
 *
 * In: enter, leave and read events; the sources of functions and sites. Out: for each act the reads that it depends on.
 * What must hold: a set of origins has at most one read of each cell, the latest, because an earlier check or value of the same cell is
 * superseded by it (double-checked locking). */
#include "replay/activation.h"

#include <stdlib.h>

#include "replay/actor.h"
#include "replay/cell.h"
#include "replay/clock.h"
#include "replay/lockset.h"
#include "trace/reader.h"

struct read *read_of_write(struct cell *cell, const struct write *write)
{
    struct read *read = malloc(sizeof *read);
    if (read == NULL)
        return NULL;
    *read = (struct read){
        .references = 1,
        .slot = write->slot,
        .epoch = write->epoch,
        .actor = actor_retain(write->actor),
        .cell = cell_retain(cell),
        .site = write->site,
        .value = write->value,
        .number = write->number,
        .step = write->step,
        .last_write = write->number,
        .clock = clock_retain(write->clock),
        .locks = lockset_retain(write->locks),
    };
    return read;
}

struct read *read_retain(struct read *read)
{
    if (read != NULL)
        read->references++;
    return read;
}

void read_release(struct cell_table *cells, struct read *read)
{
    if (read == NULL || --read->references > 0)
        return;
    actor_release(read->actor);
    cell_release(cells, read->cell);
    clock_release(cells->clocks, read->clock);
    lockset_release(read->locks);
    activation_release(cells, read->activation);
    object_release(read->guarded);
    free(read);
}

struct origins *origins_retain(struct origins *origins)
{
    if (origins != NULL)
        origins->references++;
    return origins;
}

void origins_release(struct cell_table *cells, struct origins *origins)
{
    if (origins == NULL || --origins->references > 0)
        return;
    for (uint32_t i = 0; i < origins->count; i++)
        read_release(cells, origins->reads[i]);
    free(origins);
}

enum status origins_freeze(struct origins **out, const struct origin_set *set)
{
    *out = NULL;
    if (set->count == 0)
        return STATUS_OK;
    struct origins *origins = malloc(sizeof *origins + set->count * sizeof origins->reads[0]);
    if (origins == NULL)
        return STATUS_NOMEM;
    origins->references = 1;
    origins->count = set->count;
    for (uint32_t i = 0; i < set->count; i++)
        origins->reads[i] = read_retain(set->reads[i]);
    *out = origins;
    return STATUS_OK;
}

void origin_set_add(struct origin_set *set, struct read *read)
{
    uint32_t oldest = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->reads[i]->cell == read->cell) {
            if (set->reads[i]->number < read->number)
                set->reads[i] = read;
            return;
        }
        if (set->reads[i]->number < set->reads[oldest]->number)
            oldest = i;
    }
    if (set->count < origins_max)
        set->reads[set->count++] = read;
    else if (set->reads[oldest]->number < read->number)
        set->reads[oldest] = read;
}

struct read *origin_set_find(const struct origin_set *set, const struct cell *cell)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (set->reads[i]->cell == cell)
            return set->reads[i];
    return NULL;
}

void origin_set_add_all(struct origin_set *set, const struct origins *origins)
{
    for (uint32_t i = 0; origins != NULL && i < origins->count; i++)
        origin_set_add(set, origins->reads[i]);
}

struct activation *activation_retain(struct activation *activation)
{
    if (activation != NULL)
        activation->references++;
    return activation;
}

void activation_release(struct cell_table *cells, struct activation *activation)
{
    while (activation != NULL && --activation->references == 0) {
        struct activation *caller = activation->caller;
        for (size_t i = 0; i < activation->sources.count; i++) {
            origins_release(cells, activation->sources.items[i].data);
            origins_release(cells, activation->sources.items[i].control);
            origins_release(cells, activation->sources.items[i].waited);
        }
        VECTOR_FINI(&activation->sources);
        origins_release(cells, activation->control);
        origins_release(cells, activation->waited);
        free(activation);
        activation = caller;
    }
}

static const struct source *source_find(const struct activation *activation, uint32_t reference)
{
    for (size_t i = 0; i < activation->sources.count; i++)
        if (activation->sources.items[i].reference == reference)
            return &activation->sources.items[i];
    return NULL;
}

/* Gives back what the source stood for. */
static void source_clear(struct cell_table *cells, struct source *source)
{
    origins_release(cells, source->data);
    origins_release(cells, source->control);
    origins_release(cells, source->waited);
}

/* What the source stands for from now on. Some of it may come from what it stood for before, which goes last. */
static enum status source_set(struct cell_table *cells, struct activation *activation, uint32_t reference,
                              const struct dependence *dependence)
{
    struct source set = {.reference = reference};
    enum status status = origins_freeze(&set.data, &dependence->data);
    if (status == STATUS_OK)
        status = origins_freeze(&set.control, &dependence->control);
    if (status == STATUS_OK)
        status = origins_freeze(&set.waited, &dependence->waited);
    struct source *source = (struct source *)source_find(activation, reference);
    if (status == STATUS_OK && source == NULL) {
        status = VECTOR_ADD(&activation->sources, &source);
        if (status == STATUS_OK)
            *source = (struct source){0};
    }
    if (status != STATUS_OK) {
        source_clear(cells, &set);
        return status;
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

enum status activation_guards(const struct activation *activation, const struct trace_site *site,
                              struct origins **control, struct origins **waited)
{
    struct dependence guards;
    dependence_init(&guards);
    if (activation != NULL)
        guards_add(activation, site, &guards);
    enum status status = origins_freeze(control, &guards.control);
    return status == STATUS_OK ? origins_freeze(waited, &guards.waited) : status;
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

static struct activation *activation_bare(const struct trace *trace, uint32_t function)
{
    struct activation *activation = calloc(1, sizeof *activation);
    if (activation == NULL)
        return NULL;
    activation->references = 1;
    activation->function = function;
    activation->row = trace_function(trace, function);
    return activation;
}

struct activation *activation_new(struct cell_table *cells, const struct trace *trace, uint32_t function,
                                  struct activation *caller, const struct trace_site *site)
{
    struct activation *activation = activation_bare(trace, function);
    if (activation == NULL)
        return NULL;
    activation->caller = activation_retain(caller);
    activation->call_site = site;
    enum status status = activation_guards(caller, site, &activation->control, &activation->waited);
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
    struct activation *activation = activation_bare(trace, function);
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
    struct dependence noted;
    dependence_init(&noted);
    const struct source *before = source_find(activation, read->site->number * 2);
    /* Several cells read at one site in one step are one value: `any(row.busy for row in rows)`. */
    for (uint32_t i = 0; before != NULL && before->data != NULL && i < before->data->count; i++)
        if (before->data->reads[i]->step == read->step && before->data->reads[i]->site == read->site)
            origin_set_add(&noted.data, before->data->reads[i]);
    origin_set_add_all(&noted.data, made_from);
    origin_set_add(&noted.data, read);
    return source_set(cells, activation, read->site->number * 2, &noted);
}
