/*
 * In:   two traces.
 * Out:  the steps that they have in common, loop by loop, and the first ones that differ.
 * Holds: what waits on one side of a loop has nothing beside it on the other; each trace is read once, and only what waits, and a few
 * steps around where the loops part, is kept.
 */
#include "compare/comparison.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/vector.h"
#include "compare/schedule.h"

struct waiting {
    uint64_t name;
    struct parting_step told;
};

/* A loop, of either trace or of both. */
struct compared_loop {
    struct parting_loop told;
    VECTOR(struct waiting) waiting[2]; /* of at most one of the two, from `taken` on */
    size_t taken[2];
    bool is_given_up; /* one side was too far ahead */
};

struct side {
    struct trace *trace;
    struct schedule schedule;
    uint64_t steps;
    bool has_ended;
    bool is_cut; /* its end is missing, or something before it */
};

struct comparison {
    struct side sides[2];
    struct map places; /* name of a loop -> its index */
    VECTOR(struct compared_loop *) loops;
    VECTOR(struct parting_loop) told;
    struct parting parting;
    size_t waiting_count;
};

/* ---- one step ---- */

static enum status find_loop(struct comparison *comparison, const struct schedule_step *step,
                             struct compared_loop **found)
{
    bool added;
    uint64_t *place = map_entry(&comparison->places, step->loop, &added);
    if (place == NULL)
        return STATUS_NOMEM;
    if (!added) {
        *found = comparison->loops.items[*place];
        return STATUS_OK;
    }
    *place = comparison->loops.count;
    *found = calloc(1, sizeof **found);
    if (*found == NULL)
        return STATUS_NOMEM;
    (*found)->told.name = step->loop_class;
    enum status status = VECTOR_PUSH(&comparison->loops, *found);
    if (status != STATUS_OK)
        free(*found);
    return status;
}

static size_t count_of(const struct compared_loop *loop, int side)
{
    return loop->waiting[side].count - loop->taken[side];
}

/* Gives back the room of what was taken. */
static void close_up(struct compared_loop *loop, int side)
{
    size_t count = count_of(loop, side);
    if (count > 0)
        memmove(loop->waiting[side].items, loop->waiting[side].items + loop->taken[side],
                count * sizeof *loop->waiting[side].items);
    loop->waiting[side].count = count;
    loop->taken[side] = 0;
}

static struct waiting take_first(struct comparison *comparison, struct compared_loop *loop, int side)
{
    struct waiting first = loop->waiting[side].items[loop->taken[side]++];
    comparison->waiting_count--;
    if (loop->taken[side] >= count_of(loop, side))
        close_up(loop, side);
    return first;
}

static void add_common(struct parting_loop *told, const struct parting_step *step)
{
    told->common++;
    if (told->before_count == parting_before_max) {
        for (size_t i = 1; i < parting_before_max; i++)
            told->before[i - 1] = told->before[i];
        told->before_count--;
    }
    told->before[told->before_count++] = *step;
}

static void add_after(struct parting_side *side, const struct parting_step *step)
{
    if (side->step_count < parting_after_max)
        side->steps[side->step_count++] = *step;
}

/* The loop has parted: what waits follows. */
static void tell_waiting(struct comparison *comparison, struct compared_loop *loop)
{
    loop->told.has_parted = true;
    for (int side = 0; side < 2; side++)
        while (count_of(loop, side) > 0) {
            struct waiting first = take_first(comparison, loop, side);
            add_after(&loop->told.sides[side], &first.told);
        }
}

static void hold_side_by_side(struct comparison *comparison, struct compared_loop *loop)
{
    while (count_of(loop, 0) > 0 && count_of(loop, 1) > 0) {
        const struct waiting *one = &loop->waiting[0].items[loop->taken[0]];
        const struct waiting *other = &loop->waiting[1].items[loop->taken[1]];
        if (one->name != other->name) {
            tell_waiting(comparison, loop);
            return;
        }
        struct waiting common = take_first(comparison, loop, 0);
        take_first(comparison, loop, 1);
        add_common(&loop->told, &common.told);
    }
}

/* Where the other trace is over, what is still to come is only of interest as far as it is shown. */
static bool is_wanted(const struct comparison *comparison, const struct compared_loop *loop, int side)
{
    return !loop->is_given_up &&
           (!comparison->sides[!side].has_ended || count_of(loop, side) < parting_after_max);
}

static enum status take_step(struct comparison *comparison, int side, const struct schedule_step *step)
{
    struct compared_loop *loop;
    enum status status = find_loop(comparison, step, &loop);
    comparison->sides[side].steps++;
    if (status != STATUS_OK)
        return status;
    if (loop->told.has_parted) {
        add_after(&loop->told.sides[side], &step->told);
        return STATUS_OK;
    }
    if (!is_wanted(comparison, loop, side))
        return STATUS_OK;
    if (comparison->waiting_count >= comparison_waiting_max) {
        loop->is_given_up = comparison->parting.lacks_more = true;
        return STATUS_OK;
    }
    comparison->waiting_count++;
    status = VECTOR_PUSH(&loop->waiting[side], (struct waiting){step->name, step->told});
    if (status == STATUS_OK)
        hold_side_by_side(comparison, loop);
    return status;
}

