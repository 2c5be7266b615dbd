/* Persistent vector clocks.
 *
 * In: clocks and counts. Out: new clocks that share nodes with the old ones. What must hold: a node that is
 * reachable from two places never says anything else; a node of level n covers 16^(n+1) slots, and its children are of level
 * n-1; what a node has a witness for, all nodes below it have one for. Skipping shared subtrees is what tree clocks (Mathur et
 * al., ASPLOS 2022) gain by time stamps; here identity of nodes tells it, and for those that one side has changed, witnesses. */
#include "replay/clock.h"

#include <string.h>

enum {
    fanout_bits = clock_fanout_bits,
    fanout = clock_fanout,
    witnessed_level = 2 /* smaller clocks need no witnesses */
};

void clock_pool_init(struct clock_pool *pool, struct heap *heap)
{
    *pool = (struct clock_pool){.heap = heap};
}

void clock_pool_fini(struct clock_pool *pool)
{
    VECTOR_FINI(&pool->disclaimed);
}

static size_t node_bytes(uint32_t level)
{
    const struct clock *node = NULL;
    return offsetof(struct clock, u) + (level == 0 ? sizeof node->u.count : sizeof node->u);
}

/* A node of the level, referenced once, with content that is still to be put in; NULL when there is no memory. */
static struct clock *node_take(struct clock_pool *pool, uint32_t level)
{
    struct clock *node = heap_take(pool->heap, node_bytes(level));
    if (node == NULL) {
        pool->exhausted = true;
        return NULL;
    }
    node->references = 1;
    node->level = (uint8_t)level;
    node->width = 0;
    node->open = 0;
    return node;
}

/* The same with nothing in it. */
static struct clock *node_new(struct clock_pool *pool, uint32_t level)
{
    struct clock *node = node_take(pool, level);
    if (node != NULL)
        memset(&node->u, 0, node_bytes(level) - offsetof(struct clock, u));
    return node;
}

void clock_release(struct clock_pool *pool, struct clock *clock)
{
    if (clock == NULL || --clock->references > 0)
        return;
    for (size_t i = 0; i < clock->width; i++)
        clock_release(pool, clock->u.child[i]);
    heap_give(pool->heap, clock, node_bytes(clock->level));
}

static size_t child_index(uint32_t level, uint32_t slot)
{
    return (slot >> (fanout_bits * level)) & (fanout - 1);
}

/* The node itself when nobody else has it, otherwise a copy; takes over the caller's reference. NULL: no memory, and the reference stays. */
static struct clock *node_own(struct clock_pool *pool, struct clock *node)
{
    if (node->references == 1)
        return node;
    struct clock *copy = node_take(pool, node->level);
    if (copy == NULL)
        return NULL;
    memcpy(&copy->u, &node->u, node_bytes(node->level) - offsetof(struct clock, u));
    copy->width = node->width;
    copy->open = node->open;
    for (size_t i = 0; i < copy->width; i++)
        clock_retain(copy->u.child[i]);
    node->references--;
    return copy;
}

static bool has_witness(const struct clock *node)
{
    return node->u.witness.epoch != 0;
}

/* Notes that an inner node has a new child there, and so says something else than before. */
static void node_changed(struct clock *node, size_t place)
{
    const struct clock *child = node->u.child[place];
    if (place >= node->width)
        node->width = (uint8_t)(place + 1);
    if (child != NULL && child->level > 0 && !has_witness(child))
        node->open |= (uint16_t)(1U << place);
    node->u.witness = (struct clock_point){0};
}

static struct clock *node_lift_under(struct clock_pool *pool, struct clock *node, uint32_t level)
{
    while (node->level < level) {
        struct clock *root = node_new(pool, node->level + 1);
        if (root == NULL)
            return node;
        root->u.child[0] = node;
        node_changed(root, 0);
        if (node->level > 0)
            root->u.witness = node->u.witness;
        node = root;
    }
    return node;
}

/* The tree under as many new roots as it takes to reach the level; takes over the reference. */
static inline struct clock *node_lift(struct clock_pool *pool, struct clock *node, uint32_t level)
{
    return node->level < level ? node_lift_under(pool, node, level) : node;
}

/* Raises one count in the tree that `node` refers to; the reference is taken over and one is returned. */
static struct clock *node_raise(struct clock_pool *pool, struct clock *node, uint32_t level, uint32_t slot,
                                uint32_t count)
{
    if (node == NULL) {
        node = node_new(pool, level);
    } else {
        struct clock *own = node_own(pool, node);
        if (own == NULL)
            return node;
        node = own;
    }
    if (node == NULL)
        return NULL;
    if (level == 0) {
        node->u.count[slot & (fanout - 1)] = count;
        return node;
    }
    size_t place = child_index(level, slot);
    struct clock **child = &node->u.child[place];
    *child = node_raise(pool, *child, level - 1, slot, count);
    node_changed(node, place);
    return node;
}

