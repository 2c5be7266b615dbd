/*
 * In:   a finding.
 * Out:  sentences about what happened, or could.
 * Holds: whatever comes from a trace goes through phrase_add_code. A kind without a window has a sentence of its own
 * for each form; those with windows share theirs, with words from a table.
 */
#include "report/outcome.h"

#include "finding/phrase.h"
#include "report/doubt.h"
#include "report/story.h"

static void add_line(struct buffer *lines, const char *sentence)
{
    buffer_add_string(lines, sentence);
    buffer_add_char(lines, '\n');
}

/* ---- Windows: values and certainty ---- */

struct window_words {
    const char *saw;         /* of the value at first */
    const char *saw_nothing; /* the same where there was none */
    const char *other;       /* of the value at other */
    const char *other_nothing;
    const char *intruder; /* what fell, or could fall, into the window */
    const char *at_first; /* where locks were held */
    const char *at_last;
};

static const struct window_words window_words[FINDING_KIND_COUNT] = {
    [FINDING_LOST_UPDATE] = {"read", "found nothing", "wrote", "deleted it", "write", "at the read",
                             "at the write"},
    [FINDING_CHECK_THEN_ACT] = {"saw", "saw that it was not there", "wrote", "deleted it", "write",
                                "at the check", "at the act"},
    [FINDING_STALE_READ] = {"read", "found nothing", "wrote", "deleted it", "write", "at the read",
                            "where it goes on"},
    [FINDING_DIRTY_READ] = {"wrote", "deleted it", "read", "found nothing", "read", "at the first write",
                            "at the last write"},
    [FINDING_LOCK_RELEASED_BETWEEN] = {"saw", "saw that it was not there", "wrote", "deleted it", "write",
                                       "at the check", "at the act"},
};

bool outcome_has_window(const struct finding *finding)
{
    return window_words[finding->kind].saw != NULL;
}

/* "; `Task-2` wrote `1`" or "; `Task-2` deleted it", with nothing before it where it is the first part of its sentence. */
static void add_value(struct buffer *line, struct text actor, const char *verb, const char *verb_if_absent,
                      struct text value, const char *rest)
{
    if (value.length == 0)
        return;
    if (line->length > 0)
        buffer_add_string(line, "; ");
    phrase_add_code(line, actor);
    buffer_add_char(line, ' ');
    if (text_equals(value, FINDING_VALUE_ABSENT)) {
        buffer_add_string(line, verb_if_absent);
    } else {
        buffer_add_string(line, verb);
        buffer_add_char(line, ' ');
        phrase_add_code(line, value);
    }
    buffer_add_string(line, rest);
}

static void add_values(struct buffer *lines, const struct finding *finding)
{
    const struct window_words *words = &window_words[finding->kind];
    const struct finding_values *values = &finding->values;
    bool observed = finding->status != FINDING_PREDICTED;
    bool over = observed && finding->kind == FINDING_LOST_UPDATE &&
                !text_equals(values->written, FINDING_VALUE_ABSENT);
    struct buffer line;
    buffer_init(&line);
    add_value(&line, story_actor(&finding->first, "one"), words->saw, words->saw_nothing, values->read, "");
    add_value(&line, story_actor(&finding->other, "another"), words->other, words->other_nothing,
              values->other, observed ? "" : " (at another time)");
    add_value(&line, story_actor(&finding->last, "one"), "wrote", "deleted it", values->written,
              over ? " over it" : "");
    if (line.length > 0) {
        buffer_add(lines, buffer_text(&line));
        buffer_add_string(lines, ".\n");
    }
    buffer_fini_part(&line, lines);
}

static void add_certainty(struct buffer *lines, const struct finding *finding)
{
    if (finding->every_run) {
        add_line(lines, "It happens in every run: the program's own order brings it about.");
    } else if (finding->status == FINDING_PREDICTED) {
        buffer_add_string(lines, "It did not happen in this run, but nothing forbids it: neither order nor a "
                                 "lock keeps the ");
        buffer_add_string(lines, window_words[finding->kind].intruder);
        add_line(lines, " out of the window.");
    } else if (finding->status == FINDING_CONFIRMED) {
        add_line(lines, "It was predicted, and then made to happen.");
    }
}

