/* Reads and writes of cells.
 *
 * In: what the agent says about objects, keys and accesses. Out: origins for what depends on a read (activation.c), and for
 * every write and use a call of the observer. What must hold: the observer sees the cell as it was before the act. */
#include <stdlib.h>

#include "replay/handlers.h"

/* Past so many new ones, reads of one step that nothing depends on any more are let go. */
enum { fresh_reads_new_max = 4096 };

/* Of what keeps an object, what keeps that, and so on: no name goes so deep. */
enum { keepers_max = 64 };

/* What an agent that had no memory left says instead of a key number, and of an object as a value. */
enum { unfollowed_key = 2, unfollowed_value = 4 };

enum status accesses_object(struct replay *replay, const struct event *event)
{
    struct object *object = cell_table_object(&replay->cells, event->field[0]);
    if (object == NULL)
        return STATUS_NOMEM;
    object->kind = (enum object_kind)event->field[1];
    object->name = event->field[2];
    return STATUS_OK;
}

/* Whether `object` may be kept by `owner`: not in a circle, and not deeper than any name goes. A list of a million nodes, each
 * kept by the one before, would be gone through for each. */
static bool may_be_kept(const struct object *object, const struct object *owner)
{
    for (int depth = 0; depth < keepers_max; depth++, owner = owner->owner) {
        if (owner == NULL)
            return true;
        if (owner == object)
            return false;
    }
    return false;
}

enum status accesses_keep(struct replay *replay, const struct event *event)
{
    if (event->field[0] == 0 || event->field[1] == 0)
        return STATUS_OK;
    struct object *object = cell_table_object(&replay->cells, event->field[0]);
    struct object *owner = cell_table_object(&replay->cells, event->field[1]);
    if (object == NULL || owner == NULL)
        return STATUS_NOMEM;
    if (object->owner != NULL || !may_be_kept(object, owner))
        return STATUS_OK;
    object->owner = object_retain(owner);
    object->owner_key = event->field[2];
    return STATUS_OK;
}

enum status accesses_local(struct replay *replay, const struct event *event)
{
    struct object *object = cell_table_object(&replay->cells, event->field[0]);
    if (object == NULL)
        return STATUS_NOMEM;
    object->local_function = event->field[1];
    object->local_name = event->field[2];
    object->local_line = event->field[3];
    return STATUS_OK;
}

enum status accesses_drop(struct replay *replay, const struct event *event)
{
    cell_table_drop(&replay->cells, event->field[0]);
    return STATUS_OK;
}

enum status accesses_key(struct replay *replay, const struct event *event)
{
    return map_put(&replay->key_texts, event->field[0], event->field[1]);
}

enum status accesses_value(struct replay *replay, const struct event *event)
{
    return map_put(&replay->value_texts, event->field[0], event->field[1]);
}

/* Who accesses which cell where. */
struct access {
    struct actor *actor;
    struct cell *cell;
    const struct trace_site *site;
    struct activation *activation;
    uint64_t value;
};

/* STATUS_END when the access cannot be judged: its object or key is not followed, its site is not known, or its actor lived through a gap. */
static enum status access_resolve(struct replay *replay, const struct event *event, struct access *access)
{
    struct actor *actor = steps_running(replay, event);
    if (actor == NULL)
        return STATUS_NOMEM;
    if (event->field[1] == 0 || event->field[2] == unfollowed_key)
        return STATUS_END;
    const struct trace_site *site = trace_site(replay->trace, event->field[0]);
    if (site == NULL || actor->is_blind)
        return STATUS_END;
    struct cell *cell = cell_table_cell(&replay->cells, event->field[1], event->field[2], replay->now);
    if (cell == NULL)
        return STATUS_NOMEM;
    object_touch(cell->object, actor->number);
    *access = (struct access){
        .actor = actor,
        .cell = cell,
        .site = site,
        .activation = calls_activation(replay, actor, site->function),
        .value = event->field[3] == unfollowed_value ? 0 : event->field[3],
    };
    return access->activation == NULL ? STATUS_NOMEM : STATUS_OK;
}