/* ---- all steps ---- */

static enum status read_step(struct comparison *comparison, int number, struct diag *diag)
{
    struct side *side = &comparison->sides[number];
    struct schedule_step step;
    enum status status = schedule_next(&side->schedule, &step, diag);
    if (status == STATUS_OK && take_step(comparison, number, &step) != STATUS_OK)
        return diag_set_nomem(diag);
    if (status != STATUS_END)
        return status;
    side->has_ended = true;
    side->is_cut = side->schedule.has_gap || !trace_info(side->trace)->complete;
    return STATUS_OK;
}

static enum status read_all(struct comparison *comparison, struct diag *diag)
{
    struct side *sides = comparison->sides;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && (!sides[0].has_ended || !sides[1].has_ended)) {
        int next = sides[0].has_ended || (!sides[1].has_ended && sides[1].steps < sides[0].steps);
        status = read_step(comparison, next, diag);
    }
    return status;
}

/* ---- what it comes to ---- */

/* Steps that nothing in the other trace stands beside: that one has ended, or lacks its end. */
static void end_loop(struct comparison *comparison, struct compared_loop *loop)
{
    int ahead = count_of(loop, 1) > 0;
    bool is_even = count_of(loop, 0) == 0 && count_of(loop, 1) == 0;
    if (!loop->told.has_parted && !is_even && comparison->sides[!ahead].is_cut)
        loop->told.ends_early = true;
    else if (!loop->told.has_parted && !is_even && !loop->is_given_up)
        tell_waiting(comparison, loop);
    for (int side = 0; side < 2; side++)
        loop->told.sides[side].is_cut =
            comparison->sides[side].is_cut && loop->told.sides[side].step_count < parting_after_max;
}

/* When the loop parted, by the first run as far as that ran any more. */
static uint64_t when_parted(const struct parting_loop *loop)
{
    if (!loop->has_parted)
        return UINT64_MAX;
    const struct parting_side *side = &loop->sides[loop->sides[0].step_count == 0];
    return side->steps[0].place.event;
}

static int compare_loops(const void *one, const void *other)
{
    uint64_t first = when_parted(one), second = when_parted(other);
    return (first > second) - (first < second);
}

static enum status conclude(struct comparison *comparison)
{
    struct parting *parting = &comparison->parting;
    for (size_t i = 0; i < comparison->loops.count; i++) {
        struct compared_loop *loop = comparison->loops.items[i];
        end_loop(comparison, loop);
        parting->common += loop->told.common;
        parting->has_parted = parting->has_parted || loop->told.has_parted;
        if (VECTOR_PUSH(&comparison->told, loop->told) != STATUS_OK)
            return STATUS_NOMEM;
    }
    if (comparison->told.count > 1)
        qsort(comparison->told.items, comparison->told.count, sizeof *comparison->told.items, compare_loops);
    parting->loops = comparison->told.items;
    parting->loop_count = comparison->told.count;
    return STATUS_OK;
}

static enum status compare(struct comparison *comparison, struct diag *diag)
{
    enum status status = read_all(comparison, diag);
    for (int side = 0; side < 2; side++)
        comparison->parting.begins_late[side] = comparison->sides[side].schedule.begins_late;
    if (status != STATUS_OK || comparison->parting.begins_late[0] || comparison->parting.begins_late[1])
        return status;
    return conclude(comparison) == STATUS_OK ? STATUS_OK : diag_set_nomem(diag);
}

enum status comparison_open(struct comparison **out, const char *const paths[2], struct diag *diag)
{
    struct comparison *comparison = calloc(1, sizeof *comparison);
    *out = NULL;
    if (comparison == NULL)
        return diag_set_nomem(diag);
    enum status status = STATUS_OK;
    for (int side = 0; side < 2; side++) {
        if (status == STATUS_OK)
            status = trace_open(&comparison->sides[side].trace, paths[side], diag);
        schedule_init(&comparison->sides[side].schedule, comparison->sides[side].trace);
    }
    if (status == STATUS_OK)
        status = compare(comparison, diag);
    if (status == STATUS_OK)
        *out = comparison;
    else
        comparison_close(comparison);
    return status;
}

void comparison_close(struct comparison *comparison)
{
    if (comparison == NULL)
        return;
    for (size_t i = 0; i < comparison->loops.count; i++) {
        VECTOR_FINI(&comparison->loops.items[i]->waiting[0]);
        VECTOR_FINI(&comparison->loops.items[i]->waiting[1]);
        free(comparison->loops.items[i]);
    }
    VECTOR_FINI(&comparison->loops);
    VECTOR_FINI(&comparison->told);
    map_fini(&comparison->places);
    for (int side = 0; side < 2; side++) {
        schedule_fini(&comparison->sides[side].schedule);
        trace_close(comparison->sides[side].trace);
    }
    free(comparison);
}

const struct parting *comparison_parting(const struct comparison *comparison)
{
    return &comparison->parting;
}
