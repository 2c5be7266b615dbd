/* In: the events of one step. Out: its moments, the locks that its actor held, the tokens that it sent and received.
 * Must hold: names are made only for what is shown; what is not shown leaves nothing behind. */
#include "scene/block.h"

/* ---- Lanes ---- */

static enum scene_lane_kind lane_kind(const struct actor *actor)
{
    switch (actor->kind) {
    case ACTOR_TASK:
        return SCENE_LANE_TASK;
    case ACTOR_CALLBACK:
        return SCENE_LANE_CALLBACK;
    case ACTOR_JOB:
        return SCENE_LANE_JOB;
    default:
        return SCENE_LANE_THREAD;
    }
}

static void place_site(struct words *words, const struct trace_site *site, struct finding_place *place)
{
    const struct trace_function *function = trace_function(words->replay->trace, site->function);
    place->line = site->line;
    place->source = words_string(words, site->source);
    if (function == NULL)
        return;
    place->file = words_string(words, function->file);
    place->function = words_string(words, function->name);
}

static void know_lane(struct draft_block *block, struct words *words, const struct actor *actor)
{
    struct draft_lane *lane = &block->draft->lanes[block->lane];
    if (lane->is_known || actor == NULL)
        return;
    lane->is_known = true;
    lane->lane = (struct scene_lane){
        .name = words_actor(words, actor),
        .kind = lane_kind(actor),
        .made_by = actor->creator != NULL ? words_actor(words, actor->creator) : TEXT_NONE,
    };
    if (actor->made_at == NULL)
        return;
    place_site(words, actor->made_at, &lane->lane.made_at);
    lane->lane.made_at.event = actor->made;
    lane->lane.made_at.actor = lane->lane.made_by;
}

/* ---- Locks ---- */

static bool has_held(const struct draft *draft, const struct acquisition *acquisition)
{
    for (uint32_t i = 0; i < draft->held_count; i++)
        if (draft->held[i].acquisition == acquisition)
            return true;
    return false;
}

static void note_held(struct draft_block *block, struct words *words, const struct actor *actor)
{
    struct draft *draft = block->draft;
    struct lockset *locks = actor != NULL ? actor->locks : NULL;
    for (uint32_t i = 0; locks != NULL && i < locks->count && draft->held_count < draft_held_max; i++)
        if (!has_held(draft, locks->held[i]))
            draft->held[draft->held_count++] = (struct draft_held){
                .lane = block->lane,
                .block = block,
                .acquisition = locks->held[i],
                .locks = lockset_retain(locks),
                .name = words_object(words, locks->held[i]->lock->object->number),
            };
}

/* ---- Order ---- */

static void note_sent(struct draft_block *block, uint64_t token, uint64_t number)
{
    if (token != 0)
        block->sent[block->sent_count++ % draft_sent_max] =
            (struct draft_sent){.token = token, .number = number};
}

/* The latest sending of the token by another step that is shown. */
static const struct draft_block *sender_of(const struct draft_block *block, uint64_t token, uint64_t *number)
{
    const struct draft *draft = block->draft;
    const struct draft_block *sender = NULL;
    for (uint32_t i = 0; i < draft->block_count; i++) {
        const struct draft_block *other = draft->blocks[i];
        for (uint32_t j = 0; other != block && j < other->sent_count && j < draft_sent_max; j++) {
            if (other->sent[j].token != token || (sender != NULL && other->sent[j].number < *number))
                continue;
            sender = other;
            *number = other->sent[j].number;
        }
    }
    return sender;
}

static bool has_made(const struct draft_block *block, uint64_t actor)
{
    for (size_t i = 0; i < block->moments.count; i++)
        if (block->moments.items[i].made == actor)
            return true;
    return false;
}

static void note_received(struct draft_block *block, uint64_t token, uint64_t number, const char *word)
{
    struct draft *draft = block->draft;
    uint64_t sent;
    const struct draft_block *sender = token != 0 ? sender_of(block, token, &sent) : NULL;
    if (sender == NULL || sender->lane == block->lane || draft->edge_count == draft_edges_max)
        return;
    draft->edges[draft->edge_count++] = (struct draft_edge){
        .from = sender,
        .to = block,
        .from_number = sent,
        .to_number = number,
        .word = has_made(sender, block->actor) ? "spawns" : word,
    };
}

