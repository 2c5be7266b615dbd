/* Lost wake-ups.
 *
 * In: waits, and what is told to those who wait: `notify`, events set and cleared at once, things that are replaced. Out: an
 * occurrence for each wait that was not woken and that what came before, or instead, was meant for. What must hold: a wait that
 * was woken after all has lost nothing; nor has one whose actor looked, before it began, at what the other one had done. Events
 * that are cleared unseen are cleared_event.c's. */
#include "detect/lost_wakeup.h"

#include <stdlib.h>

#include "detect/cleared_event.h"
#include "detect/describe.h"
#include "detect/naming.h"
#include "detect/waits.h"
#include "finding/source.h"

enum { notices_max = 4 };

/* Somebody tells those who wait: `notify`, or an event set and cleared in one step. */
struct notice {
    struct actor *actor; /* counted; NULL: there is none */
    const struct trace_site *site;
    uint64_t number; /* of the event */
    uint64_t since;  /* number of the same actor's notice before; 0: none known */
    uint32_t slot;
    uint32_t epoch;
    struct clock *clock; /* counted: what the actor knew of others */
};

/* What was told to those who wait for one thing. */
struct notices {
    struct object *object; /* counted */
    uint64_t unheard_count;
    struct notice unheard[notices_max]; /* a ring: by those who found nobody waiting, since somebody was */
    uint64_t heard_count;
    struct notice heard; /* the latest that woke somebody */
    /* A wait that the only notice woke, and that would not have been woken had it begun later. */
    struct actor *waiter; /* counted; NULL: there is none */
    const struct trace_site *wait_site;
    uint64_t wait_number; /* of that event */
};

struct wakeups {
    struct cleared_events *cleared;
    struct waits waits;
    struct map notices; /* number of an object -> struct notices */
    struct map by_hand; /* where futures are kept that the program itself completes: owner and key, mixed */
};

static void *open_state(void)
{
    struct wakeups *wakeups = calloc(1, sizeof *wakeups);
    if (wakeups == NULL)
        return NULL;
    wakeups->cleared = cleared_events_open();
    if (wakeups->cleared == NULL) {
        free(wakeups);
        return NULL;
    }
    waits_init(&wakeups->waits);
    map_init(&wakeups->notices);
    map_init(&wakeups->by_hand);
    return wakeups;
}

static void notice_forget(struct notice *notice, struct clock_pool *clocks)
{
    actor_release(notice->actor);
    clock_release(clocks, notice->clock);
    *notice = (struct notice){.actor = NULL};
}

static void notices_free(struct notices *notices, struct clock_pool *clocks)
{
    for (uint32_t i = 0; i < notices_max; i++)
        notice_forget(&notices->unheard[i], clocks);
    notice_forget(&notices->heard, clocks);
    actor_release(notices->waiter);
    object_release(notices->object);
    free(notices);
}

static void close_state(void *state, struct reporter *reporter)
{
    struct wakeups *wakeups = state;
    struct clock_pool *clocks = &reporter->replay->order.clocks;
    cleared_events_close(wakeups->cleared, reporter);
    waits_fini(&wakeups->waits);
    size_t cursor = 0;
    uint64_t number;
    uint64_t value;
    while (map_next(&wakeups->notices, &cursor, &number, &value))
        notices_free((struct notices *)(uintptr_t)value, clocks);
    map_fini(&wakeups->notices);
    map_fini(&wakeups->by_hand);
    free(wakeups);
}

/* ---- Findings ---- */

static struct finding finding_of(enum finding_form form, struct object *object, uint64_t number,
                                 struct reporter *reporter)
{
    struct finding finding = {
        .kind = FINDING_LOST_WAKEUP,
        .form = form,
        .status = FINDING_OBSERVED,
        .confidence = FINDING_MEDIUM,
        .count = 1,
        .order = number,
    };
    naming_thing(reporter->replay, &reporter->arena, object, &finding.cell);
    return finding;
}

/* The wait was not woken: it ended otherwise, or never. */
static enum status report_loss(const struct wait *wait, enum finding_confidence confidence,
                               struct reporter *reporter)
{
    const struct loss *loss = &wait->loss;
    struct finding finding = finding_of(loss->form, wait->object, loss->number, reporter);
    finding.confidence = confidence;
    finding.first =
        describe_site(reporter->replay, &reporter->arena, wait->site, wait->number, wait->actor, NULL);
    struct finding_place place =
        describe_site(reporter->replay, &reporter->arena, loss->site, loss->number, loss->actor, NULL);
    finding.last = loss->form == FINDING_FORM_REPLACED ? place : finding.first;
    if (loss->form == FINDING_FORM_UNHEARD)
        finding.other = place;
    return reporter_add(reporter, &finding);
}

