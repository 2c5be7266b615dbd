/*
 * In:   a finding that has a form.
 * Out:  its cure: the row of the form, and the sentences that the row writes.
 * Holds: every form has a row.
 */
#include "finding/remedy.h"

#include <inttypes.h>

#include "finding/phrase.h"
#include "finding/source.h"

/* " at line 12", with what differs from the last place; nothing where the line is not known. */
static void write_at(struct buffer *out, const struct finding *finding, const struct finding_place *place)
{
    if (place->line == 0)
        return;
    buffer_add_string(out, " at ");
    phrase_add_place(out, place, &finding->last);
}

static void write_await_call(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Write `await` before the call of ");
    phrase_add_code(out, finding->cell.text);
    write_at(out, finding, &finding->last);
    buffer_add_string(out,
                      "; or, where it is to run beside, give it to `asyncio.create_task` and keep the task.");
}

static void write_take_exception(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Await or gather the task of ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out,
                      ", run it in a `TaskGroup`, or give it a callback with `add_done_callback` that looks "
                      "at its exception.");
}

static void write_keep_task(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Keep a reference to the task of ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(
        out, " as long as it is to run, for the loop keeps none; and at the end await it, or cancel it "
             "and await it then.");
}

static bool is_sleep_call(const struct finding *finding)
{
    return finding->kind == FINDING_BLOCKING_CALL && source_has(finding->last.source, "sleep(");
}

static void write_asyncio_sleep(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Write `await asyncio.sleep(…)` instead of `time.sleep(…)`");
    write_at(out, finding, &finding->last);
    buffer_add_string(out, ": only what awaits lets the others run.");
}

static void write_compute_elsewhere(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Do what is computed");
    write_at(out, finding, &finding->last);
    buffer_add_string(out,
                      " in a thread, with `await asyncio.to_thread(…)`, or in a process of its own where the "
                      "interpreter's lock is in the way; or await `asyncio.sleep(0)` now and then.");
}

static void write_to_thread(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Make the call");
    write_at(out, finding, &finding->last);
    buffer_add_string(out,
                      " with `await asyncio.to_thread(…)`, or use what waits without blocking the loop.");
}

static void write_clear_first(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Clear ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_format(out,
                      " right after the wait at line %" PRIu32
                      " has returned, before anything is awaited, instead of ",
                      finding->first.line);
    buffer_add_string(out, "at ");
    phrase_add_place(out, &finding->last, &finding->first);
    buffer_add_string(out, "; or look at what it announces once more after clearing.");
}

/* An event that is set and cleared in one step. */
static void write_leave_set(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Leave ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " set at ");
    phrase_add_place(out, &finding->other, &finding->last);
    buffer_add_string(
        out, ", and let who waits clear it: cleared at once, it reaches only those who wait already.");
}

static void write_wait_for(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Let who notifies at ");
    phrase_add_place(out, &finding->other, &finding->last);
    buffer_add_string(out,
                      " change something first, under the lock, and wait with `await condition.wait_for(…)`");
    write_at(out, finding, &finding->last);
    buffer_add_string(out, " until it is so: a notify reaches only those who wait already.");
}

static void write_wake_old(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Wake those who wait for the old ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " before it is replaced");
    write_at(out, finding, &finding->last);
    buffer_add_string(out, "; or keep one for good, and clear it instead.");
}

static void write_lock_of_threads(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Make ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(
        out, " a `threading.Lock` that is held over no await; or give each loop a lock, and state, of "
             "its own.");
}

static void write_threadsafe(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Let the loop that it belongs to do it");
    write_at(out, finding, &finding->last);
    buffer_add_string(
        out, ": with `loop.call_soon_threadsafe(…)`, or with `asyncio.run_coroutine_threadsafe(…, loop)` "
             "where it is to be awaited.");
}

static void write_lock_order(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Take ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " in one order everywhere: as");
    write_at(out, finding, &finding->last);
    buffer_add_string(out, ", so also");
    write_at(out, finding, &finding->other);
    buffer_add_string(out, ". Locks of one class, by something that never changes, such as an id.");
}

static void write_task_local(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Keep what ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " holds of one task in a local variable, and pass it on as an argument, ");
    phrase_add_span(out, &finding->first, &finding->last);
    buffer_add_string(out, "; or make it a `contextvars.ContextVar`, of which each task has its own.");
}

static void write_first_value_first(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Write ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_format(out, " before line %" PRIu32 " makes the task, instead of at ", finding->first.line);
    phrase_add_place(out, &finding->last, &finding->first);
    buffer_add_string(out, ": once it runs, the last word is the task's.");
}

static void write_share_future(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Let all who wait share one future: make a new ");
    phrase_add_code(out, finding->cell.text);
    write_at(out, finding, &finding->last);
    buffer_add_string(
        out, " only where there is none, or it is done; or keep a list of them, and complete them all.");
}

