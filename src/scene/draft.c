/* In: a finding and where its ends lie. Out: which steps, actors and cells its scene is about.
 * Must hold: whatever the trace says, a draft has so many lanes and blocks at most. */
#include "scene/draft.h"

enum scene_role draft_role(const struct draft *draft, uint64_t number)
{
    static const enum scene_role roles[] = {SCENE_ROLE_FIRST, SCENE_ROLE_WINDOW, SCENE_ROLE_LAST,
                                            SCENE_ROLE_OTHER};
    for (size_t i = 0; i < draft_ends; i++) {
        const struct draft_end *end = &draft->ends[roles[i] - 1];
        if (end->is_there && end->number == number)
            return roles[i];
    }
    return SCENE_ROLE_NONE;
}

bool draft_is_other_supposed(const struct draft *draft)
{
    const struct draft_end *other = &draft->ends[SCENE_ROLE_OTHER - 1];
    const struct finding_place *place = &draft->finding->other;
    return other->is_there && other->line != 0 && place->line != 0 && other->line != place->line;
}

/* ---- Lanes and blocks ---- */

uint32_t draft_find_lane(const struct draft *draft, uint64_t actor)
{
    for (uint32_t i = 0; i < draft->lane_count; i++)
        if (draft->lanes[i].actor == actor)
            return i;
    return draft_lanes_max;
}

uint32_t draft_lane(struct draft *draft, uint64_t actor)
{
    uint32_t lane = draft_find_lane(draft, actor);
    if (lane < draft_lanes_max || draft->lane_count == draft_lanes_max)
        return lane;
    draft->lanes[draft->lane_count] = (struct draft_lane){.actor = actor};
    return draft->lane_count++;
}

struct draft_block *draft_add_block(struct draft *draft, struct arena *arena, uint64_t actor, uint64_t begin,
                                    uint64_t token)
{
    uint32_t lane = draft_lane(draft, actor);
    if (draft->block_count == draft_blocks_max || lane == draft_lanes_max)
        return NULL;
    struct draft_block *block = arena_calloc(arena, 1, sizeof *block);
    if (block == NULL)
        return NULL;
    block->draft = draft;
    block->actor = actor;
    block->begin = begin;
    block->token = token;
    block->end = UINT64_MAX;
    block->lane = lane;
    draft->blocks[draft->block_count++] = block;
    return block;
}

/* ---- The plan ---- */

static bool has_block(const struct draft *draft, uint64_t begin)
{
    for (uint32_t i = 0; i < draft->block_count; i++)
        if (draft->blocks[i]->begin == begin)
            return true;
    return false;
}

/* Whether the rival's step would have to be elsewhere for the finding to be seen: where it was it did no harm. */
static bool must_move(const struct draft *draft)
{
    const struct draft_end *first = &draft->ends[SCENE_ROLE_FIRST - 1];
    const struct draft_end *other = &draft->ends[SCENE_ROLE_OTHER - 1];
    const struct draft_end *last = &draft->ends[SCENE_ROLE_LAST - 1];
    if (draft->finding->status != FINDING_PREDICTED || !first->is_there || !other->is_there ||
        !last->is_there || other->number == last->number)
        return false;
    if (other->begin == first->begin || other->begin == last->begin)
        return false; /* it cannot be told apart from what it is to be moved against */
    return other->number < first->number || other->number > last->number;
}

void draft_plan(struct draft *draft, struct arena *arena)
{
    /* Lanes from left to right: whose window it is, the rival, others. */
    static const enum scene_role roles[] = {SCENE_ROLE_FIRST, SCENE_ROLE_OTHER, SCENE_ROLE_LAST,
                                            SCENE_ROLE_WINDOW};
    draft->is_moved = must_move(draft);
    draft->from = UINT64_MAX;
    draft->to = 0;
    for (size_t i = 0; i < draft_ends; i++) {
        const struct draft_end *end = &draft->ends[roles[i] - 1];
        if (!end->is_there)
            continue;
        if (!has_block(draft, end->begin) &&
            draft_add_block(draft, arena, end->actor, end->begin, end->token) == NULL)
            continue;
        if (draft->is_moved && roles[i] == SCENE_ROLE_OTHER)
            continue;
        draft->from = end->number < draft->from ? end->number : draft->from;
        draft->to = end->number > draft->to ? end->number : draft->to;
    }
}

bool draft_has_cell(const struct draft *draft, uint64_t object, uint64_t key)
{
    for (size_t i = 0; i < draft_ends; i++)
        if (draft->ends[i].is_there && draft->ends[i].object == object && draft->ends[i].key == key)
            return object != 0;
    return false;
}

bool draft_has_function(const struct draft *draft, uint64_t function)
{
    for (size_t i = 0; i < draft_ends; i++)
        if (draft->ends[i].is_there && draft->ends[i].function == function)
            return function != 0;
    return false;
}

void draft_fini(struct draft *draft)
{
    for (uint32_t i = 0; i < draft->held_count; i++)
        lockset_release(draft->held[i].locks);
    for (uint32_t i = 0; i < draft->block_count; i++)
        VECTOR_FINI(&draft->blocks[i]->moments);
    draft->held_count = draft->block_count = 0;
}