static enum status report_prediction(const struct notices *notices, struct reporter *reporter)
{
    const struct notice *heard = &notices->heard;
    struct finding finding = finding_of(FINDING_FORM_UNHEARD, notices->object, heard->number, reporter);
    finding.status = FINDING_PREDICTED;
    finding.first = describe_site(reporter->replay, &reporter->arena, notices->wait_site,
                                  notices->wait_number, notices->waiter, NULL);
    finding.last = finding.first;
    finding.other =
        describe_site(reporter->replay, &reporter->arena, heard->site, heard->number, heard->actor, NULL);
    return reporter_add(reporter, &finding);
}

/* ---- Notices ---- */

static struct notices *notices_of(struct wakeups *wakeups, struct object *object)
{
    struct notices *notices = map_get_pointer(&wakeups->notices, object->number);
    if (notices != NULL)
        return notices;
    notices = calloc(1, sizeof *notices);
    if (notices == NULL || map_put_pointer(&wakeups->notices, object->number, notices) != STATUS_OK) {
        free(notices);
        return NULL;
    }
    notices->object = object_retain(object);
    return notices;
}

static uint64_t last_notice_of(const struct notices *notices, const struct actor *actor)
{
    uint64_t number = notices->heard.actor == actor ? notices->heard.number : 0;
    for (uint32_t i = 0; i < notices_max; i++)
        if (notices->unheard[i].actor == actor && notices->unheard[i].number > number)
            number = notices->unheard[i].number;
    return number;
}

static void notify(struct notices *notices, struct actor *actor, const struct trace_site *site,
                   uint64_t number, bool is_heard, struct clock_pool *clocks)
{
    struct notice notice = {
        .actor = actor_retain(actor),
        .site = site,
        .number = number,
        .since = last_notice_of(notices, actor),
        .slot = actor->slot,
        .epoch = actor->epoch,
        .clock = clock_retain(actor->clock),
    };
    struct notice *place = &notices->heard;
    if (is_heard) {
        notices->heard_count++;
        for (uint32_t i = 0; i < notices_max; i++)
            notice_forget(&notices->unheard[i], clocks);
    } else {
        place = &notices->unheard[notices->unheard_count++ % notices_max];
    }
    notice_forget(place, clocks);
    *place = notice;
}

/* Whether the actor, before it began to wait, looked at what the other one had done before the notice. Where order tells it of the
 * notice anyway, everything that the other one did counts. */
static bool has_looked(const struct wait *wait, const struct notice *notice)
{
    bool is_known = order_before(notice->slot, notice->epoch, wait->clock);
    return looks_told(&wait->looks, notice->actor, notice->since, is_known ? NULL : wait->clock);
}

/* `condition.wait_for(…)` looks by itself. */
static bool is_predicate(const struct replay *replay, const struct trace_site *site)
{
    struct text source = site != NULL ? trace_string(replay->trace, site->source) : TEXT_NONE;
    return source_has(source, ".wait_for(") && !source_has(source, ".wait(");
}

/* ---- Waits ---- */

/* The wait for a future that was replaced is over: it was cancelled, or completed by what is not watched. The latter only where
 * the program never completes any that is kept there. */
static enum status leave_future(const struct wakeups *wakeups, const struct wait *wait,
                                struct reporter *reporter)
{
    if (wait->loss.form != FINDING_FORM_REPLACED || wait->is_told)
        return STATUS_OK;
    bool by_hand = map_get(&wakeups->by_hand, wait->loss.place, NULL);
    return report_loss(wait, by_hand ? FINDING_MEDIUM : FINDING_LOW, reporter);
}

/* Lets go of futures that nobody waits for any more, once there are many. */
static enum status thin_out(struct wakeups *wakeups, struct reporter *reporter)
{
    if (wakeups->waits.table.count < wakeups->waits.count_max)
        return STATUS_OK;
    enum status status = STATUS_OK;
    size_t cursor = 0;
    for (struct wait *wait; (wait = waits_take_over(&wakeups->waits, &cursor)) != NULL;) {
        if (status == STATUS_OK)
            status = leave_future(wakeups, wait, reporter);
        waits_free(&wakeups->waits, wait);
    }
    return status;
}

