/* Acts in, findings out.
 *
 * In: every act of the replay, with the cell's recent writes. Out: occurrences in the finding list. For each window that a detector
 * proposes: a rival's write that fell into it makes it observed; one that could have, earlier or later in this run,
 * predicted. What must hold: a window is reported once, with one rival. */
#include "detect/analysis.h"

#include <stdlib.h>
#include <string.h>

#include "detect/data_race.h"
#include "detect/describe.h"
#include "detect/detector.h"
#include "detect/kept_windows.h"

enum {
    detectors_max = 16,
    /* Events between two calls of `progress`. */
    progress_events = 1 << 16,
};

/* What a running step wrote to a cell that has windows. */
struct unjudged {
    struct cell *cell;         /* counted, and asked */
    const struct actor *actor; /* not counted: its step is not over */
    uint64_t step;
};

/* The rows of the detectors that listen to something. */
struct listeners {
    uint32_t count;
    uint8_t row[detectors_max];
};

struct analysis {
    struct trace *trace;
    bool is_finished; /* the detectors told what they could only tell at the end */
    struct replay *replay;
    struct listeners proposing, acts, reads, moments, touches;
    struct kept_windows kept;
    VECTOR(struct unjudged) unjudged;
    struct reporter reporter;
    void *states[detectors_max]; /* by the detector's row; NULL where it has none */
};

static enum status report(struct analysis *analysis, const struct window *window, const struct write *rival,
                          enum finding_status status)
{
    struct finding finding;
    describe(analysis->replay, &analysis->reporter.arena, window, rival, status, &finding);
    window->read->is_told = true;
    if (window->act_cell != window->read->cell)
        window->read->acted_on_other = true;
    return reporter_add(&analysis->reporter, &finding);
}

/* The rival that is named: one at the act's own site if there is one (the program against itself), otherwise the latest. */
static const struct write *choose(const struct window *window, const struct write *one,
                                  const struct write *other)
{
    if (one == NULL || (one->site != window->act_site && other->site == window->act_site))
        return other;
    if (one->site == window->act_site && other->site != window->act_site)
        return one;
    return other->number > one->number ? other : one;
}

/* The value that others left to the act: its own flow may have written over it since. */
static uint64_t found_value(const struct window *window)
{
    const struct cell *cell = window->read->cell;
    uint32_t i = cell->write_count;
    while (i > 0 && window_is_own(window, &cell->writes[i - 1]))
        i--;
    bool wrote_itself = i < cell->write_count && i > 0 && window_observed(window, &cell->writes[i - 1]);
    return wrote_itself ? cell->writes[i - 1].value : cell->value;
}

/* Whether a write that may come at another time fell into the window later than this one, and so decided what the act found. */
static bool is_masked(const struct window *window, const struct write *write)
{
    const struct cell *cell = window->read->cell;
    for (uint32_t i = cell->write_count; i-- > 0 && cell->writes[i].number > write->number;)
        if (window_observed(window, &cell->writes[i]) && !window_inevitable(window, &cell->writes[i]))
            return true;
    return false;
}

/* Whether the write fell into the window (`observed`) or could, and would do harm there. May lower the confidence. */
static bool is_rival(struct window *window, const struct write *write, bool observed)
{
    if (observed)
        return window_observed(window, write) &&
               window->detector->harms(window, write, true, found_value(window));
    /* Where order puts it into the window in every run, what was observed holds. */
    return window_possible(window, write) && !window_would_notice(window, write) &&
           (!window_inevitable(window, write) || is_masked(window, write)) &&
           window->detector->harms(window, write, false, VALUE_UNKNOWN);
}

/* A rival that might not have been one, had it come when it would do harm, makes the finding less sure. */
static void lower_doubtful(struct window *window, const struct write *write)
{
    if (window->confidence > FINDING_MEDIUM && write_is_doubtful(write, window->read))
        window->confidence = FINDING_MEDIUM;
}

/* The rival among the cell's latest writes that makes the surest finding, or NULL; lowers the window's confidence to
 * what it deserves with this one. */
static const struct write *find_rival(struct window *window, bool observed)
{
    const struct write *rival = NULL;
    enum finding_confidence confidence = FINDING_LOW;
    const struct cell *cell = window->read->cell;
    for (uint32_t i = 0; i < cell->write_count; i++) {
        const struct write *write = &cell->writes[i];
        struct window tried = *window;
        if (!is_rival(&tried, write, observed))
            continue;
        if (!observed)
            lower_doubtful(&tried, write);
        if (rival != NULL && tried.confidence < confidence)
            continue;
        rival = rival != NULL && tried.confidence == confidence ? choose(window, rival, write) : write;
        confidence = tried.confidence;
    }
    if (rival != NULL)
        window->confidence = confidence;
    return rival;
}

