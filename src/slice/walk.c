/* In: the events of a trace, in order. Out: where each of them stands.
 * Must hold: memory is in proportion to the actors that live, their open calls and what refers to them; no number of the trace is
 * trusted to refer to something that exists. */
#include "slice/walk.h"

#include <stdlib.h>

/* What is known of an actor while it lives. */
struct walker {
    struct node *making; /* counted; NULL: it was not declared */
    uint32_t steps_open;
    bool is_finished;
    VECTOR(struct node *) calls;  /* counted; the innermost is the last */
    VECTOR(struct node *) held;   /* counted: acquisitions */
    VECTOR(struct node *) blocks; /* counted; the innermost is the last */
    struct node *wait;            /* counted: the latest; NULL: it waits for nothing */
};

/* Actors of threads that nobody declared get numbers that no agent gives. */
enum { stack_search_max = 64, ancestors_max = 16 };
#define MADE_UP_ACTORS (UINT64_C(1) << 63)

/* ---- nodes ---- */

struct node *node_retain(struct node *node)
{
    if (node != NULL)
        node->references++;
    return node;
}

/* Calls may be nested as deeply as a file says: those are no recursion. */
void node_release(struct node *node)
{
    while (node != NULL && --node->references == 0) {
        struct node *call = node->call;
        node_release(node->step);
        node_release(node->base);
        node_release(node->closing_step);
        node_release(node->paused);
        node_release(node->resumed);
        node_release(node->maker);
        free(node);
        node = call;
    }
}

static struct node *node_new(const struct record *event, const struct stand *stand)
{
    struct node *node = calloc(1, sizeof *node);
    if (node == NULL)
        return NULL;
    *node = (struct node){.references = 1,
                          .event = *event,
                          .actor = stand->actor,
                          .step = node_retain(stand->step),
                          .call = node_retain(stand->call)};
    return node;
}

static void node_close(struct node *node, const struct record *event, const struct stand *stand)
{
    node->is_over = true;
    node->closing = *event;
    node->closing_step = stand->step != node ? node_retain(stand->step) : NULL;
}

/* ---- actors ---- */

static struct walker *walker_of(struct walk *walk, uint64_t actor)
{
    struct walker *walker = map_get_pointer(&walk->walkers, actor);
    if (walker != NULL)
        return walker;
    walker = calloc(1, sizeof *walker);
    if (walker == NULL || map_put_pointer(&walk->walkers, actor, walker) != STATUS_OK) {
        free(walker);
        return NULL;
    }
    return walker;
}

static void release_all(struct node **nodes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        node_release(nodes[i]);
}

static void walker_free(struct walker *walker)
{
    release_all(walker->calls.items, walker->calls.count);
    release_all(walker->held.items, walker->held.count);
    release_all(walker->blocks.items, walker->blocks.count);
    VECTOR_FINI(&walker->calls);
    VECTOR_FINI(&walker->held);
    VECTOR_FINI(&walker->blocks);
    node_release(walker->making);
    node_release(walker->wait);
    free(walker);
}

static void bury_if_over(struct walk *walk, uint64_t actor)
{
    struct walker *walker = map_get_pointer(&walk->walkers, actor);
    if (walker == NULL || !walker->is_finished || walker->steps_open > 0)
        return;
    map_remove(&walk->walkers, actor, NULL);
    walker_free(walker);
}

struct node *walk_making(const struct walk *walk, uint64_t actor)
{
    const struct walker *walker = map_get_pointer(&walk->walkers, actor);
    return walker != NULL ? walker->making : NULL;
}

/* The latest ones, as many as count. */
static enum status visit_latest(struct node **nodes, size_t count, walk_visit *visit, void *context)
{
    enum status status = STATUS_OK;
    for (size_t i = count > stack_search_max ? count - stack_search_max : 0; i < count && status == STATUS_OK;
         i++)
        status = visit(context, nodes[i]);
    return status;
}

enum status walk_held(const struct walk *walk, uint64_t actor, walk_visit *visit, void *context)
{
    const struct walker *walker = map_get_pointer(&walk->walkers, actor);
    return walker != NULL ? visit_latest(walker->held.items, walker->held.count, visit, context) : STATUS_OK;
}

enum status walk_calls(const struct walk *walk, uint64_t actor, walk_visit *visit, void *context)
{
    const struct walker *walker = map_get_pointer(&walk->walkers, actor);
    return walker != NULL ? visit_latest(walker->calls.items, walker->calls.count, visit, context)
                          : STATUS_OK;
}

