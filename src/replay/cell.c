/* Objects and cells.
 *
 * In: numbers and keys from the trace. Out: one struct for each, found in constant time. What must hold: the table
 * has one reference to each object and cell in it; a chain of keepers has no cycle. */
#include "replay/cell.h"

#include <stdlib.h>
#include <string.h>

#include "replay/activation.h"
#include "replay/actor.h"
#include "replay/clock.h"
#include "replay/lockset.h"
#include "replay/order.h"

void cell_table_init(struct cell_table *table, struct clock_pool *clocks, struct heap *heap)
{
    *table = (struct cell_table){.clocks = clocks, .heap = heap};
    map_init(&table->objects);
}

/* Gives back the table's references to the cells of an object. What they remember goes first: it may refer, in a circle, to
 * the cells themselves. */
static void let_go_cells(struct cell_table *table, struct object *object)
{
    for (struct cell *cell = object->cells; cell != NULL; cell = cell->next_of_object)
        cell_clear(table, cell);
    while (object->cells != NULL) {
        struct cell *cell = object->cells;
        object->cells = cell->next_of_object;
        cell_release(table, cell);
    }
}

void cell_table_fini(struct cell_table *table)
{
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(&table->objects, &cursor, &number, &value)) {
        struct object *object = (struct object *)(uintptr_t)value;
        let_go_cells(table, object);
        object_release(object);
    }
    map_fini(&table->objects);
    cell_index_fini(&table->index);
    *table = (struct cell_table){0};
}

struct object *object_retain(struct object *object)
{
    if (object != NULL)
        object->references++;
    return object;
}

void object_release(struct object *object)
{
    while (object != NULL && --object->references == 0) {
        struct object *owner = object->owner;
        free(object);
        object = owner;
    }
}

struct object *cell_table_object(struct cell_table *table, uint64_t number)
{
    struct object *object = map_get_pointer(&table->objects, number);
    if (object != NULL)
        return object;
    object = calloc(1, sizeof *object);
    if (object == NULL)
        return NULL;
    object->references = 1;
    object->number = number;
    object->kind = OBJECT_OTHER;
    if (map_put_pointer(&table->objects, number, object) != STATUS_OK) {
        free(object);
        return NULL;
    }
    return object;
}

void cell_table_replace(struct cell_table *table, const struct cell *cell, uint64_t value)
{
    if (cell->value == value || cells_value_kind(cell->value) != VALUE_OBJECT)
        return;
    struct object *held = map_get_pointer(&table->objects, cells_value_rest(cell->value));
    if (held != NULL)
        held->is_replaced = true;
}

void object_touch(struct object *object, uint64_t actor_number)
{
    if (object->sole_actor == 0)
        object->sole_actor = actor_number;
    else if (object->sole_actor != actor_number)
        object->is_shared = true;
}

static struct cell *cell_new(struct cell_table *table, uint64_t object_number, uint64_t key, uint64_t now)
{
    struct object *object = cell_table_object(table, object_number);
    if (object == NULL)
        return NULL;
    struct cell *cell = heap_take(table->heap, sizeof *cell);
    if (cell == NULL)
        return NULL;
    *cell = (struct cell){
        .references = 1, .object = object, .key = key, .next_of_object = object->cells, .touched = now};
    if (cell_index_put(&table->index, cell) != STATUS_OK) {
        heap_give(table->heap, cell, sizeof *cell);
        return NULL;
    }
    object->cells = cell;
    object_retain(object);
    return cell;
}

struct cell *cell_table_cell(struct cell_table *table, uint64_t object_number, uint64_t key, uint64_t now)
{
    struct cell *cell = cell_index_find(&table->index, object_number, key);
    if (cell == NULL)
        return cell_new(table, object_number, key, now);
    cell->touched = now;
    return cell;
}

/* What a home-made lock guards would be called unguarded if it were not known any more: such a cell stays, and nothing of what it
 * remembers. Returns whether that was anything. */
static bool forget_all_but_flag(struct cell_table *table, struct cell *cell)
{
    bool was_known = cell->last_write != 0;
    cell_clear(table, cell);
    heap_give(table->heap, cell->writes, cell->writes_room * sizeof *cell->writes);
    cell->writes = NULL;
    cell->writes_room = 0;
    return was_known;
}

/* Forgets those cells of an object that were accessed before that event; returns how many. */
static uint64_t forget_of_object(struct cell_table *table, struct object *object, uint64_t before)
{
    struct cell **link = &object->cells;
    uint64_t forgotten = 0;
    while (*link != NULL) {
        struct cell *cell = *link;
        bool is_flag = cell->flag != NULL && !cell->flag->is_broken;
        if (cell->touched >= before || is_flag) {
            forgotten += cell->touched < before && forget_all_but_flag(table, cell);
            link = &cell->next_of_object;
            continue;
        }
        *link = cell->next_of_object;
        cell_index_remove(&table->index, cell);
        cell_clear(table, cell);
        cell_release(table, cell);
        forgotten++;
    }
    return forgotten;
}