/* Forgets the fresh reads that nothing but this list refers to. */
static void thin_out(struct replay *replay, struct actor *actor)
{
    size_t kept = 0;
    for (size_t i = 0; i < actor->fresh_reads.count; i++) {
        struct read *read = actor->fresh_reads.items[i];
        if (read->references > 1)
            actor->fresh_reads.items[kept++] = read;
        else
            read_release(&replay->cells, read);
    }
    actor->fresh_reads.count = actor->fresh_reads_kept = kept;
}

/* Each look is paid for by as many new reads as it has old ones to go through. */
static bool has_many_new(const struct actor *actor)
{
    size_t fresh = actor->fresh_reads.count - actor->fresh_reads_kept;
    return fresh >= fresh_reads_new_max && fresh >= actor->fresh_reads_kept;
}

/* The read is the latest of the actor's fresh reads then. */
static enum status remember_read(struct replay *replay, const struct access *access)
{
    struct actor *actor = access->actor;
    struct cell *cell = access->cell;
    struct situation *situation = situation_of(&replay->cells, actor);
    struct read *read = situation != NULL ? heap_take(replay->cells.heap, sizeof *read) : NULL;
    if (read == NULL)
        return STATUS_NOMEM;
    *read = (struct read){
        .references = 1,
        .saw_own = cell->last_writer == actor->number,
        .at = situation_retain(situation),
        .cell = cell_retain_asking(cell),
        .site = access->site,
        .value = access->value,
        .number = replay->now,
        .last_write = cell->last_write,
        .activation = activation_retain(access->activation),
    };
    if (has_many_new(actor))
        thin_out(replay, actor);
    if (VECTOR_PUSH(&actor->fresh_reads, read) != STATUS_OK) {
        read_release(&replay->cells, read);
        return STATUS_NOMEM;
    }
    /* A value travels through memory, too: but only through what nobody else can have changed. */
    bool is_private = !cell->object->is_shared && cell->last_writer == actor->number;
    return activation_note_read(&replay->cells, access->activation, read,
                                is_private ? cell->made_from : NULL);
}

/* Whether an object is there to be waited for, or to hand something over: to those who have it, it stays what it was. */
static bool is_handle(const struct cell_table *cells, uint64_t number)
{
    const struct object *object = map_get_pointer(&cells->objects, number);
    if (object == NULL)
        return false;
    switch (object->kind) {
    case OBJECT_QUEUE:
    case OBJECT_EVENT:
    case OBJECT_FUTURE:
    case OBJECT_LOCK:
        return true;
    default:
        return false;
    }
}

/* Whether the read found this object (NULL: any) in an earlier step, and somebody else put something in its place. */
static bool is_outdated(const struct cell_table *cells, const struct read *read, const struct actor *actor,
                        const struct object *object)
{
    const struct cell *cell = read->cell;
    if (read->at->step == actor->step || read->at->actor != actor || cell->value == VALUE_UNKNOWN ||
        cell->value == read->value || cell->last_writer == actor->number ||
        cells_value_kind(read->value) != VALUE_OBJECT)
        return false;
    uint64_t number = cells_value_rest(read->value);
    return object == NULL ? !is_handle(cells, number) : number == object->number;
}

enum status accesses_pass(struct replay *replay, struct actor *actor, const struct object *object,
                          const struct trace_site *site, struct activation *activation)
{
    if (site->data.count == 0 || actor->is_blind)
        return STATUS_OK;
    struct dependence dependence;
    dependence_init(&dependence);
    activation_depend(activation, site, &dependence);
    struct origin_set *data = &dependence.data;
    uint32_t outdated = 0;
    for (uint32_t i = 0; i < data->count; i++)
        if (is_outdated(&replay->cells, data->reads[i], actor, object))
            data->reads[outdated++] = data->reads[i];
    data->count = outdated;
    if (outdated == 0)
        return STATUS_OK;
    struct act act = {
        .actor = actor,
        .cells = &replay->cells,
        .site = site,
        .number = replay->now,
        .is_passing = true,
        .has_threads = replay->threads.count > 1,
        .dependence = &dependence,
        .activation = activation,
    };
    return replay->observer.act(replay->observer.context, &act);
}

