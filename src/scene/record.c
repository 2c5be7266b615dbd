/* In: a trace, and drafts that know which steps they show. Out: the same drafts, filled.
 * Must hold: an event that no draft shows costs next to nothing. Only those are replayed that tell of names and locks: no
 * order, no dependence, no cells. */
#include "scene/record.h"

#include <stdlib.h>

#include "scene/block.h"
#include "scene/locate.h"

/* A draft in which an actor has a lane, or in which a token matters. */
struct follower {
    struct draft *draft;
    struct follower *next;
};

static const bool is_replayed[256] = {
    [EVENT_GAP] = true,     [EVENT_ACTOR] = true,      [EVENT_BEGIN] = true,      [EVENT_END] = true,
    [EVENT_FINISH] = true,  [EVENT_LOOP] = true,       [EVENT_LOCK] = true,       [EVENT_ACQUIRE] = true,
    [EVENT_RELEASE] = true, [EVENT_OBJECT] = true,     [EVENT_KEEP] = true,       [EVENT_LOCAL] = true,
    [EVENT_DROP] = true,    [EVENT_KEY] = true,        [EVENT_VALUE] = true,      [EVENT_LOST] = true,
    [EVENT_OFF] = true,     [EVENT_ACQUIRE_AT] = true, [EVENT_RELEASE_AT] = true,
};

/* ---- The replay's observer, who is not interested ---- */

static enum status ignore_act(void *context, const struct act *act)
{
    (void)context;
    (void)act;
    return STATUS_OK;
}

static enum status ignore_written(void *context, struct cell *cell)
{
    (void)context;
    (void)cell;
    return STATUS_OK;
}

static enum status ignore_step(void *context, const struct actor *actor)
{
    (void)context;
    (void)actor;
    return STATUS_OK;
}

static const struct replay_observer nobody = {
    .act = ignore_act, .written = ignore_written, .step_over = ignore_step};

/* ---- Opening ---- */

static enum status follow(struct record *record, struct map *followers, uint64_t number, struct draft *draft)
{
    struct follower *follower = arena_alloc(record->arena, sizeof *follower);
    if (follower == NULL)
        return STATUS_NOMEM;
    *follower = (struct follower){.draft = draft, .next = map_get_pointer(followers, number)};
    return map_put_pointer(followers, number, follower);
}

static enum status expect(struct record *record, struct draft *draft)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < draft->block_count && status == STATUS_OK; i++) {
        struct draft_block *block = draft->blocks[i];
        block->next_of_step = map_get_pointer(&record->begins, block->begin);
        status = map_put_pointer(&record->begins, block->begin, block);
        if (status == STATUS_OK && block->token != 0)
            status = follow(record, &record->tokens, block->token, draft);
    }
    for (uint32_t i = 0; i < draft->lane_count && status == STATUS_OK; i++)
        status = follow(record, &record->actors, draft->lanes[i].actor, draft);
    return status;
}

enum status record_open(struct record *record, struct trace *trace, struct arena *arena, struct draft *drafts,
                        size_t count, struct scene_overview *overview, struct diag *diag)
{
    *record = (struct record){
        .trace = trace, .arena = arena, .drafts = drafts, .draft_count = count, .overview = overview};
    map_init(&record->begins);
    map_init(&record->actors);
    map_init(&record->tokens);
    words_init(&record->words, NULL, arena);
    enum status status = replay_open(&record->replay, trace, &nobody, diag);
    record->words.replay = record->replay;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (expect(record, &drafts[i]) != STATUS_OK)
            status = diag_set_nomem(diag);
    return status;
}

void record_close(struct record *record)
{
    words_fini(&record->words);
    replay_close(record->replay);
    stacks_fini(&record->stacks);
    map_fini(&record->begins);
    map_fini(&record->actors);
    map_fini(&record->tokens);
}

/* ---- Steps ---- */

static const struct actor *actor_of(const struct record *record, uint64_t number)
{
    return map_get_pointer(&record->replay->actors, number);
}

