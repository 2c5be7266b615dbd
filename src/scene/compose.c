/* In: a draft whose steps were taken down. Out: lanes, rows in the order in which they are to be told, spans and edges.
 * Must hold: rows rise by the number of their event, but for the rival's step where it is moved, which stays together; each end of
 * the finding that was met has one row. */
#include "scene/compose.h"

#include <stdlib.h>

/* A row that is not left out. */
struct row {
    const struct draft_moment *moment;
    const struct draft_block *block;
    bool is_supposed_act; /* it stands for what would have followed the moment */
    uint32_t at;          /* its place among all rows */
};

struct composing {
    struct draft *draft;
    struct arena *arena;
    struct row *rows;
    size_t count;
    size_t moved_from, moved_to; /* rows of the moved step: from this one, to before that one */
    struct scene *scene;
    uint32_t lanes[draft_lanes_max]; /* place of each of the draft's lanes in the scene */
};

/* ---- Rows ---- */

/* Steps that no end lies in go, the latest first, until the rest fits; each may need a row for what is left out before it. */
static void make_fit(struct draft *draft)
{
    size_t count = 1;
    for (uint32_t i = 0; i < draft->block_count; i++)
        count += draft->blocks[i]->moments.count + 1;
    for (uint32_t i = draft->block_count; i-- > 0 && count > draft_rows_max;) {
        struct draft_block *block = draft->blocks[i];
        if (!block->is_between)
            continue;
        count -= block->moments.count + 1;
        VECTOR_FINI(&block->moments);
    }
}

static int in_order(const void *one, const void *other)
{
    const struct row *left = one, *right = other;
    if (left->moment->number != right->moment->number)
        return left->moment->number < right->moment->number ? -1 : 1;
    return left->is_supposed_act - right->is_supposed_act;
}

/* Whoever would wait for ever goes no further. */
static bool is_never_reached(const struct draft *draft, const struct draft_block *block, uint64_t number)
{
    const struct draft_end *other = &draft->ends[SCENE_ROLE_OTHER - 1];
    const struct draft_end *last = &draft->ends[SCENE_ROLE_LAST - 1];
    return draft->is_moved && draft->finding->kind == FINDING_LOCK_MISUSE &&
           ((block->begin == other->begin && number > other->number) ||
            (block->begin == last->begin && number > last->number));
}

static void add_rows(struct composing *composing, const struct draft_block *block)
{
    const struct draft *draft = composing->draft;
    const struct draft_end *other = &draft->ends[SCENE_ROLE_OTHER - 1];
    for (size_t i = 0; i < block->moments.count; i++) {
        const struct draft_moment *moment = &block->moments.items[i];
        struct row row = {.moment = moment, .block = block};
        if (is_never_reached(draft, block, moment->number))
            continue;
        composing->rows[composing->count++] = row;
        if (!other->is_there || moment->number != other->number || !draft_is_other_supposed(draft))
            continue;
        row.is_supposed_act = true;
        composing->rows[composing->count++] = row;
    }
}

/* The number of the event after which the moved step is told. */
static uint64_t moved_after(const struct draft *draft)
{
    const struct draft_end *first = &draft->ends[SCENE_ROLE_FIRST - 1];
    const struct draft_end *window = &draft->ends[SCENE_ROLE_WINDOW - 1];
    const struct draft_end *last = &draft->ends[SCENE_ROLE_LAST - 1];
    const struct draft_end *opened = window->is_there && window->number > first->number ? window : first;
    return opened->end < last->number ? opened->end : first->number;
}

/* Where the finding is one event that should have come before the rival's, and did not. */
static bool is_moved_to_front(const struct draft *draft)
{
    return draft->ends[SCENE_ROLE_FIRST - 1].number == draft->ends[SCENE_ROLE_LAST - 1].number;
}

