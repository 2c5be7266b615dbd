/* In: a trace, and what a finding is about. Out: pieces.
 * Must hold: of each piece its step, its call and what it refers to are pieces, too, as far as the trace has them; so is what
 * closes a piece. */
#include "slice/choose.h"

#include "slice/book.h"
#include "slice/references.h"
#include "slice/walk.h"

/* Of what keeps an object, what keeps that, and so on: no name goes so deep. And of who made an actor, who made that one. */
enum { keepers_max = 16, ancestors_max = 64 };

struct choosing {
    struct pieces *pieces;
    const struct concern *concern;
    const struct choice *choice;
    struct walk walk;
    struct book book;
    int ancestors; /* on the way to them */
};

/* ---- pieces ---- */

static uint64_t number_of(const struct node *node)
{
    return node != NULL ? node->event.number + 1 : 0;
}

static enum status add_told(struct choosing *choosing, const struct record *event, enum piece_role role)
{
    return pieces_add(choosing->pieces, &(struct piece){.event = *event, .role = role});
}

static enum status choose_references(struct choosing *choosing, const struct record *event);

/* The node, all that it stands in, and what closed it if it is over. */
static enum status choose_node(struct choosing *choosing, struct node *node);

static enum status add_closing(struct choosing *choosing, const struct record *event, struct node *opener,
                               struct node *step)
{
    const struct piece piece = {.event = *event,
                                .role = PIECE_CLOSER,
                                .actor = opener->event.kind == EVENT_BEGIN || step == NULL ? opener->actor
                                                                                           : step->actor,
                                .step = number_of(step),
                                .opener = number_of(opener)};
    enum status status = pieces_add(choosing->pieces, &piece);
    return status == STATUS_OK ? choose_node(choosing, step) : status;
}

static enum status choose_turns(struct choosing *choosing, struct node *node)
{
    struct node *const turns[] = {node->paused, node->resumed};
    enum status status = STATUS_OK;
    for (int i = 0; i < 2 && status == STATUS_OK; i++)
        if (turns[i] != NULL)
            status = add_closing(choosing, &turns[i]->event, node, turns[i]->step);
    return status;
}

static enum status choose_one_node(struct choosing *choosing, struct node *node)
{
    const struct piece piece = {.event = node->event,
                                .role = PIECE_FREE,
                                .actor = node->actor,
                                .step = number_of(node->step),
                                .base = number_of(node->base),
                                .call = number_of(node->call)};
    enum status status = pieces_add(choosing->pieces, &piece);
    if (status == STATUS_OK)
        status = choose_references(choosing, &node->event);
    if (status == STATUS_OK && node->declared.kind == EVENT_ACTOR)
        status = add_told(choosing, &node->declared, PIECE_DECLARED);
    if (status == STATUS_OK && node->is_over)
        status = add_closing(choosing, &node->closing, node,
                             node->event.kind == EVENT_BEGIN ? node : node->closing_step);
    return status == STATUS_OK ? choose_turns(choosing, node) : status;
}

/* Calls may be nested as deeply as a file says: those are no recursion. */
static enum status choose_node(struct choosing *choosing, struct node *node)
{
    enum status status = STATUS_OK;
    for (; node != NULL && !node->is_chosen && status == STATUS_OK; node = node->call) {
        node->is_chosen = true;
        status = choose_one_node(choosing, node);
        if (status == STATUS_OK)
            status = choose_node(choosing, node->step);
        if (status == STATUS_OK)
            status = choose_node(choosing, node->base);
    }
    return status;
}

/* ---- what is referred to ---- */

static enum status choose_declared(struct choosing *choosing, const struct record *event)
{
    return event != NULL ? add_told(choosing, event, PIECE_DECLARED) : STATUS_OK;
}

static enum status choose_key(struct choosing *choosing, uint64_t key)
{
    return cells_key_kind(key) == KEY_NUMBERED
               ? choose_declared(choosing, book_key(&choosing->book, cells_key_rest(key)))
               : STATUS_OK;
}

static enum status add_fact(struct choosing *choosing, const struct book_object *object, enum book_fact fact)
{
    /* How an object is named can be left out. */
    bool is_name = fact == BOOK_KEEP || fact == BOOK_LOCAL;
    if (!object->is_told[fact])
        return STATUS_OK;
    return add_told(choosing, &object->told[fact], is_name ? PIECE_FREE : PIECE_DECLARED);
}

/* The object's declarations, and those of what keeps it, and so on. */
static enum status choose_object(struct choosing *choosing, uint64_t number)
{
    enum status status = STATUS_OK;
    for (int depth = 0; depth < keepers_max && status == STATUS_OK; depth++) {
        struct book_object *object = book_object(&choosing->book, number);
        if (object == NULL || object->is_chosen)
            return STATUS_OK;
        object->is_chosen = true;
        for (enum book_fact fact = 0; fact < BOOK_FACT_COUNT && status == STATUS_OK; fact++)
            status = add_fact(choosing, object, fact);
        if (status == STATUS_OK && object->is_told[BOOK_KEEP])
            status = choose_key(choosing, object->told[BOOK_KEEP].field[2]);
        number = object->is_told[BOOK_KEEP] ? object->told[BOOK_KEEP].field[1] : 0;
    }
    return status;
}

