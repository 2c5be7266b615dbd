/* Conflict serializability.
 *
 * In: blocks, touches, hand-overs of locks and tokens. Out: an occurrence for each block that comes before itself, by way of
 * others. What must hold: it is told at the event with which it becomes so, and exactly then: what two actors do is ordered
 * where it conflicts (one cell, at least one write; one lock; one token), a block counts as a whole, and whatever is in no block
 * is one of its own. The answers are those of Velodrome (PLDI 2008) and AeroDrome (ASPLOS 2020); what is kept are neither graphs nor
 * clocks but sets of open blocks (past.h), which are empty wherever none is open: nothing is done before the first block. */
#include "detect/atomicity.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "detect/describe.h"
#include "detect/naming.h"
#include "detect/past.h"

/* An actor, which is in at most one block: the outermost. */
struct party {
    uint64_t actor;      /* number; a counted one would keep its slot from being used again */
    uint64_t actor_name; /* string */
    struct past *past;   /* counted: what comes before its next event; in a block, the block alone */
    struct block *block; /* counted; NULL: it is in none */
    uint32_t depth;
};

/* What somebody did to a cell, a lock or a token. */
struct deed {
    struct party *party;   /* NULL: nothing was done */
    struct past *past;     /* counted: of who comes after it */
    const char *operation; /* "r", at a location; NULL: there is none */
    uint32_t line;
    uint64_t number; /* of the event */
    const struct trace_site *site;
};

struct deeds {
    struct cell *cell;         /* counted; NULL: of a lock or token */
    struct deed last;          /* the latest write, release or sending */
    VECTOR(struct deed) reads; /* since then, one of each party */
};

struct serial {
    bool is_on;         /* there was a block */
    struct map parties; /* actor number -> struct party */
    struct map cells;   /* address of a cell -> struct deeds */
    struct map locks;   /* object number -> struct deeds */
    struct map tokens;  /* number -> struct deeds */
    struct past_walk walk;
};

/* The event that may close a circle. */
struct closing {
    struct party *party;
    struct cell *cell;     /* NULL: none */
    struct object *object; /* a lock; NULL: none */
    const struct trace_site *site;
    const char *operation;
    uint32_t line;
    uint64_t number;
};

/* ---- State ---- */

static void *open_state(void)
{
    return calloc(1, sizeof(struct serial));
}

static void deeds_free(struct cell_table *cells, struct deeds *deeds)
{
    past_release(deeds->last.past);
    for (size_t i = 0; i < deeds->reads.count; i++)
        past_release(deeds->reads.items[i].past);
    VECTOR_FINI(&deeds->reads);
    cell_release(cells, deeds->cell);
    free(deeds);
}

static void free_deeds(struct cell_table *cells, struct map *map)
{
    size_t cursor = 0;
    uint64_t key;
    uint64_t value;
    while (map_next(map, &cursor, &key, &value))
        deeds_free(cells, (struct deeds *)(uintptr_t)value);
    map_fini(map);
}

static void close_state(void *state, struct reporter *reporter)
{
    struct serial *serial = state;
    struct cell_table *cells = &reporter->replay->cells;
    free_deeds(cells, &serial->cells);
    free_deeds(cells, &serial->locks);
    free_deeds(cells, &serial->tokens);
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(&serial->parties, &cursor, &number, &value)) {
        struct party *party = (struct party *)(uintptr_t)value;
        past_release(party->past);
        block_release(party->block);
        free(party);
    }
    map_fini(&serial->parties);
    past_walk_fini(&serial->walk);
    free(serial);
}

/* What the map has under the key, made with zeros if there is nothing; NULL: no memory. */
static void *entry_of(struct map *map, uint64_t key, size_t bytes)
{
    void *entry = map_get_pointer(map, key);
    if (entry != NULL)
        return entry;
    entry = calloc(1, bytes);
    if (entry != NULL && map_put_pointer(map, key, entry) == STATUS_OK)
        return entry;
    free(entry);
    return NULL;
}

static struct party *party_of(struct serial *serial, struct actor *actor)
{
    struct party *party = entry_of(&serial->parties, actor->number, sizeof *party);
    if (party != NULL) {
        party->actor = actor->number;
        party->actor_name = actor->name;
    }
    return party;
}

/* ---- Reports ---- */

static struct actor shade_of(const struct party *party)
{
    return (struct actor){.number = party->actor, .name = party->actor_name};
}

static struct finding_place block_place(const struct reporter *reporter, struct arena *arena,
                                        const struct party *party)
{
    const struct block *block = party->block;
    const struct actor actor = shade_of(party);
    return describe_location(reporter->replay, arena, "begin",
                             trace_string(reporter->replay->trace, block->name), block->line, block->number,
                             &actor, NULL);
}