static void note_order(struct draft_block *block, const struct event *event)
{
    switch (event->kind) {
    case EVENT_SCHEDULE:
    case EVENT_WAKE:
    case EVENT_SEND:
    case EVENT_MERGE:
    case EVENT_SEND_NOW:
    case EVENT_MERGE_NOW:
        note_sent(block, event->field[0], event->number);
        break;
    case EVENT_RECV:
        note_received(block, event->field[0], event->number, "sends");
        break;
    default:
        break;
    }
}

/* ---- Moments ---- */

/* SCENE_MOMENT_KIND_COUNT: it is none, unless an end of the finding lies there. */
static enum scene_moment_kind kind_of(const struct draft_block *block, const struct event *event)
{
    const struct draft *draft = block->draft;
    const uint64_t *field = event->field;
    switch (event->kind) {
    case EVENT_READ:
    case EVENT_READ_AT:
        return draft_has_cell(draft, field[1], field[2]) ? SCENE_READ : SCENE_MOMENT_KIND_COUNT;
    case EVENT_WRITE:
    case EVENT_WRITE_AT:
        return draft_has_cell(draft, field[1], field[2]) ? SCENE_WRITE : SCENE_MOMENT_KIND_COUNT;
    case EVENT_AWAIT:
        return SCENE_AWAIT;
    case EVENT_ACTOR:
        return draft_find_lane(draft, field[0]) < draft_lanes_max ? SCENE_SPAWN : SCENE_MOMENT_KIND_COUNT;
    case EVENT_ACQUIRE:
    case EVENT_ACQUIRE_AT:
        return SCENE_ACQUIRE;
    case EVENT_RELEASE:
    case EVENT_RELEASE_AT:
        return SCENE_RELEASE;
    case EVENT_WAIT:
        return SCENE_WAIT;
    case EVENT_NOTIFY:
        return SCENE_NOTIFY;
    case EVENT_FINISH:
        return field[0] == block->actor ? SCENE_FINISH : SCENE_MOMENT_KIND_COUNT;
    case EVENT_ENTER:
        return draft_has_function(draft, field[0]) ? SCENE_CALL : SCENE_MOMENT_KIND_COUNT;
    default:
        return SCENE_MOMENT_KIND_COUNT;
    }
}

/* The kind of a moment that is shown because an end lies there. */
static enum scene_moment_kind kind_of_end(const struct event *event)
{
    switch (event->kind) {
    case EVENT_READ:
    case EVENT_READ_AT:
        return SCENE_READ;
    case EVENT_WRITE:
    case EVENT_WRITE_AT:
        return SCENE_WRITE;
    case EVENT_ACTOR:
        return SCENE_SPAWN;
    default:
        return SCENE_NOTE;
    }
}

static void say_access(struct draft_moment *moment, const struct draft *draft, struct words *words,
                       const struct event *event)
{
    const struct draft_end *first = &draft->ends[SCENE_ROLE_FIRST - 1];
    bool is_main = first->is_there && first->object == event->field[1] && first->key == event->field[2];
    moment->what = is_main ? draft->finding->cell.text : words_cell(words, event->field[1], event->field[2]);
}

