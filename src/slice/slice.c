/* In: a trace and one of its findings. Out: a small trace in which it stands.
 * Must hold: what is handed out was analyzed and found to do; the same trace gives the same bytes, because effort is counted in events
 * that were analyzed and not in time. */
#include "slice/slice.h"

#include <stdlib.h>
#include <string.h>

#include "finding/identity.h"
#include "slice/minimize.h"
#include "slice/oracle.h"
#include "slice/trial.h"

enum { tests_max = 50000 };

/* How many events may be analyzed in all to make the slice smaller. */
static const uint64_t effort_events = 300000000;

struct slicing {
    const struct slice_request *request;
    struct slice_result *result;
    struct diag *diag;
    struct map known;
    struct concern concern;
    struct oracle oracle;
    struct trial trial;
    struct choice held; /* of which the trial has the pieces */
    unsigned needed;    /* facts that must stay the same */
    uint64_t effort;    /* events analyzed so far */
    bool is_used_up;
};

/* ---- asking ---- */

/* Makes the candidate and asks the oracle. `kept` then has what is really there. */
static enum status ask(struct slicing *slicing, unsigned char *kept, struct answer *answer)
{
    char *bytes = NULL;
    size_t length = 0;
    *answer = (struct answer){.stands = false};
    enum status status = trial_write(&slicing->trial, kept, &bytes, &length, slicing->diag);
    if (status == STATUS_OK)
        status = oracle_ask(&slicing->oracle, bytes, length, answer, slicing->diag);
    free(bytes);
    slicing->result->tests++;
    size_t events = slicing->trial.candidate.events.count;
    slicing->effort += events;
    if (slicing->request->progress != NULL)
        slicing->request->progress(slicing->request->context, events, slicing->result->tests);
    return status;
}

static enum status test(void *context, unsigned char *kept, bool *will_do)
{
    struct slicing *slicing = context;
    struct answer answer;
    *will_do = false;
    if (slicing->effort > effort_events || slicing->result->tests > tests_max) {
        slicing->is_used_up = true;
        return STATUS_STOPPED;
    }
    enum status status = ask(slicing, kept, &answer);
    *will_do = answer.stands && !answer.is_new && (answer.same & slicing->needed) == slicing->needed;
    return status;
}

/* ---- choosing ---- */

/* What is near is held at once, so that all choices of it need one reading of the trace: so many events before and behind what the finding
 * stands on, or fewer where that is much. */
enum { near_events = 1 << 14, nearest_events = 1 << 10, near_events_in_all = 1 << 18 };

/* What is tried when it does not stand in what is near; each needs a reading. */
static const enum breadth far[] = {BREADTH_LIVES, BREADTH_TOUCH, BREADTH_ORDER, BREADTH_ALL};

static enum status learn(struct slicing *slicing, bool is_wide)
{
    struct trace *trace;
    enum status status = trace_open(&trace, slicing->request->path, slicing->diag);
    if (status != STATUS_OK)
        return status;
    trace_read_ahead(trace);
    status = concern_learn(&slicing->concern, trace, is_wide, &slicing->request->passing, slicing->diag);
    trace_close(trace);
    return status;
}

static enum status choose_pieces(struct slicing *slicing, const struct choice *choice)
{
    enum status status = trial_choose(&slicing->trial, slicing->request->path, &slicing->concern, choice,
                                      &slicing->request->passing, slicing->diag);
    if (status == STATUS_OK)
        slicing->result->whole_events = trace_info(slicing->trial.trace)->events;
    slicing->held = *choice;
    return status;
}