static struct finding_place deed_place(const struct reporter *reporter, struct arena *arena,
                                       struct text operand, const struct deed *deed)
{
    const struct actor actor = shade_of(deed->party);
    if (deed->site != NULL)
        return describe_site(reporter->replay, arena, deed->site, deed->number, &actor, NULL);
    if (deed->operation == NULL)
        return (struct finding_place){.actor = naming_actor(reporter->replay, arena, &actor),
                                      .event = deed->number};
    return describe_location(reporter->replay, arena, deed->operation, operand, deed->line, deed->number,
                             &actor, NULL);
}

static enum status report(const struct closing *closing, const struct deed *deed, struct reporter *reporter)
{
    struct arena *arena = &reporter->arena;
    struct finding finding = {
        .kind = FINDING_ATOMICITY,
        .form = FINDING_FORM_CYCLE,
        .status = FINDING_OBSERVED,
        .confidence = FINDING_HIGH,
        .count = 1,
        .order = closing->number,
        .between_threads = true,
        .first = block_place(reporter, arena, closing->party),
    };
    struct text name = TEXT_NONE;
    if (closing->cell != NULL) {
        naming_cell(reporter->replay, arena, closing->cell, &finding.cell);
        name = finding.cell.text;
    } else if (closing->object != NULL) {
        naming_thing(reporter->replay, arena, closing->object, &finding.cell);
        name = naming_object(reporter->replay, arena, closing->object);
    } else {
        finding.cell.text = TEXT("start and end of threads");
    }
    struct deed last = {.party = closing->party,
                        .operation = closing->operation,
                        .line = closing->line,
                        .number = closing->number,
                        .site = closing->site};
    finding.other = deed_place(reporter, arena, name, deed);
    finding.last = deed_place(reporter, arena, name, &last);
    closing->party->block->is_told = true;
    return reporter_add(reporter, &finding);
}

/* ---- Order ---- */

/* What was done comes before what the closing event's party does now. */
static enum status come_after(struct serial *serial, const struct closing *closing, struct deed *deed,
                              struct reporter *reporter)
{
    struct party *party = closing->party;
    if (deed->party == NULL || deed->party == party || deed->past == NULL)
        return STATUS_OK;
    enum status status = past_join(&serial->walk, &deed->past, NULL);
    if (status != STATUS_OK)
        return status;
    if (party->block == NULL)
        return past_join(&serial->walk, &party->past, deed->past);
    bool is_circle;
    status = past_has(&serial->walk, deed->past, party->block, &is_circle);
    if (status != STATUS_OK)
        return status;
    if (!is_circle)
        return past_join(&serial->walk, &party->block->past, deed->past);
    return party->block->is_told ? STATUS_OK : report(closing, deed, reporter);
}

/* Replaces what was done by this. */
static enum status note(struct serial *serial, struct deed *deed, const struct closing *closing)
{
    past_release(deed->past);
    *deed = (struct deed){.party = closing->party,
                          .past = past_retain(closing->party->past),
                          .operation = closing->operation,
                          .line = closing->line,
                          .number = closing->number,
                          .site = closing->site};
    return past_join(&serial->walk, &deed->past, NULL);
}

static enum status note_read(struct serial *serial, struct deeds *deeds, const struct closing *closing)
{
    for (size_t i = 0; i < deeds->reads.count; i++)
        if (deeds->reads.items[i].party == closing->party)
            return note(serial, &deeds->reads.items[i], closing);
    if (closing->party->past == NULL)
        return STATUS_OK;
    struct deed *added;
    if (VECTOR_ADD(&deeds->reads, &added) != STATUS_OK)
        return STATUS_NOMEM;
    *added = (struct deed){0};
    return note(serial, added, closing);
}

static enum status note_write(struct serial *serial, struct deeds *deeds, const struct closing *closing)
{
    for (size_t i = 0; i < deeds->reads.count; i++)
        past_release(deeds->reads.items[i].past);
    deeds->reads.count = 0;
    return note(serial, &deeds->last, closing);
}

/* ---- Events ---- */

static enum status begin_block(struct party *party, const struct moment *moment)
{
    if (party->depth++ > 0)
        return STATUS_OK;
    party->block = block_new((uint32_t)moment->event->field[0], moment->event->field[1], party->past);
    struct past *alone = party->block == NULL ? NULL : past_of_block(party->block);
    if (alone == NULL)
        return STATUS_NOMEM;
    party->block->number = moment->number;
    past_release(party->past);
    party->past = alone;
    return STATUS_OK;
}

static enum status end_block(struct serial *serial, struct party *party)
{
    if (party->depth == 0 || --party->depth > 0)
        return STATUS_OK;
    struct block *block = party->block;
    party->block = NULL;
    block->is_open = false;
    enum status status = past_join(&serial->walk, &block->past, NULL);
    if (status == STATUS_OK)
        status = past_join(&serial->walk, &party->past, NULL);
    block_release(block);
    return status;
}