uint64_t cell_table_forget(struct cell_table *table, uint64_t bytes_max, uint64_t now)
{
    uint64_t forgotten = 0;
    for (uint64_t kept = now / 2; table->heap->used_bytes > bytes_max; kept /= 2) {
        size_t cursor = 0;
        uint64_t number;
        uint64_t value;
        while (map_next(&table->objects, &cursor, &number, &value))
            forgotten += forget_of_object(table, (struct object *)(uintptr_t)value, now - kept);
        if (kept == 0)
            break;
    }
    return forgotten;
}

void cell_table_drop(struct cell_table *table, uint64_t number)
{
    struct object *object = map_get_pointer(&table->objects, number);
    if (object == NULL)
        return;
    map_remove(&table->objects, number, NULL);
    object->is_dropped = true;
    for (struct cell *cell = object->cells; cell != NULL; cell = cell->next_of_object)
        cell_index_remove(&table->index, cell);
    let_go_cells(table, object);
    object_release(object);
}

/* Gives back what a write that the cell remembers refers to. */
static void write_release(struct cell_table *table, struct cell *cell, struct write *write)
{
    cell->asked -= !write->is_resting;
    cell->blind -= write->base_number == 0;
    if (!write->is_resting)
        situation_rest(table, write->at);
    situation_release_resting(table, write->at);
}

/* Writes of which nobody asked yet came last. */
void cell_rest(struct cell_table *table, struct cell *cell)
{
    if (--cell->asking > 0)
        return;
    for (uint32_t i = cell->write_count; cell->asked > 0; i--) {
        if (cell->writes[i - 1].is_resting)
            continue;
        cell->writes[i - 1].is_resting = true;
        cell->asked--;
        situation_rest(table, cell->writes[i - 1].at);
    }
}

/* Which of the cell's writes come before the new one. A window may begin with what its actor put there blindly, as if it had read
 * that (detect/lost_write.c); of two that were made from what was there nobody asks. */
static uint8_t known_writes(const struct cell *cell, const struct write *write)
{
    uint32_t known = 0;
    if (write->base_number != 0 && cell->blind == 0)
        return 0;
    for (uint32_t i = 0; i < cell->write_count; i++)
        if (order_before(cell->writes[i].slot, cell->writes[i].epoch, write->at->clock))
            known |= UINT32_C(1) << i;
    return (uint8_t)known;
}

bool cell_write_before(const struct cell *cell, uint64_t earlier_number, uint64_t later_number)
{
    uint32_t earlier = 0;
    while (earlier < cell->write_count && cell->writes[earlier].number != earlier_number)
        earlier++;
    for (uint32_t i = 0; i < cell->write_count; i++)
        if (cell->writes[i].number == later_number)
            return (cell->writes[i].known >> earlier & 1) != 0;
    return false;
}

/* Takes out the write; later ones move forward by one. */
static void remove_write(struct cell_table *table, struct cell *cell, uint32_t place)
{
    struct write *removed = &cell->writes[place];
    uint32_t before = (UINT32_C(1) << place) - 1;
    bool has_known = cell->blind > 0;
    write_release(table, cell, removed);
    cell->write_count--;
    memmove(removed, removed + 1, (cell->write_count - place) * sizeof *removed);
    for (uint32_t i = place; has_known && i < cell->write_count; i++) {
        uint32_t known = cell->writes[i].known;
        cell->writes[i].known = (uint8_t)((known & before) | (known >> 1 & ~before));
    }
}

void cell_clear(struct cell_table *table, struct cell *cell)
{
    for (uint32_t i = 0; i < cell->write_count; i++)
        write_release(table, cell, &cell->writes[i]);
    cell->write_count = 0;
    cell->value = VALUE_UNKNOWN;
    cell->last_write = 0;
    cell->last_writer = 0;
    origins_release(table, cell->made_from);
    cell->made_from = NULL;
    if (cell->windows != NULL && table->forget != NULL)
        table->forget(cell->windows);
    cell->windows = NULL;
    if (cell->touches != NULL && table->forget_touches != NULL)
        table->forget_touches(cell->touches);
    cell->touches = NULL;
}

void cell_release_asking(struct cell_table *table, struct cell *cell)
{
    cell_rest(table, cell);
    cell_release(table, cell);
}

void cell_release(struct cell_table *table, struct cell *cell)
{
    if (cell == NULL || --cell->references > 0)
        return;
    cell_clear(table, cell);
    heap_give(table->heap, cell->writes, cell->writes_room * sizeof *cell->writes);
    object_release(cell->object);
    heap_give(table->heap, cell, sizeof *cell);
}

/* Whether others see only what the two leave together. A thread has no steps: each of its writes counts. */
static bool is_one_step(const struct write *one, const struct write *other)
{
    return one->at->actor == other->at->actor && one->at->step == other->at->step &&
           one->at->actor->loop != 0;
}

/* Where the new write goes: over an older one of the same step, or of the same actor and site, over the oldest, or at the
 * end. */
static uint32_t place_for(const struct cell *cell, const struct write *write)
{
    uint32_t place = cell->write_count < cell_writes_max ? cell->write_count : 0;
    for (uint32_t i = 0; i < cell->write_count; i++) {
        if (cell->writes[i].slot != write->slot || cell->writes[i].at->actor != write->at->actor)
            continue;
        if (is_one_step(&cell->writes[i], write))
            return i;
        if (cell->writes[i].site == write->site)
            place = i;
    }
    return place;
}