static void add_held(struct buffer *lines, const struct finding_place *place, const char *where)
{
    buffer_add_string(lines, where);
    buffer_add_char(lines, ' ');
    if (place->lock_count == 0)
        buffer_add_string(lines, "none");
    for (uint32_t i = 0; i < place->lock_count; i++) {
        if (i > 0)
            buffer_add_string(lines, " and ");
        phrase_add_code(lines, place->locks[i].name);
    }
}

static void add_locks(struct buffer *lines, const struct finding *finding)
{
    if (finding->first.lock_count + finding->other.lock_count + finding->last.lock_count == 0)
        return;
    buffer_add_string(lines, "Locks held: ");
    add_held(lines, &finding->first, window_words[finding->kind].at_first);
    add_held(lines, &finding->other, "; by the other");
    buffer_add_string(lines, "; ");
    add_held(lines, &finding->last, window_words[finding->kind].at_last);
    if (finding->released_between)
        buffer_add_string(lines, ". The lock is there in vain: it is released in between");
    else if (finding->lock_in_vain)
        buffer_add_string(lines, ". The lock is there in vain");
    buffer_add_string(lines, ".\n");
}

static void add_window(struct buffer *lines, const struct finding *finding)
{
    add_values(lines, finding);
    add_certainty(lines, finding);
    if (finding->between_threads)
        add_line(lines, "The two ran on different threads.");
    if (finding->act_is_use && finding->kind == FINDING_CHECK_THEN_ACT)
        add_line(lines, "What was checked is used after the await without another look.");
    if (finding->acts_on_other_cell)
        add_line(lines,
                 "What is written in the end is not the cell that was checked, but what the check guards.");
    add_locks(lines, finding);
}

/* ---- Nobody awaits ---- */

static void add_coroutine(struct buffer *lines, const struct finding *finding)
{
    buffer_add_string(lines, "Calling ");
    phrase_add_code(lines, finding->cell.text);
    add_line(lines, " only makes a coroutine. Nobody awaited this one: none of its body ran.");
}

static void add_exception(struct buffer *lines, const struct finding *finding)
{
    buffer_add_string(lines, "The task of ");
    phrase_add_code(lines, finding->cell.text);
    add_line(lines, " ended with an exception, and nobody took it: what went wrong went unnoticed.");
}

static void add_pending(struct buffer *lines, const struct finding *finding)
{
    buffer_add_string(lines, "The task of ");
    phrase_add_code(lines, finding->cell.text);
    add_line(lines, " was destroyed while it waited: the rest of it never ran.");
}

/* ---- Blocking ---- */

static void add_blocking(struct buffer *lines, const struct finding *finding, const char *doing)
{
    buffer_add_string(lines, "It held its loop for ");
    phrase_add_code(lines, finding->values.read);
    buffer_add_string(lines, ", and ");
    buffer_add_string(lines, doing);
    add_line(lines, ": nothing else of the loop could run meanwhile.");
}

static void add_sleeping(struct buffer *lines, const struct finding *finding)
{
    add_blocking(lines, finding, "mostly waited");
}

static void add_computing(struct buffer *lines, const struct finding *finding)
{
    add_blocking(lines, finding, "computed, or others kept it from running");
    add_line(lines, "Being recorded makes computing slower: on its own it takes less.");
}

/* ---- Wake-ups ---- */

static void add_cleared(struct buffer *lines, const struct finding *finding)
{
    if (finding->status == FINDING_PREDICTED) {
        add_line(lines,
                 "It did not happen in this run, but nothing forbids it: what is set between the end of the "
                 "wait and the clearing is wiped out unseen, and waited for again.");
        return;
    }
    phrase_add_code(lines, story_actor(&finding->last, "one"));
    add_line(lines,
             " had not seen it set when it cleared it, and then waited again for what had happened already.");
}

static void add_unheard(struct buffer *lines, const struct finding *finding)
{
    if (finding->status == FINDING_PREDICTED)
        add_line(lines,
                 "It did not happen in this run, but nothing forbids it: notified before the wait has begun, "
                 "it wakes nobody, and the wait goes on.");
    else
        add_line(lines,
                 "Nobody waited yet when it was notified, and nobody notified it again for the wait that "
                 "came later.");
}

