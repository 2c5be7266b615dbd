/* Orders of locks.
 *
 * In: acquisitions by actors that hold other locks. Out: a graph with an edge for each "took this while it held that", and an
 * occurrence for each circle in it. What must hold: an edge keeps a few witnesses, the first of each place and actor, so that
 * what repeats costs no more than a look-up; circles are looked for with a bounded number of steps. */
#include "detect/lock_order.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "detect/describe.h"
#include "detect/naming.h"

enum {
    circle_locks_max = 4,
    edge_witnesses_max = 8,
    lock_users_max = 8,
    search_steps_max = 2048,
};

/* Who took `to` while it held `from`. */
struct witness {
    struct actor *actor; /* counted */
    uint32_t slot;
    uint32_t epoch;
    struct clock *clock;   /* counted: what the actor knew of others */
    struct lockset *locks; /* counted: held then, `to` included */
    uint32_t from_place;   /* among them */
    bool has_waited;       /* a step ended while it held `from` and had not got `to` */
};

struct edge {
    const struct lock *from;
    const struct lock *to;
    uint32_t witness_count;
    struct witness witnesses[edge_witnesses_max];
    struct edge *next; /* from the same lock */
};

/* Different actors that took a lock; more are not told apart. */
struct users {
    uint32_t count;
    uint64_t actors[lock_users_max];
};

struct lock_order {
    struct map edges; /* number of a lock -> the first struct edge from it */
    struct map users; /* number of a lock -> struct users */
};

/* A chain of witnesses, each of which holds what the one before wants. */
struct chain {
    const struct lock_order *order;
    const struct lock *start;
    uint32_t count;
    const struct edge *edges[circle_locks_max];
    const struct witness *links[circle_locks_max];
    uint32_t steps;
    /* The best circle so far: */
    uint32_t best_count;
    enum finding_confidence best_confidence;
    const struct edge *best_edges[circle_locks_max];
    const struct witness *best[circle_locks_max];
};

struct lock_order *lock_order_open(void)
{
    struct lock_order *order = calloc(1, sizeof *order);
    if (order == NULL)
        return NULL;
    map_init(&order->edges);
    map_init(&order->users);
    return order;
}

static void edges_free(struct edge *edge, struct clock_pool *clocks)
{
    for (struct edge *next; edge != NULL; edge = next) {
        next = edge->next;
        for (uint32_t i = 0; i < edge->witness_count; i++) {
            actor_release(edge->witnesses[i].actor);
            clock_release(clocks, edge->witnesses[i].clock);
            lockset_release(edge->witnesses[i].locks);
        }
        free(edge);
    }
}

void lock_order_close(struct lock_order *order, struct clock_pool *clocks)
{
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(&order->edges, &cursor, &number, &value))
        edges_free((struct edge *)(uintptr_t)value, clocks);
    cursor = 0;
    while (map_next(&order->users, &cursor, &number, &value))
        free((struct users *)(uintptr_t)value);
    map_fini(&order->edges);
    map_fini(&order->users);
    free(order);
}

/* ---- The graph ---- */

static struct edge *edges_from(const struct lock_order *order, const struct lock *lock)
{
    return map_get_pointer(&order->edges, lock->object->number);
}

/* The edge, made if it is new; NULL: no memory. */
static struct edge *edge_of(struct lock_order *order, const struct lock *from, const struct lock *to)
{
    struct edge *first = edges_from(order, from);
    for (struct edge *edge = first; edge != NULL; edge = edge->next)
        if (edge->to == to)
            return edge;
    struct edge *edge = calloc(1, sizeof *edge);
    if (edge == NULL || map_put_pointer(&order->edges, from->object->number, edge) != STATUS_OK) {
        free(edge);
        return NULL;
    }
    *edge = (struct edge){.from = from, .to = to, .next = first};
    return edge;
}

static const struct acquisition *from_of(const struct witness *witness)
{
    return witness->locks->held[witness->from_place];
}

static const struct acquisition *to_of(const struct witness *witness)
{
    return witness->locks->held[witness->locks->count - 1];
}

static bool same_place(const struct acquisition *one, const struct acquisition *other)
{
    return one->acquired_at == other->acquired_at && one->location == other->location;
}