/* Rows [from, to) go to where rows after `number` begin. */
static void insert_moved(struct composing *composing, size_t natural_count)
{
    const struct draft *draft = composing->draft;
    struct row moved[draft_moments_max + draft_ends + 1];
    size_t count = composing->count - natural_count, at = 0;
    memcpy(moved, &composing->rows[natural_count], count * sizeof *moved);
    uint64_t after = moved_after(draft);
    while (at < natural_count && !is_moved_to_front(draft) && composing->rows[at].moment->number <= after)
        at++;
    memmove(&composing->rows[at + count], &composing->rows[at], (natural_count - at) * sizeof *moved);
    memcpy(&composing->rows[at], moved, count * sizeof *moved);
    composing->moved_from = at;
    composing->moved_to = at + count;
}

static bool lay_rows(struct composing *composing)
{
    struct draft *draft = composing->draft;
    size_t room = 1;
    for (uint32_t i = 0; i < draft->block_count; i++)
        room += draft->blocks[i]->moments.count;
    composing->rows = arena_alloc(composing->arena, room * sizeof *composing->rows);
    if (composing->rows == NULL)
        return false;
    for (uint32_t i = 0; i < draft->block_count; i++)
        if (!draft_moves(draft, draft->blocks[i]))
            add_rows(composing, draft->blocks[i]);
    size_t natural_count = composing->count;
    qsort(composing->rows, natural_count, sizeof *composing->rows, in_order);
    for (uint32_t i = 0; i < draft->block_count; i++)
        if (draft_moves(draft, draft->blocks[i]))
            add_rows(composing, draft->blocks[i]);
    if (composing->count > natural_count)
        insert_moved(composing, natural_count);
    return true;
}

static bool is_moved(const struct composing *composing, size_t row)
{
    return row >= composing->moved_from && row < composing->moved_to;
}

/* ---- Moments ---- */

static struct scene_moment moment_of(const struct composing *composing, const struct row *row)
{
    const struct draft *draft = composing->draft;
    const struct finding *finding = draft->finding;
    const struct draft_moment *from = row->moment;
    struct scene_moment moment = {
        .kind = from->kind,
        .role = from->role,
        .lane = composing->lanes[row->block->lane],
        .number = from->number,
        .place = {.file = from->file,
                  .function = from->function,
                  .source = from->source,
                  .line = from->line,
                  .is_location = from->is_location,
                  .event = from->number + 1},
        .what = from->what,
        .value = from->value,
    };
    if (row->is_supposed_act) {
        moment.kind = finding->act_is_use ? SCENE_READ : SCENE_WRITE;
        moment.role = SCENE_ROLE_OTHER;
        moment.place = finding->other;
        moment.place.lock_count = 0;
        moment.what = finding->acts_on_other_cell ? TEXT_NONE : finding->cell.text;
        moment.value = TEXT_NONE;
    }
    moment.place.actor = draft->lanes[row->block->lane].lane.name;
    return moment;
}

/* What happened between two rows that stand in the order of the trace. */
static struct scene_moment left_out_of(const struct draft_moment *before, const struct draft_moment *after)
{
    uint64_t begun = after->begun - (after->kind == SCENE_BEGIN);
    return (struct scene_moment){
        .kind = SCENE_LEFT_OUT,
        .number = before->number + 1,
        .left_out = after->number > before->number ? after->number - before->number - 1 : 0,
        .left_out_steps = begun > before->begun ? begun - before->begun : 0,
    };
}

/* Between two rows something is said to be left out where steps are, or what would be shown but for its number. */
static bool is_left_out(const struct scene_moment *left_out, const struct draft_moment *after)
{
    return left_out->left_out != 0 && (left_out->left_out_steps != 0 || after->is_after_gap);
}

static bool write_moments(struct composing *composing)
{
    struct scene *scene = composing->scene;
    struct scene_moment *moments = arena_alloc(composing->arena, 2 * composing->count * sizeof *moments);
    const struct draft_moment *before = NULL;  /* the row before, of those that are together */
    const struct draft_moment *natural = NULL; /* the last one that is not moved */
    if (moments == NULL)
        return false;
    for (size_t i = 0; i < composing->count; i++) {
        struct row *row = &composing->rows[i];
        before = is_moved(composing, i) ? (i > composing->moved_from ? row[-1].moment : NULL) : natural;
        if (before != NULL && !row->is_supposed_act) {
            struct scene_moment left_out = left_out_of(before, row->moment);
            if (is_left_out(&left_out, row->moment))
                moments[scene->moment_count++] = left_out;
        }
        if (!is_moved(composing, i))
            natural = row->moment;
        row->at = (uint32_t)scene->moment_count;
        moments[scene->moment_count++] = moment_of(composing, row);
        if (is_moved(composing, i) && row->moment->role != SCENE_ROLE_OTHER)
            moments[scene->moment_count - 1].value = TEXT_NONE; /* it would have been another */
    }
    scene->moments = moments;
    return true;
}