/* How the actor was made, and in which step; or, where it goes too far back, only that there is one. */
static enum status choose_actor(struct choosing *choosing, uint64_t number)
{
    struct node *making = walk_making(&choosing->walk, number);
    if (making == NULL)
        return STATUS_OK;
    if (choosing->ancestors == ancestors_max)
        return add_told(choosing, &making->event, PIECE_DECLARED);
    choosing->ancestors++;
    enum status status = choose_node(choosing, making);
    choosing->ancestors--;
    return status;
}

static enum status choose_reference(void *context, enum reference reference, uint64_t number)
{
    struct choosing *choosing = context;
    switch (reference) {
    case REFERENCE_ACTOR:
        return choose_actor(choosing, number);
    case REFERENCE_LOOP:
        return choose_declared(choosing, book_loop(&choosing->book, number));
    case REFERENCE_OBJECT:
        return choose_object(choosing, number);
    case REFERENCE_KEY:
        return choose_declared(choosing, book_key(&choosing->book, number));
    case REFERENCE_VALUE:
        return choose_declared(choosing, book_value(&choosing->book, number));
    default:
        return STATUS_OK;
    }
}

static enum status choose_references(struct choosing *choosing, const struct record *event)
{
    return references_of(event, choose_reference, choosing);
}

/* ---- which events ---- */

static bool is_wanted(const struct choosing *choosing, const struct record *event, const struct stand *stand)
{
    return wanted(choosing->concern, choosing->choice, event, stand->actor);
}

static bool is_declaration(const struct record *event)
{
    switch (event->kind) {
    case EVENT_OBJECT:
    case EVENT_LOCK:
    case EVENT_KEEP:
    case EVENT_LOCAL:
    case EVENT_KEY:
    case EVENT_VALUE:
    case EVENT_LOOP:
        return true;
    default:
        return false;
    }
}

static bool is_gap(const struct record *event)
{
    return event->kind == EVENT_GAP || event->kind == EVENT_LOST || event->kind == EVENT_OFF;
}

/* A declaration of what is a piece already, or of what everything is a piece of, comes along. */
static enum status take_declaration(struct choosing *choosing, const struct record *event)
{
    enum status status = book_event(&choosing->book, event);
    struct book_object *object = book_object(&choosing->book, event->field[0]);
    if (status != STATUS_OK)
        return status;
    switch (event->kind) {
    case EVENT_OBJECT:
    case EVENT_LOCK:
        return object != NULL && object->is_chosen ? add_told(choosing, event, PIECE_DECLARED) : STATUS_OK;
    case EVENT_KEEP:
        if (object == NULL || !object->is_chosen)
            return STATUS_OK;
        status = choose_references(choosing, event);
        return status == STATUS_OK ? add_told(choosing, event, PIECE_FREE) : status;
    case EVENT_LOCAL:
        return object != NULL && object->is_chosen ? add_told(choosing, event, PIECE_FREE) : STATUS_OK;
    default:
        return STATUS_OK;
    }
}

static enum status add_deed(struct choosing *choosing, const struct record *event, const struct stand *stand)
{
    if (stand->opened != NULL)
        return choose_node(choosing, stand->opened);
    const struct piece piece = {.event = *event,
                                .role = PIECE_FREE,
                                .actor = stand->actor,
                                .step = number_of(stand->step),
                                .call = number_of(stand->call)};
    enum status status = pieces_add(choosing->pieces, &piece);
    if (status == STATUS_OK)
        status = choose_references(choosing, event);
    if (status == STATUS_OK)
        status = choose_node(choosing, stand->step);
    return status == STATUS_OK ? choose_node(choosing, stand->call) : status;
}

static enum status take_event(void *context, const struct record *event)
{
    struct choosing *choosing = context;
    struct stand stand;
    enum status status = walk_event(&choosing->walk, event, &stand);
    if (status != STATUS_OK)
        return status;
    if (is_gap(event))
        return add_told(choosing, event, PIECE_GAP);
    if (event->kind == EVENT_CLOCK)
        return add_told(choosing, event, PIECE_CLOCK);
    if (is_declaration(event))
        return take_declaration(choosing, event);
    if (stand.opener != NULL) {
        /* `end` was the running step's: it is where that stood. */
        struct node *step = event->kind == EVENT_END ? stand.opener : stand.step;
        if (!stand.opener->is_chosen && is_wanted(choosing, event, &stand))
            return choose_node(choosing, stand.opener);
        return stand.opener->is_chosen ? add_closing(choosing, event, stand.opener, step) : STATUS_OK;
    }
    if (is_wanted(choosing, event, &stand))
        status = add_deed(choosing, event, &stand);
    return status == STATUS_OK ? book_event(&choosing->book, event) : status; /* a drop, last */
}

enum status choose(struct pieces *pieces, const struct concern *concern, const struct choice *choice,
                   struct trace *trace, const struct passing *passing, struct diag *diag)
{
    struct choosing choosing = {.pieces = pieces, .concern = concern, .choice = choice};
    walk_init(&choosing.walk, trace);
    book_init(&choosing.book);
    enum status status = passing_run(passing, trace, take_event, &choosing, diag);
    walk_fini(&choosing.walk);
    book_fini(&choosing.book);
    if (status == STATUS_OK)
        pieces_sort(pieces);
    return status;
}