/* ---- what events do ---- */

/* What the walk does with the event; `at` is where it stands, to be completed. */
struct taking {
    struct walk *walk;
    const struct record *event;
    struct walk_thread *thread;
    struct walker *walker;
    struct stand *at;
};

static enum status open_node(const struct taking *taking, struct node **out)
{
    *out = taking->at->opened = node_new(taking->event, taking->at);
    return *out != NULL ? STATUS_OK : STATUS_NOMEM;
}

/* Opens one that goes on top of others. */
#define OPEN_ONTO(taking, stack, node)                                                                       \
    (open_node((taking), (node)) != STATUS_OK     ? STATUS_NOMEM                                             \
     : VECTOR_PUSH((stack), *(node)) != STATUS_OK ? (node_release(*(node)), STATUS_NOMEM)                    \
                                                  : STATUS_OK)

/* What stood on a stack is closed by the event; the stack's reference goes to the walk. */
static void close_node(const struct taking *taking, struct node *node)
{
    node_close(node, taking->event, taking->at);
    node_release(taking->walk->closed);
    taking->walk->closed = taking->at->opener = node;
}

/* Generations go back without end where each actor makes the next: those of long ago are let go. */
static void forget_ancients(struct node *making)
{
    if (making->generation < 2 * ancestors_max || making->generation % ancestors_max != 0)
        return;
    struct node *oldest = making;
    for (int i = 1; i < ancestors_max && oldest != NULL; i++)
        oldest = oldest->maker;
    if (oldest == NULL)
        return;
    node_release(oldest->maker);
    oldest->maker = NULL;
}

static enum status take_actor(const struct taking *taking)
{
    struct walker *made = walker_of(taking->walk, taking->event->field[0]);
    struct node *node;
    if (made == NULL)
        return STATUS_NOMEM;
    if (made->making != NULL)
        return STATUS_OK;
    if (open_node(taking, &node) != STATUS_OK)
        return STATUS_NOMEM;
    made->making = node;
    if (taking->walker != NULL && taking->walker != made && taking->walker->making != NULL) {
        node->maker = node_retain(taking->walker->making);
        node->generation = node->maker->generation + 1;
        forget_ancients(node);
    }
    return STATUS_OK;
}

static enum status take_begin(const struct taking *taking)
{
    struct node *node, *base = taking->thread->steps.count > 0 ? taking->thread->steps.items[0] : NULL;
    uint64_t actor = taking->event->field[0];
    struct walker *walker = walker_of(taking->walk, actor);
    *taking->at = (struct stand){.actor = actor};
    if (walker == NULL || OPEN_ONTO(taking, &taking->thread->steps, &node) != STATUS_OK)
        return STATUS_NOMEM;
    node->base = node_retain(base);
    if (walker->making != NULL)
        node->declared = walker->making->event;
    taking->at->step = node;
    walker->steps_open++;
    return STATUS_OK;
}

static enum status take_end(const struct taking *taking)
{
    if (taking->thread->steps.count == 0)
        return STATUS_OK;
    close_node(taking, taking->thread->steps.items[--taking->thread->steps.count]);
    if (taking->walker != NULL && taking->walker->steps_open > 0)
        taking->walker->steps_open--;
    return STATUS_OK;
}

static enum status take_finish(const struct taking *taking)
{
    struct walker *walker = map_get_pointer(&taking->walk->walkers, taking->event->field[0]);
    if (walker != NULL)
        walker->is_finished = true;
    return STATUS_OK;
}

static enum status remember_generator(struct walk *walk, struct node *node)
{
    struct node *former = map_get_pointer(&walk->generators, node->event.field[2]);
    enum status status = map_put_pointer(&walk->generators, node->event.field[2], node);
    if (status != STATUS_OK)
        return status;
    node_retain(node);
    node_release(former);
    return STATUS_OK;
}

static enum status take_enter(const struct taking *taking)
{
    struct node *node;
    if (taking->walker == NULL)
        return STATUS_OK;
    if (taking->walker->calls.count > 0)
        taking->at->call = taking->walker->calls.items[taking->walker->calls.count - 1];
    if (OPEN_ONTO(taking, &taking->walker->calls, &node) != STATUS_OK)
        return STATUS_NOMEM;
    node->function = taking->event->field[0];
    return taking->event->field[2] != 0 ? remember_generator(taking->walk, node) : STATUS_OK;
}