/* ---- Lanes ---- */

/* An actor of which only the finding knows a name. */
static struct text name_of_end(const struct draft *draft, uint64_t actor)
{
    const struct finding *finding = draft->finding;
    const struct finding_place *places[draft_ends] = {&finding->first, &finding->window, &finding->other,
                                                      &finding->last};
    for (size_t i = 0; i < draft_ends; i++)
        if (draft->ends[i].is_there && draft->ends[i].actor == actor && places[i]->actor.length != 0)
            return places[i]->actor;
    return TEXT("a thread");
}

/* Those that have rows, in the draft's order. */
static bool write_lanes(struct composing *composing)
{
    struct draft *draft = composing->draft;
    struct scene *scene = composing->scene;
    struct scene_lane *lanes = arena_alloc(composing->arena, draft_lanes_max * sizeof *lanes);
    if (lanes == NULL)
        return false;
    for (uint32_t i = 0; i < draft->lane_count; i++) {
        struct draft_lane *lane = &draft->lanes[i];
        bool has_rows = false;
        for (size_t j = 0; j < composing->count; j++)
            has_rows |= composing->rows[j].block->lane == i;
        if (!has_rows)
            continue;
        if (!lane->is_known)
            lane->lane =
                (struct scene_lane){.name = name_of_end(draft, lane->actor), .kind = SCENE_LANE_THREAD};
        composing->lanes[i] = (uint32_t)scene->lane_count;
        lanes[scene->lane_count++] = lane->lane;
    }
    scene->lanes = lanes;
    return true;
}

/* ---- Steps ---- */

/* The first and the last row of the block; false: it has none. */
static bool find_rows(const struct composing *composing, const struct draft_block *block,
                      const struct row **first, const struct row **last)
{
    *first = *last = NULL;
    for (size_t i = 0; i < composing->count; i++) {
        if (composing->rows[i].block != block)
            continue;
        if (*first == NULL)
            *first = &composing->rows[i];
        *last = &composing->rows[i];
    }
    return *first != NULL;
}

static bool write_steps(struct composing *composing)
{
    const struct draft *draft = composing->draft;
    struct scene *scene = composing->scene;
    struct scene_span *steps = arena_alloc(composing->arena, draft_blocks_max * sizeof *steps);
    if (steps == NULL)
        return false;
    for (uint32_t i = 0; i < draft->block_count; i++) {
        const struct row *first, *last;
        if (!find_rows(composing, draft->blocks[i], &first, &last))
            continue;
        steps[scene->step_count++] = (struct scene_span){
            .lane = composing->lanes[draft->blocks[i]->lane],
            .from_row = first->at,
            .to_row = last->at,
            .is_cut_before = first->moment->kind != SCENE_BEGIN,
            .is_cut_after = last->moment->kind != SCENE_END,
        };
    }
    scene->steps = steps;
    return true;
}

/* ---- Locks ---- */

/* Rows from the acquisition to the release, among those that stand in the order of the trace, or those of the moved step. False:
 * there are none. */
static bool held_span(const struct composing *composing, const struct draft_held *held,
                      struct scene_span *span)
{
    bool of_moved = draft_moves(composing->draft, held->block);
    /* The replay counts events from 1. */
    uint64_t since = held->acquisition->since - 1;
    uint64_t until = held->acquisition->released != 0 ? held->acquisition->released - 1 : UINT64_MAX;
    bool is_first = true, has_start = false, has_stop = false;
    *span =
        (struct scene_span){.lane = composing->lanes[held->lane], .lock = held->name, .is_cut_after = true};
    for (size_t i = 0; i < composing->count; i++) {
        const struct row *row = &composing->rows[i];
        if (is_moved(composing, i) != of_moved || (of_moved && row->block != held->block))
            continue;
        uint64_t number = row->moment->number;
        if (is_first)
            span->is_cut_before = number > since;
        is_first = false;
        if (!has_start && number >= since)
            span->from_row = row->at;
        has_start |= number >= since;
        if (number <= until)
            span->to_row = row->at;
        has_stop |= number <= until;
        if (number >= until)
            span->is_cut_after = false;
    }
    return has_start && has_stop && span->from_row <= span->to_row;
}