/* Adds a witness, and returns it; NULL where there is one of this actor and these places, or no room. */
static const struct witness *edge_add(struct edge *edge, const struct moment *moment, uint32_t from_place)
{
    struct actor *actor = moment->actor;
    const struct acquisition *from = actor->locks->held[from_place];
    const struct acquisition *to = actor->locks->held[actor->locks->count - 1];
    bool has_waited = from->since < actor->step;
    for (uint32_t i = 0; i < edge->witness_count; i++) {
        const struct witness *known = &edge->witnesses[i];
        if (known->actor == actor && same_place(from_of(known), from) && same_place(to_of(known), to) &&
            known->has_waited == has_waited)
            return NULL;
    }
    if (edge->witness_count == edge_witnesses_max)
        return NULL;
    struct witness *witness = &edge->witnesses[edge->witness_count++];
    *witness = (struct witness){
        .actor = actor_retain(actor),
        .slot = actor->slot,
        .epoch = actor->epoch,
        .clock = clock_retain(actor->clock),
        .locks = lockset_retain(actor->locks),
        .from_place = from_place,
        .has_waited = has_waited,
    };
    return witness;
}

static enum status note_user(struct lock_order *order, const struct lock *lock, uint64_t actor)
{
    struct users *users = map_get_pointer(&order->users, lock->object->number);
    if (users == NULL) {
        users = calloc(1, sizeof *users);
        if (users == NULL || map_put_pointer(&order->users, lock->object->number, users) != STATUS_OK) {
            free(users);
            return STATUS_NOMEM;
        }
    }
    for (uint32_t i = 0; i < users->count; i++)
        if (users->actors[i] == actor)
            return STATUS_OK;
    if (users->count < lock_users_max)
        users->actors[users->count++] = actor;
    return STATUS_OK;
}

/* ---- Whether a circle is a deadlock ---- */

/* Whether both hold one further lock since before the first of theirs. */
static bool share_gate(const struct witness *one, const struct witness *other)
{
    bool one_loop = actor_domain(one->actor) == actor_domain(other->actor);
    for (uint32_t i = 0; i < one->from_place; i++) {
        const struct lock *lock = one->locks->held[i]->lock;
        if (!lock_excludes(lock) || (lock_is_asyncio(lock) && !one_loop))
            continue;
        for (uint32_t k = 0; k < other->from_place; k++)
            if (other->locks->held[k]->lock == lock)
                return true;
    }
    return false;
}

/* Whether the two can be where they were at the same time. */
static bool can_meet(const struct witness *one, const struct witness *other)
{
    return one->actor != other->actor && !order_before(one->slot, one->epoch, other->clock) &&
           !order_before(other->slot, other->epoch, one->clock) && !share_gate(one, other);
}

/* Whether somebody besides those of the chain takes one of its locks. */
static bool has_third(const struct chain *chain)
{
    for (uint32_t i = 0; i < chain->count; i++) {
        const struct users *users =
            map_get_pointer(&chain->order->users, chain->edges[i]->from->object->number);
        if (users != NULL && users->count > chain->count)
            return true;
    }
    return false;
}