/* Takes the generator out of the actor's calls, wherever in them; whether it was there. */
static bool unlink_call(struct walker *walker, const struct node *node)
{
    for (size_t i = walker == NULL ? 0 : walker->calls.count; i-- > 0;) {
        if (walker->calls.items[i] != node)
            continue;
        memmove(walker->calls.items + i, walker->calls.items + i + 1,
                (walker->calls.count - i - 1) * sizeof(struct node *));
        walker->calls.count--;
        return true;
    }
    return false;
}

static enum status take_leave(const struct taking *taking)
{
    uint64_t value;
    if (taking->event->field[0] == 0) {
        if (taking->walker != NULL && taking->walker->calls.count > 0)
            close_node(taking, taking->walker->calls.items[--taking->walker->calls.count]);
        return STATUS_OK;
    }
    if (!map_remove(&taking->walk->generators, taking->event->field[0], &value))
        return STATUS_OK;
    struct node *node = (struct node *)(uintptr_t)value;
    if (unlink_call(taking->walker, node))
        node_release(node);
    close_node(taking, node);
    return STATUS_OK;
}

/* A generator is paused or goes on; the latest of both is remembered, for those who learn of it later only. */
static enum status take_turn(const struct taking *taking)
{
    struct node *node = map_get_pointer(&taking->walk->generators, taking->event->field[0]);
    bool is_pause = taking->event->kind == EVENT_PAUSE;
    if (node == NULL || taking->walker == NULL)
        return STATUS_OK;
    taking->at->opener = node;
    struct node *turn = node_new(taking->event, taking->at),
                **latest = is_pause ? &node->paused : &node->resumed;
    if (turn == NULL)
        return STATUS_NOMEM;
    node_release(*latest);
    *latest = turn;
    if (is_pause) {
        if (unlink_call(taking->walker, node))
            node_release(node);
        return STATUS_OK;
    }
    unlink_call(taking->walker, node);
    return VECTOR_PUSH(&taking->walker->calls, node_retain(node));
}

static enum status take_acquire(const struct taking *taking)
{
    struct node *node;
    return taking->walker == NULL ? STATUS_OK : OPEN_ONTO(taking, &taking->walker->held, &node);
}