static enum status begin(struct wakeups *wakeups, const struct moment *moment, struct reporter *reporter)
{
    struct wait *before = waits_end(&wakeups->waits, moment);
    enum status status = before != NULL ? leave_future(wakeups, before, reporter) : STATUS_OK;
    if (before != NULL)
        waits_free(&wakeups->waits, before);
    if (status == STATUS_OK)
        status = thin_out(wakeups, reporter);
    if (status != STATUS_OK)
        return status;
    struct wait *wait = waits_begin(&wakeups->waits, moment);
    if (wait == NULL)
        return STATUS_NOMEM;
    const struct notices *notices = map_get_pointer(&wakeups->notices, moment->object->number);
    if (notices == NULL || wait->actor != moment->actor || is_predicate(reporter->replay, moment->site))
        return STATUS_OK;
    for (uint32_t i = 0; i < notices_max; i++) {
        const struct notice *notice = &notices->unheard[i];
        if (notice->actor != NULL && notice->actor != wait->actor && !has_looked(wait, notice))
            waits_lose(wait, FINDING_FORM_UNHEARD, notice->actor, notice->site, notice->number);
    }
    return STATUS_OK;
}

/* Whether the notice could have come before the wait began, and nobody would have heard it. */
static bool could_be_unheard(const struct wait *wait, const struct notice *notice)
{
    return notice->actor != NULL && notice->actor != wait->actor && notice->number > wait->number &&
           !order_before(wait->slot, wait->epoch, notice->clock) && !has_looked(wait, notice);
}

/* A notice that is repeated wakes sooner or later whoever missed one. */
static void predict(struct notices *notices, const struct wait *wait, const struct moment *moment,
                    const struct replay *replay)
{
    if (notices->heard_count != 1 || notices->waiter != NULL || wait->actor != moment->actor ||
        is_predicate(replay, wait->site) || !could_be_unheard(wait, &notices->heard))
        return;
    notices->waiter = actor_retain(wait->actor);
    notices->wait_site = wait->site;
    notices->wait_number = wait->number;
}

static bool is_lost(const struct wakeups *wakeups, const struct wait *wait)
{
    const struct notices *notices = map_get_pointer(&wakeups->notices, wait->object->number);
    bool was_told = wait->is_told || (notices != NULL && notices->heard.number > wait->number);
    return wait->loss.form != FINDING_FORM_ONLY && !was_told;
}

static enum status end(struct wakeups *wakeups, const struct moment *moment, struct reporter *reporter)
{
    struct wait *wait = waits_end(&wakeups->waits, moment);
    if (wait == NULL)
        return STATUS_OK;
    enum status status = STATUS_OK;
    struct notices *notices = map_get_pointer(&wakeups->notices, moment->object->number);
    if (moment->event->field[1] == WOKEN_NOTIFIED && notices != NULL && !wait->is_older)
        predict(notices, wait, moment, reporter->replay);
    else if (moment->event->field[1] == WOKEN_OTHERWISE && is_lost(wakeups, wait))
        status = report_loss(wait, FINDING_MEDIUM, reporter);
    waits_free(&wakeups->waits, wait);
    return status;
}

static enum status moment(void *state, const struct moment *moment, struct reporter *reporter)
{
    struct wakeups *wakeups = state;
    uint8_t kind = moment->event->kind;
    if ((kind != EVENT_WAIT && kind != EVENT_WOKEN && kind != EVENT_NOTIFY) || moment->object == NULL ||
        moment->actor->is_blind)
        return STATUS_OK;
    wakeups->waits.cells = &reporter->replay->cells;
    if (kind == EVENT_NOTIFY) {
        struct notices *notices = notices_of(wakeups, moment->object);
        if (notices == NULL)
            return STATUS_NOMEM;
        notify(notices, moment->actor, moment->site, moment->number, moment->event->field[2] > 0,
               &reporter->replay->order.clocks);
        return STATUS_OK;
    }
    enum status status =
        kind == EVENT_WAIT ? begin(wakeups, moment, reporter) : end(wakeups, moment, reporter);
    return status == STATUS_OK ? cleared_events_moment(wakeups->cleared, moment, reporter) : status;
}