/* On one loop, who takes both locks in one step does so undisturbed, unless a third one makes it wait in between. */
static enum finding_confidence confidence_of(const struct chain *chain)
{
    for (uint32_t i = 0; i < chain->count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (!can_meet(chain->links[i], chain->links[k]))
                return FINDING_LOW;
    for (uint32_t i = 0; i < chain->count; i++)
        if (chain->links[i]->has_waited || chain->links[i]->actor->loop == 0 ||
            actor_domain(chain->links[i]->actor) != actor_domain(chain->links[0]->actor))
            return FINDING_HIGH;
    return has_third(chain) ? FINDING_MEDIUM : FINDING_LOW;
}

/* ---- Circles ---- */

static void judge(struct chain *chain)
{
    enum finding_confidence confidence = confidence_of(chain);
    if (chain->best_count > 0 && confidence <= chain->best_confidence)
        return;
    chain->best_count = chain->count;
    chain->best_confidence = confidence;
    for (uint32_t i = 0; i < chain->count; i++) {
        chain->best_edges[i] = chain->edges[i];
        chain->best[i] = chain->links[i];
    }
}

static bool is_on_the_way(const struct chain *chain, const struct lock *lock)
{
    for (uint32_t i = 1; i < chain->count; i++)
        if (chain->edges[i]->from == lock)
            return true;
    return false;
}

/* Follows every edge from the lock where the chain ends. */
static void search(struct chain *chain)
{
    const struct lock *end = chain->edges[chain->count - 1]->to;
    if (end == chain->start) {
        judge(chain);
        return;
    }
    if (chain->count == circle_locks_max)
        return;
    for (const struct edge *edge = edges_from(chain->order, end); edge != NULL; edge = edge->next) {
        if (is_on_the_way(chain, edge->to))
            continue;
        for (uint32_t i = 0; i < edge->witness_count; i++) {
            if (chain->steps++ == search_steps_max || chain->best_confidence == FINDING_HIGH)
                return;
            chain->edges[chain->count] = edge;
            chain->links[chain->count++] = &edge->witnesses[i];
            search(chain);
            chain->count--;
        }
    }
}

/* ---- Findings ---- */

/* By what places are ordered. */
static uint64_t place_number(const struct acquisition *acquisition)
{
    const struct trace_site *site = acquisition->acquired_at;
    return site != NULL ? site->number : acquisition->location;
}

/* Where the circle begins in a report, whoever closed it. */
static uint32_t first_link(const struct chain *chain)
{
    uint32_t first = 0;
    for (uint32_t i = 1; i < chain->best_count; i++)
        if (place_number(to_of(chain->best[i])) < place_number(to_of(chain->best[first])))
            first = i;
    return first;
}

/* "Bank._a and Bank._b". */
static struct text name_locks(const struct replay *replay, struct arena *arena, const struct chain *chain,
                              uint32_t first)
{
    struct buffer buffer;
    buffer_init(&buffer);
    for (uint32_t i = 0; i < chain->best_count; i++) {
        const struct edge *edge = chain->best_edges[(first + i) % chain->best_count];
        if (i > 0)
            buffer_add_string(&buffer, i + 1 < chain->best_count ? ", " : " and ");
        buffer_add(&buffer, naming_object(replay, arena, edge->from->object));
    }
    return buffer_move(&buffer, arena);
}

/* Where the witness takes the second lock, and what it holds until then. */
static struct finding_place describe_wanting(struct reporter *reporter, const struct witness *witness)
{
    struct lockset *locks = witness->locks;
    struct finding_place place =
        describe_acquisition(reporter->replay, &reporter->arena, to_of(witness), witness->actor, locks);
    if (place.lock_count > 0 && locks->count <= finding_place_locks_max)
        place.lock_count--;
    return place;
}

static enum status report(const struct chain *chain, uint64_t number, struct reporter *reporter)
{
    const struct replay *replay = reporter->replay;
    uint32_t first = first_link(chain);
    const struct witness *one = chain->best[first];
    const struct witness *other = chain->best[(first + 1) % chain->best_count];
    struct finding finding = {
        .kind = FINDING_LOCK_MISUSE,
        .form = chain->best_confidence > FINDING_LOW ? FINDING_FORM_DEADLOCK : FINDING_FORM_INVERSION,
        .status = FINDING_PREDICTED,
        .confidence = chain->best_confidence,
        .count = 1,
        .order = number,
        .first = describe_acquisition(replay, &reporter->arena, from_of(one), one->actor, NULL),
        .other = describe_wanting(reporter, other),
        .last = describe_wanting(reporter, one),
        .between_threads = actor_domain(one->actor) != actor_domain(other->actor),
    };
    naming_thing(replay, &reporter->arena, chain->best_edges[first]->from->object, &finding.cell);
    finding.cell.text = name_locks(replay, &reporter->arena, chain, first);
    return reporter_add(reporter, &finding);
}

/* ---- Acquisitions ---- */

static bool counts(const struct lock *lock)
{
    return !lock->is_flag && lock_excludes(lock);
}

static enum status add_edge(struct lock_order *order, const struct moment *moment, uint32_t from_place,
                            struct reporter *reporter)
{
    const struct lock *from = moment->actor->locks->held[from_place]->lock;
    struct edge *edge = edge_of(order, from, moment->lock);
    if (edge == NULL)
        return STATUS_NOMEM;
    const struct witness *witness = edge_add(edge, moment, from_place);
    if (witness == NULL)
        return STATUS_OK;
    struct chain chain = {.order = order, .start = from, .count = 1, .edges = {edge}, .links = {witness}};
    search(&chain);
    return chain.best_count > 0 ? report(&chain, moment->number, reporter) : STATUS_OK;
}

enum status lock_order_acquired(struct lock_order *order, const struct moment *moment,
                                struct reporter *reporter)
{
    const struct lockset *locks = moment->actor->locks;
    if (!counts(moment->lock) || moment->actor->is_blind || locks == NULL)
        return STATUS_OK;
    enum status status = note_user(order, moment->lock, moment->actor->number);
    const struct acquisition *newest = locks->held[locks->count - 1];
    if (lockset_holds(locks, moment->lock, newest))
        return status; /* once more, which nobody waits for */
    for (uint32_t i = 0; status == STATUS_OK && i + 1 < locks->count; i++)
        if (counts(locks->held[i]->lock))
            status = add_edge(order, moment, i, reporter);
    return status;
}