static enum status tell(struct replay *replay, const struct access *access, bool is_write,
                        const struct dependence *dependence)
{
    struct act act = {
        .actor = access->actor,
        .cells = &replay->cells,
        .cell = access->cell,
        .site = access->site,
        .number = replay->now,
        .value = access->value,
        .is_write = is_write,
        .has_threads = replay->threads.count > 1,
        .dependence = dependence,
        .activation = access->activation,
    };
    return replay->observer.act(replay->observer.context, &act);
}

/* Whether something was to be deleted or taken out, and turns out to be gone. */
static bool is_in_vain(const struct access *access)
{
    if (access->site->operation == SITE_DELETE)
        return access->value == CELLS_VALUE_ABSENT;
    return access->site->operation == SITE_UPDATE && access->cell->key == 0 &&
           access->value != VALUE_UNKNOWN && cell_value_empty(access->value);
}

/* Whether reading does what a check may have allowed: something is done with the value, or would have been. */
static bool is_use(const struct access *access)
{
    return (access->site->flags & SITE_FLAG_USE) != 0 || access->site->operation == SITE_ITERATE ||
           is_in_vain(access);
}

/* Whether anybody could find fault with a use: a check may have allowed it, somebody else wrote what is used, or an
 * iteration goes on. */
static bool may_matter(const struct access *access)
{
    const struct cell *cell = access->cell;
    if ((access->site->flags & SITE_FLAG_GOES_ON) != 0)
        return true;
    if (cell->write_count == 0)
        return false;
    bool is_guarded = access->site->control.count > 0 || access->activation->control != NULL;
    return is_guarded || cell->write_count > 1 || cell->last_writer != access->actor->number;
}

/* Tells of the access where other threads may be at it. */
static enum status tell_touch(struct replay *replay, const struct event *event, const struct access *access,
                              bool is_write, bool is_initial)
{
    struct run_time *time = steps_run_time(replay, event);
    if (time == NULL || replay->observer.touch == NULL)
        return STATUS_OK;
    time->touched_epoch = time->epoch;
    struct touch touch = {
        .actor = access->actor,
        .cell = access->cell,
        .site = access->site,
        .number = replay->now,
        .value = access->value,
        .before = access->cell->value,
        .is_write = is_write,
        .is_initial = is_initial,
        .time = time,
    };
    return replay->observer.touch(replay->observer.context, &touch);
}

static const struct read *newest_read(const struct actor *actor)
{
    return actor->fresh_reads.items[actor->fresh_reads.count - 1];
}

/* What was found: `key in table` tells that something is there, and what it is stands in the cell. */
static uint64_t found_value(const struct access *access)
{
    const uint64_t known = access->cell->value;
    bool is_there = access->site->operation == SITE_CONTAINS && access->value != CELLS_VALUE_ABSENT;
    return is_there && known != VALUE_UNKNOWN && known != CELLS_VALUE_ABSENT ? known : access->value;
}

/* What a read tells of the cell. That there is something (`key in data`) says less than what it is. */
static void note_value(struct cell *cell, uint64_t value)
{
    bool is_presence = cells_value_kind(value) == VALUE_CONSTANT && cells_value_rest(value) == CONSTANT_OTHER;
    if (value != VALUE_UNKNOWN && !(is_presence && cell_value_present(cell->value)))
        cell->value = value;
}

