/*
 * In:   a finding whose places, locks and flags are known.
 * Out:  its advice: what its form wants (remedy.c), or else, for one about a window, the row of the table that fits
 * first, and a word about locks that do not help.
 * Holds: the last row fits everything, so that no finding goes without advice. The rows stand from what is
 * known for sure (threads, locks that are there already) to what is guessed from the source.
 */
#include "finding/advice.h"

#include <inttypes.h>

#include "base/buffer.h"
#include "finding/held.h"
#include "finding/phrase.h"
#include "finding/remedy.h"
#include "finding/source.h"

struct advice_row {
    bool (*applies)(const struct finding *finding);
    const char *primitive; /* NULL: the kind of the lock that is there */
    void (*write)(struct buffer *out, const struct finding *finding);
};

/* ---- Pieces ---- */

/* "the await at line 13"; which one is not always known. */
static void write_await(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "the await ");
    if (finding->window.line == 0) {
        buffer_add_string(out, "in between");
        return;
    }
    buffer_add_string(out, "at ");
    phrase_add_place(out, &finding->window, &finding->first);
}

/* ---- Locks that are there already ---- */

static bool is_lock_released(const struct finding *finding)
{
    return held_released(finding) != NULL;
}

static void write_lock_released(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Hold ");
    phrase_add_code(out, held_released(finding)->name);
    buffer_add_string(out, " once, ");
    phrase_add_span(out, &finding->first, &finding->last);
    buffer_add_string(
        out,
        ": it is released in between, and taking it again does not bring back what was read. Or read again "
        "after taking it for the second time.");
}

static bool is_lock_missing(const struct finding *finding)
{
    return held_missing(finding) != NULL;
}

static void write_lock_missing(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Take ");
    phrase_add_code(out, held_missing(finding)->name);
    buffer_add_string(out, " for ");
    phrase_add_place(out, &finding->other, &finding->last);
    buffer_add_string(out, " too: it is held ");
    phrase_add_span(out, &finding->first, &finding->last);
    buffer_add_string(out, ", but helps only if everybody who writes takes it.");
}

static bool is_lock_late(const struct finding *finding)
{
    return held_late(finding) != NULL;
}

static void write_lock_late(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Take ");
    phrase_add_code(out, held_late(finding)->name);
    buffer_add_format(out, " before line %" PRIu32 " and hold it ", finding->first.line);
    phrase_add_span(out, &finding->first, &finding->last);
    buffer_add_string(out, ": what is read before the lock is taken may be old once it is.");
}

static bool is_lock_twin(const struct finding *finding)
{
    return held_twin(finding) != NULL;
}

static void write_lock_twin(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Hold one lock for all who share ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, ", ");
    phrase_add_span(out, &finding->first, &finding->last);
    buffer_add_string(out, ": each of the two holds a ");
    phrase_add_code(out, held_twin(finding)->name);
    buffer_add_string(out, " of its own, which keeps out nobody who holds another.");
}

/* What the lock is that one of the rows above speaks of. */
static const char *lock_primitive(const struct finding *finding)
{
    const struct finding_lock *(*const questions[])(const struct finding *) = {held_released, held_missing,
                                                                               held_late, held_twin};
    const struct finding_lock *lock = NULL;
    for (size_t i = 0; i < sizeof questions / sizeof *questions && lock == NULL; i++)
        lock = questions[i](finding);
    if (lock != NULL && lock->kind == FINDING_LOCK_THREADING)
        return "threading.Lock";
    return lock != NULL && lock->kind == FINDING_LOCK_ASYNCIO_SEMAPHORE ? "asyncio.Semaphore"
                                                                        : "asyncio.Lock";
}

/* ---- Actors ---- */

static bool same_function(const struct finding_place *one, const struct finding_place *other)
{
    return text_equal(one->function, other->function) && text_equal(one->file, other->file);
}

/* Read in one job of an executor, written in another, by a coroutine that awaits them. */
static bool is_offloaded(const struct finding *finding)
{
    return finding->between_threads && finding->window.line != 0 &&
           !same_function(&finding->window, &finding->first) &&
           !same_function(&finding->window, &finding->last);
}