static int count_bits(unsigned bits)
{
    int count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

enum { worth_nothing = 0, worth_all = 1 + 9 /* facts */ };

/* How good a choice is; worth_nothing: the finding does not stand in it. */
static int worth(const struct answer *answer)
{
    if (!answer->stands || answer->is_new)
        return worth_nothing;
    return 1 + count_bits(answer->same);
}

/* The best of the choices so far. */
struct best {
    struct choice choice;
    int worth;
    unsigned same;
};

static enum status ask_kept(struct slicing *slicing, const struct choice *choice, struct best *best)
{
    struct answer answer;
    enum status status = ask(slicing, slicing->trial.kept, &answer);
    if (status == STATUS_OK && worth(&answer) > best->worth)
        *best = (struct best){*choice, worth(&answer), answer.same};
    return status;
}

static uint64_t near_reach(const struct slicing *slicing)
{
    uint64_t most = near_events_in_all / (2 * (slicing->concern.anchors.count + 1));
    return most < near_events ? most : near_events;
}

/* Narrow ones first: in these little is found that the whole trace does not show. */
static enum status try_near(struct slicing *slicing, struct best *best)
{
    uint64_t reach = near_reach(slicing), nearest = reach < nearest_events ? reach : nearest_events;
    const struct choice choices[] = {
        {BREADTH_PLACES, reach}, {BREADTH_LIVES, nearest}, {BREADTH_LIVES, reach},
        {BREADTH_ALL, nearest},  {BREADTH_ALL, reach},
    };
    const size_t count = sizeof choices / sizeof *choices;
    enum status status = choose_pieces(slicing, &choices[count - 1]);
    for (size_t i = 0; i < count && status == STATUS_OK && best->worth < worth_all; i++) {
        status = trial_narrow(&slicing->trial, &slicing->concern, &choices[i], slicing->diag);
        if (status == STATUS_OK)
            status = ask_kept(slicing, &choices[i], best);
    }
    return status;
}

/* *is_too_large: there is more than can be held. */
static enum status try_far(struct slicing *slicing, struct best *best, bool *is_too_large)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof far / sizeof *far && status == STATUS_OK && best->worth < worth_all; i++) {
        const struct choice choice = {far[i], REACH_WHOLE};
        status = far[i] == BREADTH_TOUCH ? learn(slicing, true) : STATUS_OK;
        if (status == STATUS_OK)
            status = choose_pieces(slicing, &choice);
        *is_too_large = status == STATUS_LIMIT && slicing->diag->status == STATUS_OK;
        if (*is_too_large)
            return STATUS_OK; /* wider ones are larger still */
        if (status == STATUS_OK)
            status = ask_kept(slicing, &choice, best);
    }
    return status;
}

static enum status refuse(struct slicing *slicing, bool is_too_large)
{
    const char *id = slicing->request->wanted->id;
    if (is_too_large)
        return diag_set(
            slicing->diag, STATUS_USAGE,
            "%s cannot be sliced: it does not stand in what happened near it, nor in what its own actors "
            "did, and the whole trace has more events than can be held; record a shorter run, or less of it "
            "(`record --max-size`)",
            id);
    return diag_set(slicing->diag, STATUS_USAGE,
                    "%s cannot be sliced: written anew, the trace does not show it", id);
}

/* Keeps what the best choice says, and forgets the rest. */
static enum status take_best(struct slicing *slicing, const struct best *best)
{
    const struct choice near = {BREADTH_ALL, near_reach(slicing)};
    const struct choice *from = best->choice.reach == REACH_WHOLE ? &best->choice : &near;
    bool is_held = slicing->held.breadth == from->breadth && slicing->held.reach == from->reach;
    struct answer answer;
    enum status status = is_held ? STATUS_OK : choose_pieces(slicing, from);
    if (status == STATUS_OK)
        status = trial_narrow(&slicing->trial, &slicing->concern, &best->choice, slicing->diag);
    if (status == STATUS_OK)
        status = ask(slicing, slicing->trial.kept, &answer);
    return status == STATUS_OK ? trial_forget_others(&slicing->trial, slicing->diag) : status;
}

/* The narrowest choice in which the finding is as it is in the whole trace; failing that, the one that comes closest. */
static enum status find_choice(struct slicing *slicing)
{
    struct best best = {.worth = worth_nothing};
    bool is_too_large = false;
    enum status status = try_near(slicing, &best);
    bool has_all = status == STATUS_OK &&
                   concern_reaches_all(&slicing->concern, slicing->result->whole_events, near_reach(slicing));
    bool goes_far = status == STATUS_OK && best.worth < worth_all && !has_all;
    if (goes_far)
        status = try_far(slicing, &best, &is_too_large);
    if (status == STATUS_OK && best.worth == worth_nothing)
        return refuse(slicing, is_too_large);
    slicing->needed = best.same;
    return status == STATUS_OK ? take_best(slicing, &best) : status;
}

/* ---- making it smaller ---- */

/* The group of a piece is its step; what stands in none is by itself. */
static size_t *groups_of_steps(const struct slicing *slicing)
{
    size_t count = slicing->trial.pieces.all.count;
    size_t *groups = calloc(count + 1, sizeof *groups);
    for (size_t i = 0; groups != NULL && i < count; i++) {
        size_t step = slicing->trial.candidate.links[i].step;
        groups[i] = step != PIECE_NONE && piece_happens(&slicing->trial.pieces.all.items[i]) ? step : i;
    }
    return groups;
}