static enum status touch(void *state, const struct touch *touch, struct reporter *reporter)
{
    struct serial *serial = state;
    if (!serial->is_on)
        return STATUS_OK;
    struct closing closing = {
        .party = party_of(serial, touch->actor),
        .cell = touch->cell,
        .site = touch->site,
        .operation = touch->is_write ? "w" : "r",
        .line = touch->line,
        .number = touch->number,
    };
    struct deeds *deeds = entry_of(&serial->cells, (uint64_t)(uintptr_t)touch->cell, sizeof *deeds);
    if (closing.party == NULL || deeds == NULL)
        return STATUS_NOMEM;
    if (deeds->cell == NULL)
        deeds->cell = cell_retain(touch->cell);
    enum status status = come_after(serial, &closing, &deeds->last, reporter);
    for (size_t i = 0; touch->is_write && status == STATUS_OK && i < deeds->reads.count; i++)
        status = come_after(serial, &closing, &deeds->reads.items[i], reporter);
    if (status != STATUS_OK)
        return status;
    return touch->is_write ? note_write(serial, deeds, &closing) : note_read(serial, deeds, &closing);
}

static enum status come_after_entry(struct serial *serial, struct map *map, uint64_t key,
                                    const struct closing *closing, struct reporter *reporter)
{
    struct deeds *deeds = map_get_pointer(map, key);
    return deeds == NULL ? STATUS_OK : come_after(serial, closing, &deeds->last, reporter);
}

/* What is empty is not kept: nobody would come after anything. */
static enum status note_entry(struct serial *serial, struct map *map, uint64_t key,
                              const struct closing *closing, bool keep)
{
    if (closing->party->past == NULL && (keep || map_get_pointer(map, key) == NULL))
        return STATUS_OK;
    struct deeds *deeds = entry_of(map, key, sizeof *deeds);
    if (deeds == NULL)
        return STATUS_NOMEM;
    if (!keep || deeds->last.party == NULL)
        return note(serial, &deeds->last, closing);
    return past_join(&serial->walk, &deeds->last.past, closing->party->past);
}

static void retire(struct serial *serial, uint64_t token, struct reporter *reporter)
{
    struct deeds *deeds = map_get_pointer(&serial->tokens, token);
    if (deeds == NULL)
        return;
    map_remove(&serial->tokens, token, NULL);
    deeds_free(&reporter->replay->cells, deeds);
}

static enum status on_event(struct serial *serial, const struct moment *moment, const struct closing *closing,
                            struct reporter *reporter)
{
    const uint64_t *field = moment->event->field;
    switch (moment->event->kind) {
    case EVENT_BLOCK:
        return begin_block(closing->party, moment);
    case EVENT_BLOCK_END:
        return end_block(serial, closing->party);
    case EVENT_ACQUIRE:
    case EVENT_ACQUIRE_AT:
        return come_after_entry(serial, &serial->locks, field[0], closing, reporter);
    case EVENT_RELEASE:
    case EVENT_RELEASE_AT:
        return note_entry(serial, &serial->locks, field[0], closing, false);
    case EVENT_BEGIN:
        return come_after_entry(serial, &serial->tokens, field[1], closing, reporter);
    case EVENT_RECV:
        return come_after_entry(serial, &serial->tokens, field[0], closing, reporter);
    case EVENT_SEND:
    case EVENT_SEND_NOW:
        return note_entry(serial, &serial->tokens, field[0], closing, false);
    case EVENT_SCHEDULE:
    case EVENT_MERGE:
    case EVENT_MERGE_NOW:
        return note_entry(serial, &serial->tokens, field[0], closing, true);
    case EVENT_RETIRE:
        retire(serial, field[0], reporter);
        return STATUS_OK;
    default:
        return STATUS_OK;
    }
}

/* Where the lock operation is, in a trace that comes from elsewhere. */
static void locate(struct closing *closing, const struct event *event)
{
    if (event->kind != EVENT_ACQUIRE_AT && event->kind != EVENT_RELEASE_AT)
        return;
    closing->operation = event->kind == EVENT_ACQUIRE_AT ? "acq" : "rel";
    closing->line = (uint32_t)event->field[1];
}

static enum status moment(void *state, const struct moment *moment, struct reporter *reporter)
{
    struct serial *serial = state;
    serial->is_on |= moment->event->kind == EVENT_BLOCK;
    if (!serial->is_on)
        return STATUS_OK;
    struct closing closing = {
        .party = party_of(serial, moment->actor),
        .object = moment->object,
        .site = moment->site,
        .number = moment->number,
    };
    locate(&closing, moment->event);
    return closing.party == NULL ? STATUS_NOMEM : on_event(serial, moment, &closing, reporter);
}

const struct detector atomicity = {
    .kind = FINDING_ATOMICITY,
    .open = open_state,
    .close = close_state,
    .moment = moment,
    .touch = touch,
};