static void write_one_job(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(
        out, "Read and write in one job, under a `threading.Lock`; or, where all who do this share an event "
             "loop, hold one `asyncio.Lock` over both jobs and ");
    write_await(out, finding);
    buffer_add_char(out, '.');
}

/* Checked by one actor, done by another that it made. */
static bool is_spawned(const struct finding *finding)
{
    return finding->kind == FINDING_CHECK_THEN_ACT && !finding->between_threads &&
           !text_equal(finding->first.actor, finding->last.actor);
}

static void write_act_first(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Do what ");
    phrase_add_place(out, &finding->last, &finding->first);
    buffer_add_format(out, " does in one step with the check at line %" PRIu32 ", before the task is made: ",
                      finding->first.line);
    buffer_add_string(out, "by the time that it runs, the answer is old.");
}

static bool is_between_threads(const struct finding *finding)
{
    return finding->between_threads;
}

static void write_threading_lock(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Hold one `threading.Lock` ");
    phrase_add_span(out, &finding->first, &finding->last);
    buffer_add_string(out, " and wherever else ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " is written.");
    if (finding->window.line != 0)
        buffer_add_string(
            out, " Move the await out of it first: who awaits while holding a threading lock blocks its "
                 "whole loop.");
}

/* ---- What the source tells ---- */

static bool is_await_in_assignment(const struct finding *finding)
{
    return finding->kind == FINDING_LOST_UPDATE && finding->first.line == finding->last.line &&
           finding->window.line == finding->last.line && source_has(finding->last.source, "await");
}

static void write_await_first(struct buffer *out, const struct finding *finding)
{
    phrase_add_code(out, finding->cell.text);
    buffer_add_format(out, " is read before the await in line %" PRIu32 " and written after it. ",
                      finding->last.line);
    buffer_add_string(out,
                      "Await into a local variable first, then update in a statement that does not await.");
}

static bool is_queue_asked(const struct finding *finding)
{
    const struct text source = finding->first.source;
    return finding->kind == FINDING_CHECK_THEN_ACT && finding->cell.object == FINDING_OBJECT_QUEUE &&
           (source_has(source, ".empty(") || source_has(source, ".full(") || source_has(source, ".qsize("));
}

static void write_queue(struct buffer *out, const struct finding *finding)
{
    buffer_add_format(out, "What line %" PRIu32 " asks the queue is out of date after ", finding->first.line);
    write_await(out, finding);
    buffer_add_string(out, ": ask again in the step of ");
    phrase_add_place(out, &finding->last, &finding->first);
    buffer_add_string(
        out, ", where `get_nowait()` and `put_nowait()` ask and act in one; or hold one `asyncio.Lock` ");
    phrase_add_span(out, &finding->first, &finding->last);
    buffer_add_char(out, '.');
}

static bool is_limit_checked(const struct finding *finding)
{
    struct text limit;
    return finding->kind == FINDING_CHECK_THEN_ACT && !finding->act_is_use &&
           source_limit(finding->first.source, &limit);
}

static void write_semaphore(struct buffer *out, const struct finding *finding)
{
    struct text limit = TEXT_NONE;
    if (!source_limit(finding->first.source, &limit))
        return;
    buffer_add_string(out, "Let one `asyncio.Semaphore(");
    phrase_add_bare(out, limit);
    buffer_add_format(
        out, ")` do the counting: acquire it instead of the check at line %" PRIu32 ", and release it ",
        finding->first.line);
    buffer_add_string(out, "when what ");
    phrase_add_place(out, &finding->last, &finding->first);
    buffer_add_string(out, " takes is given back. Or take it before ");
    write_await(out, finding);
    buffer_add_string(out, ", in one step with the check.");
}

static bool is_wait_under_if(const struct finding *finding)
{
    return finding->kind == FINDING_CHECK_THEN_ACT && source_starts_with(finding->first.source, "if") &&
           source_has(finding->window.source, ".wait(");
}

static void write_condition(struct buffer *out, const struct finding *finding)
{
    buffer_add_format(out, "Write `while` instead of `if` at line %" PRIu32 ", to ask again after ",
                      finding->first.line);
    write_await(out, finding);
    buffer_add_string(out, ": who wakes up is not always the first to go on. The check, the wait and ");
    phrase_add_place(out, &finding->last, &finding->first);
    buffer_add_string(out, " belong under one `asyncio.Condition`.");
}

static bool is_flag_polled(const struct finding *finding)
{
    bool is_flag = finding->cell.object <= FINDING_OBJECT_CLOSURE;
    return finding->kind == FINDING_CHECK_THEN_ACT && is_flag &&
           source_starts_with(finding->first.source, "while") && source_has(finding->window.source, "sleep");
}

/* Each who goes on sets it the same way: a lock made by hand, and more than one gets through. */
static bool is_flag_claimed(const struct finding *finding)
{
    return is_flag_polled(finding) && !finding->act_is_use && !finding->acts_on_other_cell &&
           same_function(&finding->last, &finding->other) && finding->last.line == finding->other.line;
}

static void write_lock_for_flag(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Hold one `asyncio.Lock` instead of waiting for the flag ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_format(out, ", from line %" PRIu32 " to where it is given back: ", finding->first.line);
    buffer_add_string(out, "after ");
    write_await(out, finding);
    buffer_add_string(out, ", several find it free and take it at ");
    phrase_add_place(out, &finding->last, &finding->first);
    buffer_add_char(out, '.');
}

static void write_event(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Make ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_format(
        out, " an `asyncio.Event`: wait for it at line %" PRIu32 " instead of polling, and set it at ",
        finding->first.line);
    phrase_add_place(out, &finding->other, &finding->first);
    buffer_add_string(out, ". Where only one may go on, a flag is not enough: hold an `asyncio.Lock`.");
}

static bool is_cache_filled(const struct finding *finding)
{
    return finding->kind == FINDING_CHECK_THEN_ACT && !finding->act_is_use && !finding->acts_on_other_cell &&
           finding->cell.object != FINDING_OBJECT_QUEUE && source_asks_absence(finding->first.source) &&
           source_fills(finding->last.source);
}

static void write_single_flight(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Let who comes first store a task or future in ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " before ");
    write_await(out, finding);
    buffer_add_string(out, ", and all others await that one; or hold one `asyncio.Lock` ");
    phrase_add_span(out, &finding->first, &finding->last);
    buffer_add_string(out, ", check included.");
}