/* ---- Acts ---- */

/* An event that is set and cleared in one step tells those who wait, and nobody else. */
static enum status pulse(struct wakeups *wakeups, const struct act *act, struct reporter *reporter)
{
    struct object *event = act->cell->object;
    const struct write *set = NULL;
    for (uint32_t i = 0; i < act->cell->write_count; i++)
        if (act->cell->writes[i].at->actor == act->actor && act->cell->writes[i].at->step == act->actor->step)
            set = &act->cell->writes[i];
    if (set == NULL || !cell_value_present(set->value) || cell_value_present(act->value) ||
        act->actor->loop == 0)
        return STATUS_OK;
    struct notices *notices = notices_of(wakeups, event);
    if (notices == NULL)
        return STATUS_NOMEM;
    notify(notices, act->actor, set->site, set->number, waits_count(&wakeups->waits, event->number) > 0,
           &reporter->replay->order.clocks);
    return STATUS_OK;
}

/* Whoever waits for what is overwritten waits for something that nobody finds any more. */
static void replace(struct wakeups *wakeups, const struct act *act)
{
    uint64_t before = act->cell->value;
    if (cells_value_kind(before) != VALUE_OBJECT || cells_value_kind(act->value) != VALUE_OBJECT ||
        before == act->value)
        return;
    uint64_t object = cells_value_rest(before);
    if (waits_count(&wakeups->waits, object) == 0)
        return;
    size_t cursor = 0;
    for (struct wait *wait; (wait = waits_next(&wakeups->waits, object, &cursor)) != NULL;) {
        if (wait->actor == act->actor || wait->is_told || waits_is_over(wait))
            continue;
        waits_lose(wait, FINDING_FORM_REPLACED, act->actor, act->site, act->number);
        wait->loss.place = map_mix(act->cell->object->number, act->cell->key);
    }
}

/* The program itself completes a future: whoever waits for it goes on. */
static enum status complete(struct wakeups *wakeups, const struct act *act)
{
    const struct object *future = act->cell->object;
    size_t cursor = 0;
    if (waits_count(&wakeups->waits, future->number) > 0)
        for (struct wait *wait; (wait = waits_next(&wakeups->waits, future->number, &cursor)) != NULL;)
            wait->is_told = true;
    if (future->owner == NULL)
        return STATUS_OK;
    return map_put(&wakeups->by_hand, map_mix(future->owner->number, future->owner_key), 1);
}

static enum status act_on(void *state, const struct act *act, struct reporter *reporter)
{
    struct wakeups *wakeups = state;
    if (!act->is_write)
        return STATUS_OK;
    if (act->cell->object->kind == OBJECT_FUTURE)
        return complete(wakeups, act);
    if (act->cell->object->kind != OBJECT_EVENT) {
        replace(wakeups, act);
        return STATUS_OK;
    }
    cleared_events_act(wakeups->cleared, act, reporter);
    return pulse(wakeups, act, reporter);
}

static enum status read_of(void *state, const struct read *read, struct reporter *reporter)
{
    struct wakeups *wakeups = state;
    cleared_events_read(wakeups->cleared, read, reporter);
    return STATUS_OK;
}

/* ---- The end ---- */

static enum status finish(void *state, struct reporter *reporter)
{
    struct wakeups *wakeups = state;
    enum status status = STATUS_OK;
    size_t cursor = 0;
    for (struct wait *wait; status == STATUS_OK && (wait = waits_next(&wakeups->waits, 0, &cursor)) != NULL;)
        if (waits_is_over(wait))
            status = leave_future(wakeups, wait, reporter);
        else if (is_lost(wakeups, wait))
            status = report_loss(wait, FINDING_HIGH, reporter);
    cursor = 0;
    uint64_t number;
    uint64_t value;
    while (status == STATUS_OK && map_next(&wakeups->notices, &cursor, &number, &value)) {
        const struct notices *notices = (const struct notices *)(uintptr_t)value;
        if (notices->waiter != NULL && notices->heard_count == 1)
            status = report_prediction(notices, reporter);
    }
    return status;
}

const struct detector lost_wakeup = {
    .kind = FINDING_LOST_WAKEUP,
    .open = open_state,
    .close = close_state,
    .act = act_on,
    .read = read_of,
    .moment = moment,
    .finish = finish,
};