/* Whether it is one of those that nobody gets where each waits for the other. */
static bool is_never_got(const struct draft *draft, const struct draft_held *held)
{
    uint64_t number = held->acquisition->since - 1;
    return draft->is_moved && draft->finding->kind == FINDING_LOCK_MISUSE &&
           (number == draft->ends[SCENE_ROLE_OTHER - 1].number ||
            number == draft->ends[SCENE_ROLE_LAST - 1].number);
}

static bool write_held(struct composing *composing)
{
    const struct draft *draft = composing->draft;
    struct scene *scene = composing->scene;
    struct scene_span *held = arena_alloc(composing->arena, draft_held_max * sizeof *held);
    if (held == NULL)
        return false;
    for (uint32_t i = 0; i < draft->held_count; i++)
        if (!is_never_got(draft, &draft->held[i]) &&
            held_span(composing, &draft->held[i], &held[scene->held_count]))
            scene->held_count++;
    scene->held = held;
    return true;
}

/* ---- Edges ---- */

/* The row that the edge leaves from: the making of the actor, or the last row before. */
static const struct row *edge_start(const struct composing *composing, const struct draft_edge *edge)
{
    const struct row *start = NULL;
    for (size_t i = 0; i < composing->count; i++) {
        const struct row *row = &composing->rows[i];
        if (row->block != edge->from)
            continue;
        if (row->moment->made == edge->to->actor)
            return row;
        if (start == NULL || row->moment->number <= edge->from_number)
            start = row;
    }
    return start;
}

static const struct row *edge_stop(const struct composing *composing, const struct draft_edge *edge)
{
    const struct row *stop = NULL;
    for (size_t i = composing->count; i-- > 0;) {
        const struct row *row = &composing->rows[i];
        if (row->block == edge->to && (stop == NULL || row->moment->number >= edge->to_number))
            stop = row;
    }
    return stop;
}

static bool has_edge(const struct scene *scene, const struct scene_edge *edges, const struct scene_edge *edge)
{
    for (size_t i = 0; i < scene->edge_count; i++)
        if (edges[i].from_row == edge->from_row && edges[i].to_row == edge->to_row)
            return true;
    return false;
}

static bool write_edges(struct composing *composing)
{
    const struct draft *draft = composing->draft;
    struct scene *scene = composing->scene;
    struct scene_edge *edges = arena_alloc(composing->arena, draft_edges_max * sizeof *edges);
    if (edges == NULL)
        return false;
    for (uint32_t i = 0; i < draft->edge_count; i++) {
        const struct row *start = edge_start(composing, &draft->edges[i]);
        const struct row *stop = edge_stop(composing, &draft->edges[i]);
        if (start == NULL || stop == NULL || start->at >= stop->at)
            continue;
        struct scene_edge edge = {.from_row = start->at, .to_row = stop->at, .word = draft->edges[i].word};
        if (!has_edge(scene, edges, &edge))
            edges[scene->edge_count++] = edge;
    }
    scene->edges = edges;
    return true;
}

struct scene *compose(struct draft *draft, struct arena *arena)
{
    struct composing composing = {.draft = draft, .arena = arena};
    make_fit(draft);
    if (!lay_rows(&composing) || composing.count == 0)
        return NULL;
    composing.scene = arena_calloc(arena, 1, sizeof *composing.scene);
    if (composing.scene == NULL)
        return NULL;
    composing.scene->is_supposed = composing.moved_to > composing.moved_from;
    bool is_whole = write_lanes(&composing) && write_moments(&composing) && write_steps(&composing) &&
                    write_held(&composing) && write_edges(&composing);
    return is_whole ? composing.scene : NULL;
}