/* ---- What goes stale, or shows too early ---- */

static bool is_iterated(const struct finding *finding)
{
    return finding->kind == FINDING_STALE_READ &&
           (source_has(finding->last.source, "for") || source_has(finding->first.source, "for"));
}

static void write_snapshot(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Iterate over a copy, `list(…)`, at ");
    phrase_add_place(out, &finding->first, &finding->last);
    buffer_add_string(out, ": ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " changes while the loop awaits. Or do not await in the loop.");
}

static bool is_stale(const struct finding *finding)
{
    return finding->kind == FINDING_STALE_READ;
}

static void write_read_again(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Read ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " again after ");
    write_await(out, finding);
    buffer_add_string(out, ", in the step of ");
    phrase_add_place(out, &finding->last, &finding->first);
    buffer_add_string(out, ", and go on only if it is still what it was.");
}

static bool is_dirty(const struct finding *finding)
{
    return finding->kind == FINDING_DIRTY_READ;
}

static void write_swap(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Build the new value of ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " in a local variable, and assign it in one step at ");
    phrase_add_place(out, &finding->last, &finding->first);
    buffer_add_string(out, "; or hold one `asyncio.Lock` ");
    phrase_add_span(out, &finding->first, &finding->last);
    buffer_add_string(out, " and for ");
    phrase_add_place(out, &finding->other, &finding->last);
    buffer_add_char(out, '.');
}

/* ---- What the act is ---- */

static bool is_act_elsewhere(const struct finding *finding)
{
    return finding->act_is_use || finding->acts_on_other_cell;
}

static void write_recheck(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Check ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " again after ");
    write_await(out, finding);
    buffer_add_string(out, ", in the step of ");
    phrase_add_place(out, &finding->last, &finding->first);
    buffer_add_string(out, "; or hold one `asyncio.Lock` ");
    phrase_add_span(out, &finding->first, &finding->last);
    buffer_add_string(out, " and where it is written.");
}

static bool is_anything(const struct finding *finding)
{
    (void)finding;
    return true;
}