/* Whether the step, of an actor that has a lane, is shown though no end lies in it. */
static bool lies_between(const struct draft *draft, const struct stacks_step *step)
{
    bool is_rivals = draft->is_moved && step->actor == draft->ends[SCENE_ROLE_OTHER - 1].actor;
    return step->begin > draft->from && step->begin < draft->to && !is_rivals &&
           draft->between_count < draft_between_max;
}

/* A block for the running step, unless there is one or it cannot be had; then *added is NULL. */
static enum status show_step(struct record *record, struct draft *draft, struct stacks_step *step,
                             struct draft_block **added)
{
    *added = NULL;
    for (struct draft_block *block = step->kept; block != NULL; block = block->next_of_step)
        if (block->draft == draft)
            return STATUS_OK;
    struct draft_block *block = draft_add_block(draft, record->arena, step->actor, step->begin, step->token);
    if (block == NULL)
        return record->arena->lacks ? STATUS_NOMEM : STATUS_OK;
    block->is_between = true;
    block->ordinal = step->ordinal;
    block->next_of_step = step->kept;
    step->kept = *added = block;
    return block_begin(block, &record->words, actor_of(record, step->actor));
}

/* The step has begun: of all that is to be shown of it. */
static enum status begin_blocks(struct record *record, struct stacks_step *step)
{
    enum status status = STATUS_OK;
    step->kept = map_get_pointer(&record->begins, step->begin);
    for (struct draft_block *block = step->kept; block != NULL && status == STATUS_OK;
         block = block->next_of_step) {
        block->ordinal = step->ordinal;
        block->draft->between_count = 0;
        status = block_begin(block, &record->words, actor_of(record, step->actor));
    }
    const struct follower *follower = map_get_pointer(&record->actors, step->actor);
    for (; follower != NULL && status == STATUS_OK; follower = follower->next) {
        if (!lies_between(follower->draft, step))
            continue;
        struct draft_block *added;
        follower->draft->between_count++;
        status = show_step(record, follower->draft, step, &added);
    }
    return status;
}

/* The drafts that ask who makes the actor, or wakes it. */
static const struct follower *askers(const struct record *record, const struct event *event,
                                     const struct stacks_step *step)
{
    const struct actor *actor = actor_of(record, step->actor);
    switch (event->kind) {
    case EVENT_ACTOR:
        return map_get_pointer(&record->actors, event->field[0]);
    case EVENT_SCHEDULE:
    case EVENT_WAKE:
    case EVENT_SEND_NOW:
        /* What libraries run between is no news. */
        return actor == NULL || actor->kind == ACTOR_CALLBACK
                   ? NULL
                   : map_get_pointer(&record->tokens, event->field[0]);
    default:
        return NULL;
    }
}

/* A step that is shown only from here on because it wakes somebody: whom it notified belongs to it. */
static enum status show_notice(struct record *record, const struct event *event, struct draft_block *block)
{
    const struct event *notice = &record->notified.event;
    if (notice->kind != EVENT_NOTIFY || notice->thread != event->thread || notice->number < block->begin)
        return STATUS_OK;
    struct block_event happening = block_event_kept(&record->notified);
    return block_take(block, &record->words, actor_of(record, block->actor), &happening);
}

/* The running step makes or wakes whoever has a lane: then it is shown, too. */
static enum status show_cause(struct record *record, const struct event *event, struct stacks_step *step)
{
    const struct follower *follower = askers(record, event, step);
    enum status status = STATUS_OK;
    for (; follower != NULL && status == STATUS_OK; follower = follower->next) {
        struct draft *draft = follower->draft;
        const struct draft_end *other = draft_end(draft, SCENE_ROLE_OTHER);
        uint64_t of_rival = event->kind == EVENT_ACTOR ? other->actor : other->token;
        bool is_of_rival = draft->is_moved && (event->field[0] == of_rival || step->actor == other->actor);
        struct draft_block *added;
        if (event->number <= draft->from || event->number >= draft->to || is_of_rival)
            continue;
        status = show_step(record, draft, step, &added);
        if (status == STATUS_OK && added != NULL)
            status = show_notice(record, event, added);
    }
    return status;
}