static void add_replaced(struct buffer *lines, const struct finding *finding)
{
    phrase_add_code(lines, story_actor(&finding->first, "one"));
    add_line(lines, " went on waiting for the old one, which nobody finds there any more.");
}

/* ---- Locks ---- */

static void add_two_loops(struct buffer *lines, const struct finding *finding)
{
    (void)finding;
    add_line(lines,
             "The two run on different event loops: a lock of `asyncio` belongs to one, keeps out nobody "
             "of another, and raises `RuntimeError` when they meet.");
}

static void add_foreign(struct buffer *lines, const struct finding *finding)
{
    phrase_add_code(lines, finding->values.read);
    add_line(lines,
             " was called on a thread that does not run its loop: nothing there is safe between threads, "
             "and the loop may go on sleeping.");
}

/* "`one` holds `Bank._a` while it takes the next lock, and `other` holds `Bank._b`." */
static void add_orders(struct buffer *lines, const struct finding *finding)
{
    buffer_add_string(lines, "An inversion: ");
    phrase_add_code(lines, story_actor(&finding->last, "one"));
    add_held(lines, &finding->last, " holds");
    buffer_add_string(lines, " while it takes the next lock, and ");
    phrase_add_code(lines, story_actor(&finding->other, "another"));
    add_held(lines, &finding->other, " holds");
    buffer_add_string(lines, ". ");
}

static void add_inversion(struct buffer *lines, const struct finding *finding)
{
    add_orders(lines, finding);
    add_line(lines, "It is no deadlock as it stands: order, a further lock, or that no step ends in between, "
                    "keeps the two apart.");
}

static void add_deadlock(struct buffer *lines, const struct finding *finding)
{
    add_orders(lines, finding);
    add_line(lines, "Each can come to hold what the other wants: a deadlock.");
    add_line(lines, "It did not happen in this run, but nothing forbids it: neither order nor a further lock "
                    "keeps the two apart.");
}

/* ---- Threads ---- */

static void add_race(struct buffer *lines, const struct finding *finding)
{
    if (finding->status == FINDING_PREDICTED)
        add_line(
            lines,
            "It did not happen in this run, where a lock was handed over in between, but nothing forbids it: "
            "no lock is held at both places.");
    else
        add_line(lines, "Nothing ordered the two in this run, and no lock is held at both places.");
}

static void add_cycle(struct buffer *lines, const struct finding *finding)
{
    phrase_add_code(lines, story_actor(&finding->other, "another"));
    add_line(lines, " came after a part of the block and before a later part of it: no order of whole blocks "
                    "gives what this run gave.");
}

static void (*const by_form[FINDING_FORM_COUNT])(struct buffer *, const struct finding *) = {
    [FINDING_FORM_COROUTINE] = add_coroutine, [FINDING_FORM_EXCEPTION] = add_exception,
    [FINDING_FORM_PENDING] = add_pending,     [FINDING_FORM_SLEEPING] = add_sleeping,
    [FINDING_FORM_COMPUTING] = add_computing, [FINDING_FORM_CLEARED] = add_cleared,
    [FINDING_FORM_UNHEARD] = add_unheard,     [FINDING_FORM_REPLACED] = add_replaced,
    [FINDING_FORM_TWO_LOOPS] = add_two_loops, [FINDING_FORM_FOREIGN] = add_foreign,
    [FINDING_FORM_INVERSION] = add_inversion, [FINDING_FORM_DEADLOCK] = add_deadlock,
    [FINDING_FORM_WRITE_WRITE] = add_race,    [FINDING_FORM_WRITE_READ] = add_race,
    [FINDING_FORM_READ_WRITE] = add_race,     [FINDING_FORM_CYCLE] = add_cycle,
};

void outcome_add(struct buffer *lines, const struct finding *finding)
{
    if (outcome_has_window(finding))
        add_window(lines, finding);
    else if (by_form[finding->form] != NULL)
        by_form[finding->form](lines, finding);
    const char *doubt = doubt_about(finding);
    if (doubt != NULL)
        buffer_add_format(lines, "Of low confidence: %s.\n", doubt);
}