static enum status take_release(const struct taking *taking)
{
    struct walker *walker = taking->walker;
    for (size_t i = walker == NULL ? 0 : walker->held.count; i-- > 0;) {
        struct node *node = walker->held.items[i];
        if (node->event.field[0] != taking->event->field[0])
            continue;
        memmove(walker->held.items + i, walker->held.items + i + 1,
                (walker->held.count - i - 1) * sizeof(struct node *));
        walker->held.count--;
        close_node(taking, node);
        return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status take_wait(const struct taking *taking)
{
    struct node *node;
    if (taking->walker == NULL)
        return STATUS_OK;
    enum status status = open_node(taking, &node);
    if (status != STATUS_OK)
        return status;
    node_release(taking->walker->wait);
    taking->walker->wait = node;
    return STATUS_OK;
}

static enum status take_woken(const struct taking *taking)
{
    struct walker *walker = taking->walker;
    if (walker == NULL || walker->wait == NULL || taking->event->field[1] == WOKEN_AT_ONCE ||
        walker->wait->event.field[0] != taking->event->field[0])
        return STATUS_OK;
    close_node(taking, walker->wait);
    walker->wait = NULL;
    return STATUS_OK;
}

static enum status take_block(const struct taking *taking)
{
    struct node *node;
    return taking->walker == NULL ? STATUS_OK : OPEN_ONTO(taking, &taking->walker->blocks, &node);
}

static enum status take_block_end(const struct taking *taking)
{
    if (taking->walker != NULL && taking->walker->blocks.count > 0)
        close_node(taking, taking->walker->blocks.items[--taking->walker->blocks.count]);
    return STATUS_OK;
}

/* After a gap no call is known any more. */
static enum status take_gap(const struct taking *taking)
{
    size_t cursor = 0;
    for (uint64_t actor, value; map_next(&taking->walk->walkers, &cursor, &actor, &value);) {
        struct walker *walker = (struct walker *)(uintptr_t)value;
        release_all(walker->calls.items, walker->calls.count);
        walker->calls.count = 0;
    }
    return STATUS_OK;
}

/* The innermost call of the site's function; the made-up one of the replay has no node. */
static struct node *call_at(const struct taking *taking, uint64_t site)
{
    const struct trace_site *row = trace_site(taking->walk->trace, site);
    const struct walker *walker = taking->walker;
    int depth = 0;
    if (row == NULL || walker == NULL)
        return NULL;
    for (size_t i = walker->calls.count; i-- > 0 && depth < stack_search_max; depth++)
        if (walker->calls.items[i]->function == row->function)
            return walker->calls.items[i];
    return NULL;
}

static uint64_t site_of(const struct record *event)
{
    switch (event->kind) {
    case EVENT_READ:
    case EVENT_WRITE:
    case EVENT_AWAIT:
        return event->field[0];
    case EVENT_ACTOR:
        return event->field[5];
    case EVENT_ACQUIRE:
    case EVENT_RELEASE:
    case EVENT_WAIT:
    case EVENT_NOTIFY:
        return event->field[1];
    default:
        return 0;
    }
}

static enum status take(const struct taking *taking)
{
    switch (taking->event->kind) {
    case EVENT_ACTOR:
        return take_actor(taking);
    case EVENT_BEGIN:
        return take_begin(taking);
    case EVENT_END:
        return take_end(taking);
    case EVENT_FINISH:
        return take_finish(taking);
    case EVENT_ENTER:
        return take_enter(taking);
    case EVENT_LEAVE:
        return take_leave(taking);
    case EVENT_PAUSE:
    case EVENT_RESUME:
        return take_turn(taking);
    case EVENT_ACQUIRE:
    case EVENT_ACQUIRE_AT:
        return take_acquire(taking);
    case EVENT_RELEASE:
    case EVENT_RELEASE_AT:
        return take_release(taking);
    case EVENT_WAIT:
        return take_wait(taking);
    case EVENT_WOKEN:
        return take_woken(taking);
    case EVENT_BLOCK:
        return take_block(taking);
    case EVENT_BLOCK_END:
        return take_block_end(taking);
    case EVENT_GAP:
    case EVENT_LOST:
    case EVENT_OFF:
        return take_gap(taking);
    default:
        return STATUS_OK;
    }
}

static struct walk_thread *thread_of(struct walk *walk, uint32_t index)
{
    while (walk->threads.count <= index)
        if (VECTOR_PUSH(&walk->threads, (struct walk_thread){.steps = {0}}) != STATUS_OK)
            return NULL;
    return &walk->threads.items[index];
}

enum status walk_event(struct walk *walk, const struct record *event, struct stand *stand)
{
    uint64_t finished = event->kind == EVENT_FINISH ? event->field[0] : 0;
    struct taking taking = {
        .walk = walk, .event = event, .at = stand, .thread = thread_of(walk, event->thread)};
    if (taking.thread == NULL)
        return STATUS_NOMEM;
    size_t running = taking.thread->steps.count;
    *stand = (struct stand){.step = running > 0 ? taking.thread->steps.items[running - 1] : NULL};
    stand->actor = stand->step != NULL ? stand->step->actor : MADE_UP_ACTORS + event->thread;
    taking.walker = walker_of(walk, stand->actor);
    if (taking.walker == NULL)
        return STATUS_NOMEM;
    uint64_t site = site_of(event);
    if (site != 0)
        stand->call = call_at(&taking, site);
    enum status status = take(&taking);
    if (event->kind == EVENT_END && stand->opener != NULL)
        finished = stand->opener->actor;
    if (finished != 0)
        bury_if_over(walk, finished);
    return status;
}

/* ---- the whole ---- */

void walk_init(struct walk *walk, const struct trace *trace)
{
    *walk = (struct walk){.trace = trace};
}

void walk_fini(struct walk *walk)
{
    size_t cursor = 0;
    uint64_t key, value;
    while (map_next(&walk->walkers, &cursor, &key, &value))
        walker_free((struct walker *)(uintptr_t)value);
    cursor = 0;
    while (map_next(&walk->generators, &cursor, &key, &value))
        node_release((struct node *)(uintptr_t)value);
    for (size_t i = 0; i < walk->threads.count; i++) {
        release_all(walk->threads.items[i].steps.items, walk->threads.items[i].steps.count);
        VECTOR_FINI(&walk->threads.items[i].steps);
    }
    VECTOR_FINI(&walk->threads);
    map_fini(&walk->walkers);
    map_fini(&walk->generators);
    node_release(walk->closed);
}