static enum status minimize_once(struct slicing *slicing, bool by_step, bool *is_minimal)
{
    size_t *groups = by_step ? groups_of_steps(slicing) : NULL;
    if (by_step && groups == NULL)
        return diag_set_nomem(slicing->diag);
    const struct minimize task = {.test = test,
                                  .context = slicing,
                                  .count = slicing->trial.pieces.all.count,
                                  .groups = groups,
                                  .group_count = slicing->trial.pieces.all.count};
    enum status status = minimize(&task, slicing->trial.kept, is_minimal);
    free(groups);
    if (status == STATUS_NOMEM)
        diag_set_nomem(slicing->diag);
    return status == STATUS_STOPPED ? STATUS_OK : status;
}

static enum status minimize_events(struct slicing *slicing, bool by_step)
{
    bool is_minimal = false;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && !is_minimal && !slicing->is_used_up) {
        status = minimize_once(slicing, by_step, &is_minimal);
        if (status == STATUS_OK)
            status = trial_forget_others(&slicing->trial, slicing->diag);
    }
    return status;
}

/* ---- making the tables smaller ---- */

/* The links of the rows; those that are not kept are cut. */
struct cutting {
    struct slicing *slicing;
    uint64_t *links;
    size_t count;
};

static enum status cut(struct cutting *cutting, const unsigned char *kept)
{
    enum status status = STATUS_OK;
    struct map *cuts = &cutting->slicing->trial.rows.cuts;
    for (size_t i = 0; i < cutting->count && status == STATUS_OK; i++) {
        if (kept[i])
            map_remove(cuts, cutting->links[i], NULL);
        else
            status = map_put(cuts, cutting->links[i], 1);
    }
    return status == STATUS_OK ? STATUS_OK : diag_set_nomem(cutting->slicing->diag);
}

static enum status test_cut(void *context, unsigned char *kept, bool *will_do)
{
    struct cutting *cutting = context;
    *will_do = false;
    enum status status = cut(cutting, kept);
    return status == STATUS_OK ? test(cutting->slicing, cutting->slicing->trial.kept, will_do) : status;
}

static enum status minimize_links(struct slicing *slicing, bool *has_cut)
{
    struct cutting cutting = {.slicing = slicing, .count = slicing->trial.rows.links.count};
    unsigned char *kept = malloc(cutting.count + 1);
    bool is_minimal;
    cutting.links = malloc((cutting.count + 1) * sizeof *cutting.links);
    enum status status = kept != NULL && cutting.links != NULL ? STATUS_OK : STATUS_NOMEM;
    if (status == STATUS_OK) {
        if (cutting.count > 0)
            memcpy(cutting.links, slicing->trial.rows.links.items, cutting.count * sizeof *cutting.links);
        memset(kept, 1, cutting.count + 1);
        const struct minimize task = {
            .test = test_cut, .context = &cutting, .count = cutting.count, .group_count = cutting.count};
        status = minimize(&task, kept, &is_minimal);
        if (status == STATUS_OK || status == STATUS_STOPPED)
            status = cut(&cutting, kept);
    }
    *has_cut = status == STATUS_OK && memchr(kept, 0, cutting.count) != NULL;
    free(kept);
    free(cutting.links);
    return status == STATUS_NOMEM ? diag_set_nomem(slicing->diag) : status;
}

/* ---- the whole ---- */

static size_t count_kept(const struct slicing *slicing)
{
    size_t count = 0;
    for (size_t i = 0; i < slicing->trial.pieces.all.count; i++)
        count += slicing->trial.kept[i] != 0;
    return count;
}

/* Events and links, in turns, until neither gets fewer. */
static enum status make_small(struct slicing *slicing)
{
    enum status status = minimize_events(slicing, true);
    bool has_cut = true;
    for (size_t before = SIZE_MAX; status == STATUS_OK && !slicing->is_used_up;) {
        struct answer answer;
        status = minimize_events(slicing, false);
        if (status != STATUS_OK || (!has_cut && count_kept(slicing) == before))
            break;
        before = count_kept(slicing);
        status = ask(slicing, slicing->trial.kept, &answer); /* so that the rows are those of what is kept */
        if (status == STATUS_OK)
            status = minimize_links(slicing, &has_cut);
    }
    return status;
}