void clock_raise(struct clock_pool *pool, struct clock **clock, uint32_t slot, uint32_t count)
{
    if (clock_get(*clock, slot) >= count)
        return;
    uint32_t level = *clock == NULL ? 0 : (*clock)->level;
    while (!clock_level_covers(level, slot))
        level++;
    if (*clock != NULL) {
        *clock = node_lift(pool, *clock, level);
        if ((*clock)->level < level)
            return;
    }
    *clock = node_raise(pool, *clock, level, slot, count);
}

/* Four counts at a time, as GCC and Clang have them on every machine. */
typedef uint32_t counts __attribute__((vector_size(16)));

enum { count_lanes = sizeof(counts) / sizeof(uint32_t) };

static bool are_all(counts mask)
{
    uint64_t half[2];
    memcpy(half, &mask, sizeof half);
    return (half[0] & half[1]) == UINT64_MAX;
}

/* Joins return one of the two where that is the result, without a reference of its own, or else a new node with one. */

/* Leaves: the greater count of each slot. */
static struct clock *leaf_join(struct clock_pool *pool, struct clock *one, struct clock *other)
{
    counts greater[fanout / count_lanes];
    counts one_covers = {~0U, ~0U, ~0U, ~0U};
    counts other_covers = one_covers;
    for (size_t i = 0; i < fanout / count_lanes; i++) {
        counts of_one, of_other;
        memcpy(&of_one, &one->u.count[i * count_lanes], sizeof of_one);
        memcpy(&of_other, &other->u.count[i * count_lanes], sizeof of_other);
        counts is_less = (counts)(of_one < of_other);
        greater[i] = (of_other & is_less) | (of_one & ~is_less);
        one_covers &= ~is_less;
        other_covers &= (counts)(greater[i] == of_other);
    }
    if (are_all(one_covers))
        return one;
    if (are_all(other_covers))
        return other;
    struct clock *joined = node_take(pool, 0);
    if (joined == NULL)
        return one;
    memcpy(joined->u.count, greater, sizeof greater);
    return joined;
}

/* One of those that are joined: its root, and what it knows besides. */
struct side {
    const struct clock *root;
    struct clock_point point;
};

struct joining {
    struct clock_pool *pool;
    struct side one, other;
};

static bool is_disclaimed(const struct clock_pool *pool, struct clock_point point)
{
    return point.slot < pool->disclaimed.count && pool->disclaimed.items[point.slot] >= point.epoch;
}

/* Whether the side is known to know all that the inner node says. */
static bool knows(const struct clock_pool *pool, const struct side *side, const struct clock *node)
{
    struct clock_point witness = node->u.witness;
    if (witness.epoch == 0 || is_disclaimed(pool, witness))
        return false;
    return (witness.slot == side->point.slot && witness.epoch <= side->point.epoch) ||
           clock_get(side->root, witness.slot) >= witness.epoch;
}

static struct clock *node_join(const struct joining *joining, struct clock *one, struct clock *other);

/* A node with those children, of which some were made by a join of the two. */
static struct clock *inner_new(const struct joining *joining, struct clock *one, const struct clock *other,
                               struct clock *const child[fanout], uint8_t width, uint32_t made)
{
    struct clock *joined = node_take(joining->pool, one->level);
    if (joined == NULL) {
        for (size_t i = 0; i < width; i++)
            if ((made >> i & 1) != 0)
                clock_release(joining->pool, child[i]);
        return one;
    }
    for (size_t i = 0; i < width; i++)
        if ((made >> i & 1) == 0)
            clock_retain(child[i]);
    joined->width = width;
    joined->open = one->open | other->open;
    if (one->level > 1)
        joined->open |= (uint16_t)made;
    joined->u.witness = (struct clock_point){0};
    memcpy(joined->u.child, child, width * sizeof child[0]);
    memset(joined->u.child + width, 0, (fanout - width) * sizeof child[0]);
    return joined;
}

/* Inner nodes: children of both where only one has them, joined where both do. */
static struct clock *inner_join(const struct joining *joining, struct clock *one, struct clock *other)
{
    struct clock *child[fanout];
    uint32_t made = 0; /* bit i: child[i] is new */
    uint8_t width = one->width > other->width ? one->width : other->width;
    bool is_one = true;
    bool is_other = true;
    for (size_t i = 0; i < width; i++) {
        struct clock *of_one = one->u.child[i], *of_other = other->u.child[i];
        if (of_one == of_other || of_other == NULL || of_one == NULL) {
            child[i] = of_one != NULL ? of_one : of_other;
        } else {
            child[i] = one->level == 1 ? leaf_join(joining->pool, of_one, of_other)
                                       : node_join(joining, of_one, of_other);
            if (child[i] != of_one && child[i] != of_other)
                made |= UINT32_C(1) << i;
        }
        is_one &= child[i] == of_one;
        is_other &= child[i] == of_other;
    }
    if (is_one || is_other)
        return is_one ? one : other;
    return inner_new(joining, one, other, child, width, made);
}