enum status accesses_read(struct replay *replay, const struct event *event)
{
    struct access access;
    enum status status = access_resolve(replay, event, &access);
    if (status != STATUS_OK)
        return status == STATUS_END ? STATUS_OK : status;
    access.value = found_value(&access);
    status = tell_touch(replay, event, &access, false, false);
    if (status != STATUS_OK)
        return status;
    if (access.cell->object->is_replaced) {
        status = accesses_pass(replay, access.actor, access.cell->object, access.site, access.activation);
        if (status != STATUS_OK)
            return status;
    }
    if (is_use(&access) && may_matter(&access)) {
        struct dependence dependence;
        dependence_init(&dependence);
        activation_depend(access.activation, access.site, &dependence);
        status = tell(replay, &access, false, &dependence);
        if (status != STATUS_OK)
            return status;
    }
    note_value(access.cell, access.value);
    status = remember_read(replay, &access);
    if (status == STATUS_OK && replay->observer.read != NULL)
        status = replay->observer.read(replay->observer.context, newest_read(access.actor));
    bool is_check = (access.site->flags & SITE_FLAG_CHECK) != 0;
    if (status != STATUS_OK || !is_check || access.cell->windows == NULL || replay->observer.check == NULL)
        return status;
    struct dependence dependence;
    dependence_init(&dependence);
    activation_depend(access.activation, access.site, &dependence);
    return replay->observer.check(replay->observer.context, newest_read(access.actor), &dependence.control);
}

/* Whether the running function is a constructor, and the site one of what it constructs. */
static bool is_constructing(const struct replay *replay, const struct access *access)
{
    const struct trace_function *row = access->activation->row;
    if (row == NULL || row->parameter_count == 0)
        return false;
    struct text name = trace_string(replay->trace, row->name);
    if (!text_ends_with(name, TEXT(".__init__")) && !text_ends_with(name, TEXT(".__post_init__")))
        return false;
    struct text self = trace_string(replay->trace, row->parameters[0]);
    struct text expression = trace_string(replay->trace, access->site->expression);
    if (expression.length <= self.length || expression.bytes[self.length] != '.')
        return false;
    expression.length = self.length;
    return text_equal(expression, self);
}

/* Whether nobody else can have known the object yet: whoever reads it in another schedule comes later, too. */
static bool is_initial(const struct replay *replay, const struct access *access)
{
    struct object *object = access->cell->object;
    const struct actor *actor = access->actor;
    if (object->is_shared)
        return false;
    if (is_constructing(replay, access))
        object->made_step = actor->step;
    else if (actor->loop == 0) /* no steps that keep others out */
        return false;
    return object->made_step != 0 && object->made_step == actor->step;
}

static enum status remember_write(struct replay *replay, const struct access *access,
                                  const struct dependence *dependence, bool initial)
{
    struct situation *situation = situation_of(&replay->cells, access->actor);
    struct origins *made_from = NULL;
    if (situation == NULL)
        return STATUS_NOMEM;
    if (!access->cell->object->is_shared &&
        origins_freeze(&replay->cells, &made_from, &dependence->data) != STATUS_OK)
        return STATUS_NOMEM;
    struct write write = {
        .at = situation_retain(situation),
        .number = replay->now,
        .site = access->site,
        .slot = situation->slot,
        .epoch = situation->epoch,
        .before = access->cell->value,
        .value = access->value,
        .is_initial = initial,
    };
    write_relate(&write, access->cell, dependence);
    cell_table_replace(&replay->cells, access->cell, access->value);
    struct cell *cell = cell_retain_asking(access->cell);
    enum status status = cell_remember(&replay->cells, cell, write, made_from);
    if (status == STATUS_OK)
        status = replay->observer.written(replay->observer.context, cell);
    cell_release_asking(&replay->cells, cell);
    return status;
}

enum status accesses_write(struct replay *replay, const struct event *event)
{
    struct access access;
    enum status status = access_resolve(replay, event, &access);
    if (status != STATUS_OK)
        return status == STATUS_END ? STATUS_OK : status;
    struct dependence dependence;
    dependence_init(&dependence);
    activation_depend(access.activation, access.site, &dependence);
    status = tell(replay, &access, true, &dependence);
    if (status == STATUS_OK)
        status = flags_write(replay, access.actor, access.cell, access.value, &dependence);
    bool initial = is_initial(replay, &access);
    if (status == STATUS_OK)
        status = tell_touch(replay, event, &access, true, initial);
    return status == STATUS_OK ? remember_write(replay, &access, &dependence, initial) : status;
}