/* Writes what is kept. */
static enum status write_result(struct slicing *slicing)
{
    struct buffer *result = &slicing->result->bytes;
    char *bytes = NULL;
    size_t length = 0;
    slicing->trial.tells_texts = slicing->request->redactor == NULL; /* all the tries do without */
    enum status status = trial_write(&slicing->trial, slicing->trial.kept, &bytes, &length, slicing->diag);
    buffer_clear(result);
    if (status == STATUS_OK)
        buffer_add(result, (struct text){bytes, length});
    free(bytes);
    if (status == STATUS_OK && buffer_status(result) != STATUS_OK)
        status = diag_set_nomem(slicing->diag);
    return status;
}

static enum status learn_names(struct slicing *slicing)
{
    const struct trial *trial = &slicing->trial;
    struct redactor *redactor = slicing->request->redactor;
    enum status status = redactor_learn(redactor, trial->trace);
    for (size_t i = 0; i < trial->candidate.events.count && status == STATUS_OK; i++)
        status = redactor_learn_event(redactor, trial->trace, &trial->candidate.events.items[i]);
    return status == STATUS_OK ? STATUS_OK : diag_set_nomem(slicing->diag);
}

/* Writes what is kept with pseudonyms, and tells whether the finding still stands, and under which id. */
static enum status write_redacted(struct slicing *slicing, bool *stands)
{
    struct slice_result *result = slicing->result;
    enum status status = write_result(slicing);
    if (status == STATUS_OK)
        status = oracle_find_alike(&slicing->oracle, result->bytes.bytes, result->bytes.length, result->id,
                                   stands, slicing->diag);
    if (status != STATUS_OK || !*stands)
        return status;
    slicing->trial.asked.id = result->id;
    return write_result(slicing);
}

/* Some findings need the very numbers that were read and written. */
static enum status redact(struct slicing *slicing)
{
    const struct slice_request *request = slicing->request;
    bool stands = false;
    enum status status = learn_names(slicing);
    slicing->trial.asked.redactor = request->redactor;
    slicing->trial.asked.original_id = request->tells_original ? request->wanted->id : NULL;
    for (int keeps = 0; keeps < 2 && status == STATUS_OK && !stands; keeps++) {
        request->redactor->keeps_values = keeps != 0;
        status = write_redacted(slicing, &stands);
    }
    if (status == STATUS_OK && !stands)
        return diag_set(slicing->diag, STATUS_USAGE,
                        "%s cannot be redacted: with other names it is not found; slice it without --redact",
                        request->wanted->id);
    return status;
}

static enum status take_result(struct slicing *slicing)
{
    struct slice_result *result = slicing->result;
    struct answer answer;
    enum status status = ask(slicing, slicing->trial.kept, &answer);
    if (status == STATUS_OK && (!answer.stands || answer.is_new))
        return refuse(slicing, false);
    memcpy(result->id, slicing->request->wanted->id, sizeof result->id);
    if (status == STATUS_OK)
        status = slicing->request->redactor != NULL ? redact(slicing) : write_result(slicing);
    result->events = slicing->trial.candidate.events.count;
    result->is_minimal = !slicing->is_used_up;
    result->same = answer.same;
    return status;
}

static enum status note_known(struct slicing *slicing)
{
    const struct finding_list *list = slicing->request->list;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < list->findings.count && status == STATUS_OK; i++) {
        uint64_t identity;
        if (identity_parse(text_of(list->findings.items[i].id), &identity))
            status = map_put(&slicing->known, identity, 1);
    }
    return status;
}

static enum status begin(struct slicing *slicing)
{
    const struct slice_request *request = slicing->request;
    slicing->oracle = (struct oracle){.wanted = request->wanted,
                                      .known = &slicing->known,
                                      .blocking_microseconds = request->blocking_microseconds};
    trial_init(&slicing->trial, request->wanted);
    if (note_known(slicing) != STATUS_OK || concern_init(&slicing->concern, request->wanted) != STATUS_OK)
        return diag_set_nomem(slicing->diag);
    return learn(slicing, false);
}

enum status slice_make(const struct slice_request *request, struct slice_result *result, struct diag *diag)
{
    struct slicing slicing = {.request = request, .result = result, .diag = diag};
    *result = (struct slice_result){.events = 0};
    buffer_init(&result->bytes);
    enum status status = begin(&slicing);
    if (status == STATUS_OK)
        status = find_choice(&slicing);
    if (status == STATUS_OK)
        status = make_small(&slicing);
    if (status == STATUS_OK)
        status = take_result(&slicing);
    trial_fini(&slicing.trial);
    concern_fini(&slicing.concern);
    map_fini(&slicing.known);
    return status;
}

void slice_fini(struct slice_result *result)
{
    buffer_fini(&result->bytes);
}