/* The one says no more than the other: whoever knows the other's witness knows that as well. Its own was known to neither side that
 * met here, so that this one will more often be known to those they meet. */
static void take_witness(const struct clock_pool *pool, struct clock *less, const struct clock *more)
{
    if (has_witness(less) && has_witness(more) && !is_disclaimed(pool, more->u.witness))
        less->u.witness = more->u.witness;
}

/* Two that are not the same, of one level. To look into a few leaves takes less than to look for witnesses. */
static struct clock *node_join(const struct joining *joining, struct clock *one, struct clock *other)
{
    if (one->level == 0)
        return leaf_join(joining->pool, one, other);
    if (joining->one.root->level >= witnessed_level) {
        if (knows(joining->pool, &joining->other, one))
            return other;
        if (knows(joining->pool, &joining->one, other))
            return one;
    }
    struct clock *joined = inner_join(joining, one, other);
    if (joined == one)
        take_witness(joining->pool, other, one);
    else if (joined == other)
        take_witness(joining->pool, one, other);
    return joined;
}

void clock_join(struct clock_pool *pool, struct clock **clock, struct clock *other)
{
    clock_join_at(pool, clock, (struct clock_point){0}, other, (struct clock_point){0});
}

void clock_join_at(struct clock_pool *pool, struct clock **clock, struct clock_point point,
                   struct clock *other, struct clock_point other_point)
{
    if (other == NULL || *clock == other)
        return;
    if (*clock == NULL) {
        *clock = clock_retain(other);
        return;
    }
    struct clock *lifted = clock_retain(other);
    uint32_t level = (*clock)->level > lifted->level ? (*clock)->level : lifted->level;
    *clock = node_lift(pool, *clock, level);
    lifted = node_lift(pool, lifted, level);
    if ((*clock)->level == level && lifted->level == level) {
        struct joining joining = {pool, {*clock, point}, {lifted, other_point}};
        struct clock *joined = node_join(&joining, *clock, lifted);
        if (joined == lifted)
            clock_retain(joined);
        if (joined != *clock) {
            clock_release(pool, *clock);
            *clock = joined;
        }
    }
    clock_release(pool, lifted);
}

/* An inner node, and all below it that have no witness yet. */
static void node_vouch(const struct clock_pool *pool, struct clock *node, struct clock_point point)
{
    if (has_witness(node) && !is_disclaimed(pool, node->u.witness))
        return;
    node->u.witness = point;
    for (size_t i = 0; node->open >> i != 0; i++)
        if ((node->open >> i & 1) != 0)
            node_vouch(pool, node->u.child[i], point);
    node->open = 0;
}

void clock_vouch(struct clock_pool *pool, struct clock *clock, struct clock_point point)
{
    if (clock != NULL && clock->level >= witnessed_level)
        node_vouch(pool, clock, point);
}

void clock_disclaim(struct clock_pool *pool, struct clock_point point)
{
    while (pool->disclaimed.count <= point.slot) {
        if (VECTOR_PUSH(&pool->disclaimed, 0) != STATUS_OK) {
            pool->exhausted = true;
            return;
        }
    }
    if (pool->disclaimed.items[point.slot] < point.epoch)
        pool->disclaimed.items[point.slot] = point.epoch;
}

/* The leaf of the slot; NULL: nothing is known of those in it. */
static const struct clock *leaf_at(const struct clock *clock, uint32_t slot)
{
    if (clock == NULL || !clock_level_covers(clock->level, slot))
        return NULL;
    while (clock != NULL && clock->level > 0)
        clock = clock->u.child[child_index(clock->level, slot)];
    return clock;
}

void clock_least(const struct clock *clock, uint32_t *least, uint32_t slot_count)
{
    for (uint32_t first = 0; first < slot_count; first += fanout) {
        const struct clock *leaf = leaf_at(clock, first);
        uint32_t width = slot_count - first < fanout ? slot_count - first : fanout;
        for (uint32_t i = 0; i < width; i++) {
            uint32_t known = leaf != NULL ? leaf->u.count[i] : 0;
            if (least[first + i] > known)
                least[first + i] = known;
        }
    }
}

bool clock_covers(const struct clock *more, const struct clock *less)
{
    if (less == NULL || more == less)
        return true;
    if (less->level == 0) {
        for (uint32_t i = 0; i < fanout; i++)
            if (less->u.count[i] > clock_get(more, i))
                return false;
        return true;
    }
    if (more == NULL)
        return false;
    if (less->level > more->level) {
        for (size_t i = 1; i < less->width; i++)
            if (less->u.child[i] != NULL)
                return false;
        return clock_covers(more, less->u.child[0]);
    }
    if (less->level < more->level)
        return clock_covers(more->u.child[0], less);
    for (size_t i = 0; i < less->width; i++)
        if (!clock_covers(more->u.child[i], less->u.child[i]))
            return false;
    return true;
}