/* A window that did not truly suspend is one step less sure. */
static void lower_unsuspended(struct window *window)
{
    if (window->opening == WINDOW_COULD_SUSPEND && window->confidence > FINDING_MEDIUM)
        window->confidence = FINDING_MEDIUM;
}

static enum status judge(struct analysis *analysis, struct window *window)
{
    const struct write *rival = find_rival(window, true);
    if (rival != NULL)
        return report(analysis, window, rival, FINDING_OBSERVED);
    lower_unsuspended(window);
    enum finding_confidence at_most = window->confidence;
    rival = find_rival(window, false);
    if (rival != NULL) {
        enum status status = report(analysis, window, rival, FINDING_PREDICTED);
        if (status != STATUS_OK || window->confidence == at_most)
            return status;
        window->confidence = at_most;
    }
    return kept_windows_add(&analysis->kept, window);
}

/* Whether a check that decided about the write saw what the window's act wrote: without it, it might have decided
 * otherwise. */
static bool is_made_possible_by(const struct write *write, const struct window *window)
{
    return write->saw_write == window->act_number && window->act_cell == window->read->cell;
}

/* The write against windows that ended before it. */
static enum status judge_kept(struct analysis *analysis, const struct cell *cell, const struct write *write)
{
    struct cell_windows *windows = cell->windows;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && windows != NULL && i < windows->count;) {
        struct window tried = windows->windows[i];
        if (tried.act_number > write->number || !is_rival(&tried, write, false)) {
            i++;
            continue;
        }
        lower_doubtful(&tried, write);
        if (is_made_possible_by(write, &tried) && tried.confidence > FINDING_MEDIUM)
            tried.confidence = FINDING_MEDIUM;
        status = report(analysis, &tried, write, FINDING_PREDICTED);
        kept_windows_remove(windows, i);
    }
    return status;
}

/* A write of a step counts when the step is over: what it leaves there is what others find. */
static enum status on_written(void *context, struct cell *cell)
{
    struct analysis *analysis = context;
    const struct write *write = &cell->writes[cell->write_count - 1];
    if (cell->windows == NULL || cell->windows->count == 0)
        return STATUS_OK;
    if (write->at->actor->loop == 0)
        return judge_kept(analysis, cell, write);
    struct unjudged unjudged = {.cell = cell, .actor = write->at->actor, .step = write->at->step};
    for (size_t i = 0; i < analysis->unjudged.count; i++)
        if (analysis->unjudged.items[i].cell == cell && analysis->unjudged.items[i].step == write->at->step)
            return STATUS_OK;
    if (VECTOR_PUSH(&analysis->unjudged, unjudged) != STATUS_OK)
        return STATUS_NOMEM;
    cell_retain_asking(cell);
    return STATUS_OK;
}

static void forget_unjudged(struct analysis *analysis)
{
    for (size_t i = 0; i < analysis->unjudged.count; i++)
        cell_release_asking(&analysis->replay->cells, analysis->unjudged.items[i].cell);
    VECTOR_FINI(&analysis->unjudged);
}

static enum status on_step_over(void *context, const struct actor *actor)
{
    struct analysis *analysis = context;
    enum status status = STATUS_OK;
    size_t kept = 0;
    for (size_t i = 0; i < analysis->unjudged.count; i++) {
        struct unjudged unjudged = analysis->unjudged.items[i];
        if (unjudged.actor != actor) {
            analysis->unjudged.items[kept++] = unjudged;
            continue;
        }
        for (uint32_t j = 0; status == STATUS_OK && j < unjudged.cell->write_count; j++)
            if (unjudged.cell->writes[j].at->actor == actor &&
                unjudged.cell->writes[j].at->step == unjudged.step)
                status = judge_kept(analysis, unjudged.cell, &unjudged.cell->writes[j]);
        cell_release_asking(&analysis->replay->cells, unjudged.cell);
    }
    analysis->unjudged.count = kept;
    return status == STATUS_OK && kept == 0 ? kept_windows_thin_out(&analysis->kept) : status;
}

/* The act that the checking actor would have done at the window's own place, had its check come before the other's act. */
static struct write act_in_place(const struct window *window, const struct read *check)
{
    return (struct write){
        .at = check->at,
        .number = check->number,
        .site = window->act_site,
        .slot = check->at->slot,
        .epoch = check->at->epoch,
    };
}