/* ---- Events ---- */

static void note_overview(struct record *record, const struct event *event)
{
    struct scene_overview *overview = record->overview;
    if (event->number >= overview->events || overview->events > UINT64_MAX / scene_overview_buckets_max)
        return;
    uint64_t bucket = event->number * overview->bucket_count / overview->events;
    overview->steps[bucket] += event->kind == EVENT_BEGIN;
    overview->actors[bucket] += event->kind == EVENT_ACTOR;
    overview->writes[bucket] += event->kind == EVENT_WRITE || event->kind == EVENT_WRITE_AT;
}

static enum status take_in_step(struct record *record, const struct event *event)
{
    bool is_new;
    struct stacks_step *step = stacks_top(&record->stacks, event, &is_new);
    enum status status = step == NULL ? STATUS_NOMEM : STATUS_OK;
    if (status == STATUS_OK && is_new)
        status = begin_blocks(record, step);
    if (status == STATUS_OK)
        status = show_cause(record, event, step);
    struct block_event happening = {event, NULL, record->stacks.begun};
    if (status != STATUS_OK || (step->kept == NULL && event->kind != EVENT_NOTIFY))
        return status;
    happening.site = locate_site(record->trace, event);
    if (event->kind == EVENT_NOTIFY)
        block_event_keep(&record->notified, &happening);
    const struct actor *actor = actor_of(record, step->actor);
    for (struct draft_block *block = step->kept; block != NULL && status == STATUS_OK;
         block = block->next_of_step)
        status = block_take(block, &record->words, actor, &happening);
    return status;
}

static enum status take_end(struct record *record, const struct event *event)
{
    struct stacks_step ended;
    enum status status = STATUS_OK;
    if (!stacks_end(&record->stacks, event, &ended))
        return STATUS_OK;
    struct block_event happening = {event, NULL, record->stacks.begun};
    const struct actor *actor = actor_of(record, ended.actor);
    for (struct draft_block *block = ended.kept; block != NULL && status == STATUS_OK;
         block = block->next_of_step)
        status = block_end(block, &record->words, actor, &happening);
    return status;
}

static enum status take(struct record *record, const struct event *event, struct diag *diag)
{
    enum status status = STATUS_OK;
    if (event->kind == EVENT_END && take_end(record, event) != STATUS_OK)
        return diag_set_nomem(diag);
    if (is_replayed[event->kind])
        status = replay_event(record->replay, event, diag);
    if (status != STATUS_OK || event->kind == EVENT_END)
        return status;
    if (event->kind == EVENT_GAP || event->kind == EVENT_LOST || event->kind == EVENT_OFF)
        stacks_gap(&record->stacks);
    if (event->kind == EVENT_GAP)
        return STATUS_OK;
    if (event->kind == EVENT_BEGIN) {
        status = stacks_begin(&record->stacks, event);
        if (status == STATUS_OK)
            status = begin_blocks(record, stacks_top(&record->stacks, event, NULL));
    } else {
        status = take_in_step(record, event);
    }
    return status == STATUS_OK ? STATUS_OK : diag_set_nomem(diag);
}

enum status record_run(struct record *record, const struct scene_progress *progress, struct diag *diag)
{
    const struct event *event;
    enum status status;
    while ((status = trace_next(record->trace, &event, diag)) == STATUS_OK) {
        scene_progress_tell(progress, 1, record->trace, event);
        note_overview(record, event);
        status = take(record, event, diag);
        if (status != STATUS_OK)
            return status;
    }
    if (record->arena->lacks)
        return diag_set_nomem(diag);
    return status == STATUS_END ? STATUS_OK : status;
}