/* Makes one write of two that a step did: what it started from stands with the earlier one. */
static void write_absorb(struct write *write, const struct write *earlier)
{
    write->before = earlier->before;
    write->is_checked |= earlier->is_checked;
    if (earlier->decided_on != VALUE_UNKNOWN)
        write->decided_on = earlier->decided_on;
    if (earlier->saw_write != 0)
        write->saw_write = earlier->saw_write;
    if (!write->is_fresh)
        return;
    write->base = earlier->base;
    write->base_number = earlier->base_number;
    write->is_fresh = earlier->is_fresh;
}

/* Most cells are written by few. */
static enum status make_room(struct cell_table *table, struct cell *cell)
{
    if (cell->write_count < cell->writes_room || cell->writes_room == cell_writes_max)
        return STATUS_OK;
    uint32_t room = cell->writes_room == 0 ? 1 : 2 * cell->writes_room;
    struct write *writes =
        heap_grow(table->heap, cell->writes, cell->writes_room * sizeof *writes, room * sizeof *writes);
    if (writes == NULL)
        return STATUS_NOMEM;
    cell->writes = writes;
    cell->writes_room = room;
    return STATUS_OK;
}

enum status cell_remember(struct cell_table *table, struct cell *cell, struct write write,
                          struct origins *made_from)
{
    if (make_room(table, cell) != STATUS_OK) {
        situation_release(table, write.at);
        origins_release(table, made_from);
        return STATUS_NOMEM;
    }
    uint32_t place = place_for(cell, &write);
    if (place < cell->write_count) {
        struct write *old = &cell->writes[place];
        if (is_one_step(old, &write))
            write_absorb(&write, old);
        remove_write(table, cell, place);
    }
    write.known = known_writes(cell, &write);
    cell->asked++;
    cell->blind += write.base_number == 0;
    cell->writes[cell->write_count++] = write;
    cell->value = write.value;
    cell->last_write = write.number;
    cell->last_writer = write.at->actor->number;
    origins_release(table, cell->made_from);
    cell->made_from = made_from;
    return STATUS_OK;
}

void write_relate(struct write *write, const struct cell *cell, const struct dependence *dependence)
{
    const struct read *base = origin_set_find(&dependence->data, cell);
    if (base != NULL) {
        write->base = base->value;
        write->base_number = base->number;
        write->is_fresh = base->at->actor == write->at->actor && base->at->step == write->at->step;
    }
    const struct read *check = origin_set_find(&dependence->control, cell);
    write->is_checked = origin_set_find(&dependence->decided, cell) != NULL ||
                        origin_set_find(&dependence->waited, cell) != NULL;
    write->saw_write = check == NULL ? 0 : check->last_write;
    if (check != NULL && check->at->actor == write->at->actor && check->at->step == write->at->step)
        write->decided_on = check->value;
}

bool write_spares(const struct write *write, const struct read *read)
{
    uint64_t found = read->value;
    /* Methods of a container make more or less of it, whatever they find. */
    if (read->cell->key == 0)
        found = write->before;
    else if (write->is_fresh || write->base_number > read->number)
        found = write->base;
    else if (read->last_write == write->number)
        found = write->before;
    return write->value != VALUE_UNKNOWN && write->value == found;
}

/* Whether a check is likely to tell the two apart: two objects are both just there. */
static bool values_differ(uint64_t one, uint64_t other)
{
    if (one == VALUE_UNKNOWN || other == VALUE_UNKNOWN || one == other)
        return false;
    return cells_value_kind(one) != VALUE_OBJECT || cells_value_kind(other) != VALUE_OBJECT;
}

bool write_is_doubtful(const struct write *write, const struct read *read)
{
    return values_differ(write->decided_on, read->value);
}

bool write_makes_less(const struct write *write)
{
    return cells_value_kind(write->value) == VALUE_INTEGER &&
           cells_value_kind(write->before) == VALUE_INTEGER &&
           cells_value_rest(write->value) < cells_value_rest(write->before);
}

bool cell_value_empty(uint64_t value)
{
    switch (cells_value_kind(value)) {
    case VALUE_CONSTANT:
        return cells_value_rest(value) == CONSTANT_NONE || cells_value_rest(value) == CONSTANT_FALSE ||
               cells_value_rest(value) == CONSTANT_ABSENT;
    case VALUE_INTEGER:
        return cells_value_rest(value) == 0;
    default:
        return false;
    }
}

bool cell_value_present(uint64_t value)
{
    switch (cells_value_kind(value)) {
    case VALUE_UNKNOWN:
        return false;
    case VALUE_CONSTANT:
    case VALUE_INTEGER:
        return !cell_value_empty(value);
    default:
        return true;
    }
}

bool cell_value_flips(uint64_t before, uint64_t after)
{
    return (cell_value_empty(before) && cell_value_present(after)) ||
           (cell_value_present(before) && cell_value_empty(after));
}