static void say(struct draft_moment *moment, const struct draft *draft, struct words *words,
                const struct block_event *happening)
{
    const struct event *event = happening->event;
    const struct trace_function *function;
    switch (event->kind) {
    case EVENT_READ:
    case EVENT_WRITE:
        moment->value = words_value(words, event->field[2], event->field[3]);
        say_access(moment, draft, words, event);
        break;
    case EVENT_READ_AT:
    case EVENT_WRITE_AT:
        say_access(moment, draft, words, event);
        moment->line = (uint32_t)event->field[0];
        moment->is_location = true;
        break;
    case EVENT_AWAIT:
        moment->what = happening->site != NULL ? words_string(words, happening->site->expression) : TEXT_NONE;
        break;
    case EVENT_ACTOR:
        moment->what = words_string(words, event->field[2]);
        moment->made = event->field[0];
        break;
    case EVENT_ACQUIRE_AT:
    case EVENT_RELEASE_AT:
        moment->what = words_object(words, event->field[0]);
        moment->line = (uint32_t)event->field[1];
        moment->is_location = true;
        break;
    case EVENT_ACQUIRE:
    case EVENT_RELEASE:
    case EVENT_WAIT:
    case EVENT_NOTIFY:
        moment->what = words_object(words, event->field[0]);
        break;
    case EVENT_ENTER:
        function = trace_function(words->replay->trace, event->field[0]);
        moment->what = function != NULL ? words_string(words, function->name) : TEXT_NONE;
        break;
    default:
        break;
    }
}

/* Where it happened, of events that name no site. */
static void place_line(struct draft_moment *moment, struct words *words, const struct event *event)
{
    uint32_t at = event->kind == EVENT_BLOCKED ? 0 : event->kind == EVENT_ABANDONED ? 1 : 2;
    const struct trace_function *function = trace_function(words->replay->trace, event->field[at]);
    moment->line = (uint32_t)event->field[at + 1];
    moment->source = words_string(words, event->field[at + 2]);
    if (event->kind != EVENT_BLOCKED)
        moment->what = words_string(words, event->field[at + 3]);
    if (function == NULL)
        return;
    moment->file = words_string(words, function->file);
    moment->function = words_string(words, function->name);
}

static void place(struct draft_moment *moment, const struct finding *finding, struct words *words,
                  const struct block_event *happening)
{
    const struct event *event = happening->event;
    if (event->kind == EVENT_BLOCKED) {
        moment->what = finding->cell.text;
        moment->value = finding->values.read;
    }
    if (event->kind == EVENT_BLOCKED || event->kind == EVENT_ABANDONED || event->kind == EVENT_FOREIGN) {
        place_line(moment, words, event);
    } else if (event->kind == EVENT_BLOCK) {
        moment->line = (uint32_t)event->field[0];
        moment->is_location = true;
        moment->what = words_string(words, event->field[1]);
    } else if (happening->site != NULL) {
        struct finding_place at = {0};
        place_site(words, happening->site, &at);
        moment->line = at.line;
        moment->file = at.file;
        moment->function = at.function;
        moment->source = at.source;
    }
}

static enum status add(struct draft_block *block, struct draft_moment moment)
{
    if (block->moments.count >= draft_moments_max && moment.role == SCENE_ROLE_NONE) {
        block->has_dropped = true;
        return STATUS_OK;
    }
    moment.is_after_gap = block->has_dropped;
    block->has_dropped = false;
    return VECTOR_PUSH(&block->moments, moment);
}

static enum status show(struct draft_block *block, struct words *words, enum scene_moment_kind kind,
                        enum scene_role role, const struct block_event *happening)
{
    struct draft_moment moment = {
        .kind = kind, .role = role, .number = happening->event->number, .begun = happening->begun};
    place(&moment, block->draft->finding, words, happening);
    say(&moment, block->draft, words, happening);
    return add(block, moment);
}

/* ---- What may be shown yet ---- */

void block_event_keep(struct draft_waiting *kept, const struct block_event *happening)
{
    const struct event *event = happening->event;
    kept->event = *event;
    memcpy(kept->field, event->field, event->field_count * sizeof *kept->field);
    kept->site = happening->site;
    kept->begun = happening->begun;
}

struct block_event block_event_kept(struct draft_waiting *kept)
{
    kept->event.field = kept->field;
    return (struct block_event){&kept->event, kept->site, kept->begun};
}

static void wait_for_end(struct draft_block *block, const struct block_event *happening)
{
    if (block->waiting_count == draft_near_max) {
        memmove(&block->waiting[0], &block->waiting[1], (draft_near_max - 1) * sizeof block->waiting[0]);
        block->waiting_count--;
        block->has_dropped |= !block->only_releases;
    }
    block_event_keep(&block->waiting[block->waiting_count++], happening);
}