static void write_asyncio_lock(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Hold one `asyncio.Lock` ");
    phrase_add_span(out, &finding->first, &finding->last);
    if (!text_equal(finding->other.function, finding->last.function) &&
        !text_equal(finding->other.function, finding->first.function)) {
        buffer_add_string(out, ", and the same one for ");
        phrase_add_place(out, &finding->other, &finding->last);
    }
    bool update = finding->kind == FINDING_LOST_UPDATE;
    buffer_add_string(out, update ? "; or read only after " : "; or act before ");
    write_await(out, finding);
    buffer_add_string(out, update ? ", in one step with the write." : ", in one step with the check.");
}

static const struct advice_row rows[] = {
    {is_wait_under_if, "asyncio.Condition", write_condition}, /* who waits for a condition lets its lock go */
    {is_lock_released, NULL, write_lock_released},
    {is_lock_missing, NULL, write_lock_missing},
    {is_lock_late, NULL, write_lock_late},
    {is_lock_twin, NULL, write_lock_twin},
    {is_offloaded, "threading.Lock", write_one_job},
    {is_between_threads, "threading.Lock", write_threading_lock},
    {is_iterated, "snapshot", write_snapshot},
    {is_stale, "re-check", write_read_again},
    {is_dirty, "swap", write_swap},
    {is_await_in_assignment, "await-first", write_await_first},
    {is_queue_asked, "asyncio.Queue", write_queue},
    {is_limit_checked, "asyncio.Semaphore", write_semaphore},
    {is_flag_claimed, "asyncio.Lock", write_lock_for_flag},
    {is_flag_polled, "asyncio.Event", write_event},
    {is_cache_filled, "asyncio.Future", write_single_flight},
    {is_spawned, "act-first", write_act_first},
    {is_act_elsewhere, "re-check", write_recheck},
    {is_anything, "asyncio.Lock", write_asyncio_lock},
};

/* ---- What would not help ---- */

/* Says of a lock that excludes nobody why it does not. */
static void write_vain_lock(struct buffer *out, const struct finding_lock *lock)
{
    buffer_add_char(out, ' ');
    phrase_add_code(out, lock->name);
    if (lock->kind == FINDING_LOCK_ASYNCIO_SEMAPHORE && lock->permits != 1) {
        buffer_add_string(out, " does not help: as a semaphore it lets ");
        phrase_add_number(out, lock->permits);
        buffer_add_string(out, " in at a time.");
    } else {
        buffer_add_string(
            out,
            " does not help: what belongs to `asyncio` works within one event loop, not between threads.");
    }
}

static void write_vain_locks(struct buffer *out, const struct finding *finding)
{
    for (uint32_t i = 0; i < finding->last.lock_count; i++) {
        if (!held_excludes(finding, &finding->last.locks[i]))
            write_vain_lock(out, &finding->last.locks[i]);
    }
    for (uint32_t i = 0; i < finding->first.lock_count; i++) {
        const struct finding_lock *lock = &finding->first.locks[i];
        if (!held_excludes(finding, lock) && !held_at(&finding->last, lock))
            write_vain_lock(out, lock);
    }
}

/* Writes the advice, and returns its primitive. */
static const char *write_advice(struct buffer *out, const struct finding *finding)
{
    if (finding->form != FINDING_FORM_ONLY)
        return remedy_write(out, finding);
    const struct advice_row *row = rows;
    while (!row->applies(finding))
        row++;
    row->write(out, finding);
    write_vain_locks(out, finding);
    return row->primitive != NULL ? row->primitive : lock_primitive(finding);
}

enum status advice_give(struct finding *finding, struct arena *arena)
{
    struct buffer sentence;
    buffer_init(&sentence);
    const char *primitive = write_advice(&sentence, finding);
    enum status status = buffer_status(&sentence);
    if (status == STATUS_OK) {
        finding->advice = (struct finding_advice){
            .primitive = text_of(primitive),
            .text = arena_text(arena, buffer_text(&sentence)),
            .from_line = finding->first.line,
            .to_line = finding->last.line,
        };
        if (finding->advice.text.bytes == NULL)
            status = STATUS_NOMEM;
    }
    buffer_fini(&sentence);
    return status;
}