static bool is_thread_lock(const struct finding_lock *lock)
{
    return lock->kind == FINDING_LOCK_THREADING;
}

/* A lock that is held at one of the two places of a race, but not at the other, which goes to *lacking; NULL: there is none. */
static const struct finding_lock *lock_at_one(const struct finding *finding,
                                              const struct finding_place **lacking)
{
    const struct finding_place *places[] = {&finding->first, &finding->last};
    for (int i = 0; i < 2; i++)
        for (uint32_t j = 0; j < places[i]->lock_count; j++)
            if (is_thread_lock(&places[i]->locks[j])) {
                *lacking = places[1 - i];
                return &places[i]->locks[j];
            }
    return NULL;
}

static void write_lock_for_race(struct buffer *out, const struct finding *finding)
{
    const struct finding_place *lacking;
    const struct finding_lock *lock = lock_at_one(finding, &lacking);
    if (lock != NULL) {
        buffer_add_string(out, "Hold ");
        phrase_add_code(out, lock->name);
        buffer_add_string(out, " at ");
        phrase_add_place(out, lacking, lacking == &finding->last ? &finding->first : &finding->last);
        buffer_add_string(
            out, ", too, over all that belongs together there: a lock keeps out only those who take it.");
        return;
    }
    bool is_one_line =
        finding->first.line == finding->last.line && text_equal(finding->first.file, finding->last.file);
    buffer_add_string(out, "Hold one `threading.Lock` at ");
    phrase_add_place(out, &finding->first, &finding->last);
    if (!is_one_line) {
        buffer_add_string(out, " and at ");
        phrase_add_place(out, &finding->last, &finding->first);
    }
    buffer_add_format(out, ", over all that belongs together %s; or hand ",
                      is_one_line ? "there" : "at each");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " over with a `queue.Queue`, or once the other thread was joined.");
}

static void write_lock_for_block(struct buffer *out, const struct finding *finding)
{
    buffer_add_string(out, "Hold one lock from the beginning of the block at ");
    phrase_add_place(out, &finding->first, &finding->last);
    buffer_add_string(out, " to its end, and wherever else ");
    phrase_add_code(out, finding->cell.text);
    buffer_add_string(out, " is used: what is locked in pieces lets others in between.");
}

struct remedy_row {
    const char *primitive;
    void (*write)(struct buffer *out, const struct finding *finding);
};

static const struct remedy_row by_form[FINDING_FORM_COUNT] = {
    [FINDING_FORM_PARKED] = {"task-local", write_task_local},
    [FINDING_FORM_LATE] = {"write-first", write_first_value_first},
    [FINDING_FORM_COROUTINE] = {"await", write_await_call},
    [FINDING_FORM_EXCEPTION] = {"await", write_take_exception},
    [FINDING_FORM_PENDING] = {"await", write_keep_task},
    [FINDING_FORM_SLEEPING] = {"asyncio.to_thread", write_to_thread},
    [FINDING_FORM_COMPUTING] = {"asyncio.to_thread", write_compute_elsewhere},
    [FINDING_FORM_CLEARED] = {"asyncio.Event", write_clear_first},
    [FINDING_FORM_UNHEARD] = {"asyncio.Condition", write_wait_for},
    [FINDING_FORM_REPLACED] = {"asyncio.Event", write_wake_old},
    [FINDING_FORM_TWO_LOOPS] = {"threading.Lock", write_lock_of_threads},
    [FINDING_FORM_FOREIGN] = {"call_soon_threadsafe", write_threadsafe},
    [FINDING_FORM_INVERSION] = {"lock-order", write_lock_order},
    [FINDING_FORM_DEADLOCK] = {"lock-order", write_lock_order},
    [FINDING_FORM_WRITE_WRITE] = {"threading.Lock", write_lock_for_race},
    [FINDING_FORM_WRITE_READ] = {"threading.Lock", write_lock_for_race},
    [FINDING_FORM_READ_WRITE] = {"threading.Lock", write_lock_for_race},
    [FINDING_FORM_CYCLE] = {"threading.Lock", write_lock_for_block},
};

static const struct remedy_row sleep_row = {"asyncio.sleep", write_asyncio_sleep};
static const struct remedy_row pulse_row = {"asyncio.Event", write_leave_set};

static const struct remedy_row future_row = {"asyncio.Future", write_share_future};

static const struct remedy_row *row_of(const struct finding *finding)
{
    if (is_sleep_call(finding))
        return &sleep_row;
    if (finding->form == FINDING_FORM_REPLACED && finding->cell.object == FINDING_OBJECT_FUTURE)
        return &future_row;
    bool is_pulse = finding->form == FINDING_FORM_UNHEARD && finding->cell.object == FINDING_OBJECT_EVENT;
    return is_pulse ? &pulse_row : &by_form[finding->form];
}

const char *remedy_write(struct buffer *out, const struct finding *finding)
{
    const struct remedy_row *row = row_of(finding);
    row->write(out, finding);
    return row->primitive;
}