/* Whether a check that led to this one would have told that the window's actor is at it: a home-made lock that is held
 * over the window. */
static bool is_turned_away(const struct window *window, const struct origin_set *control)
{
    for (uint32_t i = 0; i < control->count; i++)
        if (control->reads[i]->cell->flag != NULL &&
            window_is_guarded_by(window, control->reads[i]->cell->flag))
            return true;
    return false;
}

/* A check at the window's own site, with others on the way to it, by an actor that did not act: it came too late, or too
 * early, in this run. Had it come into the window, it would have decided as the window's actor did. */
static enum status on_check(void *context, const struct read *check, const struct origin_set *control)
{
    struct analysis *analysis = context;
    struct cell_windows *windows = check->cell->windows;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && i < windows->count;) {
        if (check->site != windows->windows[i].read_site) {
            i++;
            continue;
        }
        struct window tried = windows->windows[i];
        struct write act = act_in_place(&tried, check);
        if (tried.detector->doubles == NULL || !window_possible(&tried, &act) ||
            is_turned_away(&tried, control) || !tried.detector->doubles(&tried, check)) {
            i++;
            continue;
        }
        status = report(analysis, &tried, &act, FINDING_PREDICTED);
        kept_windows_remove(windows, i);
    }
    return status;
}

static enum status judge_act(struct analysis *analysis, const struct act *act)
{
    struct proposals proposals;
    proposals.count = proposals.made_count = 0;
    for (uint32_t i = 0; i < analysis->proposing.count; i++)
        detectors[analysis->proposing.row[i]]->propose(act, &proposals);
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < proposals.count && status == STATUS_OK; i++)
        status = judge(analysis, &proposals.windows[i]);
    for (uint32_t i = 0; i < proposals.made_count; i++) {
        if (proposals.made[i] == NULL)
            status = STATUS_NOMEM;
        read_release(&analysis->replay->cells, proposals.made[i]);
    }
    return status;
}

static enum status on_act(void *context, const struct act *act)
{
    struct analysis *analysis = context;
    enum status status = judge_act(analysis, act);
    for (uint32_t i = 0; status == STATUS_OK && i < analysis->acts.count; i++) {
        uint8_t row = analysis->acts.row[i];
        status = detectors[row]->act(analysis->states[row], act, &analysis->reporter);
    }
    return status;
}

static enum status on_read(void *context, const struct read *read)
{
    struct analysis *analysis = context;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && i < analysis->reads.count; i++) {
        uint8_t row = analysis->reads.row[i];
        status = detectors[row]->read(analysis->states[row], read, &analysis->reporter);
    }
    return status;
}

static enum status on_moment(void *context, const struct moment *moment)
{
    struct analysis *analysis = context;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && i < analysis->moments.count; i++) {
        uint8_t row = analysis->moments.row[i];
        status = detectors[row]->moment(analysis->states[row], moment, &analysis->reporter);
    }
    return status;
}

static enum status on_touch(void *context, const struct touch *touch)
{
    struct analysis *analysis = context;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && i < analysis->touches.count; i++) {
        uint8_t row = analysis->touches.row[i];
        status = detectors[row]->touch(analysis->states[row], touch, &analysis->reporter);
    }
    return status;
}

static void add_listener(struct listeners *listeners, size_t row, bool listens)
{
    if (listens)
        listeners->row[listeners->count++] = (uint8_t)row;
}

static enum status open_detectors(struct analysis *analysis)
{
    for (size_t i = 0; i < detector_count; i++) {
        add_listener(&analysis->proposing, i, detectors[i]->propose != NULL);
        add_listener(&analysis->acts, i, detectors[i]->act != NULL);
        add_listener(&analysis->reads, i, detectors[i]->read != NULL);
        add_listener(&analysis->moments, i, detectors[i]->moment != NULL);
        add_listener(&analysis->touches, i, detectors[i]->touch != NULL);
        if (detectors[i]->open == NULL)
            continue;
        analysis->states[i] = detectors[i]->open();
        if (analysis->states[i] == NULL)
            return STATUS_NOMEM;
    }
    return STATUS_OK;
}

static void close_detectors(struct analysis *analysis)
{
    for (size_t i = 0; i < detector_count; i++)
        if (analysis->states[i] != NULL)
            detectors[i]->close(analysis->states[i], &analysis->reporter);
}

static enum status finish(struct analysis *analysis)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < detector_count; i++)
        if (detectors[i]->finish != NULL)
            status = detectors[i]->finish(analysis->states[i], &analysis->reporter);
    return status;
}