static enum status show_waiting(struct draft_block *block, struct words *words)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < block->waiting_count && status == STATUS_OK; i++) {
        struct block_event happening = block_event_kept(&block->waiting[i]);
        status = show(block, words, kind_of(block, happening.event), SCENE_ROLE_NONE, &happening);
    }
    block->waiting_count = 0;
    return status;
}

static void drop_waiting(struct draft_block *block)
{
    block->has_dropped |= block->waiting_count != 0 && !block->only_releases;
    block->waiting_count = 0;
}

/* Of a thread, which may have run for long: its begin is shown only if all between it and the first end is. */
static void drop_far_begin(struct draft_block *block)
{
    if (!block->has_loop && block->has_dropped && block->moments.count == 1 &&
        block->moments.items[0].kind == SCENE_BEGIN)
        block->moments.count = 0;
}

/* ---- Events ---- */

enum status block_begin(struct draft_block *block, struct words *words, const struct actor *actor)
{
    struct draft_moment moment = {.kind = SCENE_BEGIN, .number = block->begin, .begun = block->ordinal};
    know_lane(block, words, actor);
    block->has_loop = actor != NULL && actor->loop != 0;
    if (block->is_between)
        block->after = draft_near_max;
    note_held(block, words, actor);
    note_received(block, block->token, block->begin, "wakes");
    return block->ordinal != 0 ? add(block, moment) : STATUS_OK;
}

enum status block_take(struct draft_block *block, struct words *words, const struct actor *actor,
                       const struct block_event *happening)
{
    const struct event *event = happening->event;
    note_order(block, event);
    if (event->kind == EVENT_ACQUIRE || event->kind == EVENT_ACQUIRE_AT)
        note_held(block, words, actor);
    enum scene_role role = draft_role(block->draft, event->number);
    enum scene_moment_kind kind = kind_of(block, event);
    bool is_checked_only = role == SCENE_ROLE_OTHER && draft_is_other_supposed(block->draft);
    if (kind == SCENE_MOMENT_KIND_COUNT && role == SCENE_ROLE_NONE)
        return STATUS_OK;
    if (kind == SCENE_MOMENT_KIND_COUNT)
        kind = kind_of_end(event);
    if (role != SCENE_ROLE_NONE) {
        drop_far_begin(block);
        enum status status = show_waiting(block, words);
        block->after = draft_near_max;
        block->only_releases = role == SCENE_ROLE_OTHER || role == SCENE_ROLE_LAST;
        return status != STATUS_OK
                   ? status
                   : show(block, words, kind, is_checked_only ? SCENE_ROLE_NONE : role, happening);
    }
    if (kind == SCENE_SPAWN || kind == SCENE_FINISH) {
        drop_waiting(block);
        return show(block, words, kind, role, happening);
    }
    if (block->after == 0 || (block->only_releases && kind != SCENE_RELEASE)) {
        wait_for_end(block, happening);
        return STATUS_OK;
    }
    block->after--;
    return show(block, words, kind, role, happening);
}

/* What waited last is shown if it is the await that ended the step. */
static enum status show_last_await(struct draft_block *block, struct words *words)
{
    if (block->waiting_count == 0)
        return STATUS_OK;
    bool is_await = block->waiting[block->waiting_count - 1].event.kind == EVENT_AWAIT;
    if (is_await && block->waiting_count > 1) {
        block->has_dropped |= !block->only_releases;
        block->waiting[0] = block->waiting[block->waiting_count - 1];
        block->waiting_count = 1;
    }
    if (is_await)
        return show_waiting(block, words);
    drop_waiting(block);
    return STATUS_OK;
}

enum status block_end(struct draft_block *block, struct words *words, const struct actor *actor,
                      const struct block_event *happening)
{
    struct draft_moment moment = {
        .kind = SCENE_END, .number = happening->event->number, .begun = happening->begun};
    block->end = happening->event->number;
    note_held(block, words, actor);
    if (show_last_await(block, words) != STATUS_OK)
        return STATUS_NOMEM;
    return block->has_loop || !block->has_dropped ? add(block, moment) : STATUS_OK;
}