static enum status call_back(const struct analysis_options *options, struct trace *trace, struct diag *diag)
{
    if (options->wait != NULL)
        options->wait(options->context, trace, false);
    if (options->progress != NULL && !options->progress(options->context, trace_info(trace)))
        return diag_set(diag, STATUS_STOPPED, "stopped before the end of the trace");
    return STATUS_OK;
}

enum status analysis_open(struct analysis **out, struct trace *trace, const struct analysis_options *options,
                          struct finding_list *list, struct diag *diag)
{
    struct analysis *analysis = calloc(1, sizeof *analysis);
    *out = NULL;
    if (analysis == NULL)
        return diag_set_nomem(diag);
    analysis->trace = trace;
    struct replay_observer observer = {.context = analysis,
                                       .act = on_act,
                                       .written = on_written,
                                       .step_over = on_step_over,
                                       .check = on_check,
                                       .read = on_read,
                                       .moment = on_moment,
                                       .touch = on_touch,
                                       .forget_touches = data_race_forget,
                                       .forget = kept_windows_forget};
    enum status status = replay_open(&analysis->replay, trace, &observer, diag);
    if (status != STATUS_OK) {
        free(analysis);
        return status;
    }
    kept_windows_init(&analysis->kept, analysis->replay, options->is_eager_to_forget);
    analysis->replay->budget.bytes_max = options->memory_bytes_max;
    reporter_init(&analysis->reporter, analysis->replay, list);
    analysis->reporter.blocking_microseconds =
        options->blocking_microseconds != 0 ? options->blocking_microseconds : blocking_microseconds_default;
    if (open_detectors(analysis) != STATUS_OK) {
        analysis_close(analysis);
        return diag_set_nomem(diag);
    }
    *out = analysis;
    return STATUS_OK;
}

/* Both of trace_next and replay_event. */
static enum status step(struct analysis *analysis, const struct event **event, struct diag *diag)
{
    enum status status = trace_next(analysis->trace, event, diag);
    return status == STATUS_OK ? replay_event(analysis->replay, *event, diag) : status;
}

/* There is no further event. */
static enum status end(struct analysis *analysis, struct diag *diag)
{
    if (analysis->is_finished)
        return STATUS_END;
    analysis->is_finished = true;
    enum status status = finish(analysis);
    return status == STATUS_OK ? STATUS_END : diag_set_nomem(diag);
}

enum status analysis_step(struct analysis *analysis, const struct event **event, struct diag *diag)
{
    enum status status = step(analysis, event, diag);
    if (status == STATUS_NOMEM)
        return diag_set_nomem(diag);
    return status == STATUS_END ? end(analysis, diag) : status;
}

static enum status run(struct analysis *analysis, const struct analysis_options *options, struct diag *diag)
{
    uint64_t until_progress = progress_events;
    for (;;) {
        const struct event *event;
        enum status status = step(analysis, &event, diag);
        if (status == STATUS_WAIT) {
            options->wait(options->context, analysis->trace, true);
            continue;
        }
        if (status != STATUS_OK)
            return status == STATUS_END ? end(analysis, diag) : status;
        if (--until_progress == 0) {
            status = call_back(options, analysis->trace, diag);
            if (status != STATUS_OK)
                return status;
            until_progress = progress_events;
        }
    }
}

struct analysis_totals analysis_totals(const struct analysis *analysis)
{
    struct analysis_totals totals = {
        .actors = analysis->replay->actor_count,
        .forgotten = analysis->replay->budget.forgotten,
    };
    totals.forgotten.actors = analysis->replay->order.slots.retired_count;
    return totals;
}

void analysis_close(struct analysis *analysis)
{
    if (analysis == NULL)
        return;
    close_detectors(analysis);
    reporter_fini(&analysis->reporter);
    forget_unjudged(analysis);
    replay_close(analysis->replay);
    free(analysis);
}

enum status analysis_run(struct trace *trace, const struct analysis_options *options,
                         struct finding_list *list, struct analysis_totals *totals, struct diag *diag)
{
    struct analysis *analysis;
    enum status status = analysis_open(&analysis, trace, options, list, diag);
    if (status != STATUS_OK)
        return status;
    status = run(analysis, options, diag);
    *totals = analysis_totals(analysis);
    analysis_close(analysis);
    if (status == STATUS_NOMEM)
        return diag_set_nomem(diag);
    return status == STATUS_END ? STATUS_OK : status;
}
