/*
 * In:   a finding with its advice.
 * Out:  a sketch by its form, or by what the advice names.
 * Holds: a line is shown as changed only where it is of the form that the change needs; all else is a comment at the place where
 * something is to be done. Without source there is no sketch.
 */
#include "report/sketch_forms.h"

#include <inttypes.h>
#include <string.h>

#include "finding/source.h"
#include "report/sketch_waits.h"

enum { above_max = 64 }; /* so far above a place the line around it is looked for */

static bool same_function(const struct finding_place *one, const struct finding_place *other)
{
    return text_equal(one->file, other->file) && text_equal(one->function, other->function);
}

static bool is_known(const struct finding_place *place)
{
    return place->line != 0 && place->source.length != 0 && !place->is_location;
}

static struct text cell_of(const struct hunk *hunk)
{
    return hunk->view->finding->cell.text;
}

/* ---- Tasks and coroutines ---- */

static bool is_of_name(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_' || character == '.';
}

/* Where "name(" begins in the code, with all that names whose it is: "storage.is_broken(name)"; SIZE_MAX: it is not there, or once
 * more. */
static size_t call_at(struct text code, struct text qualified)
{
    size_t found = SIZE_MAX, dot = qualified.length;
    while (dot > 0 && qualified.bytes[dot - 1] != '.')
        dot--;
    struct text name = {qualified.bytes + dot, qualified.length - dot};
    for (size_t i = 0; name.length > 0 && i + name.length < code.length; i++) {
        if (memcmp(code.bytes + i, name.bytes, name.length) != 0 || code.bytes[i + name.length] != '(')
            continue;
        if (found != SIZE_MAX)
            return SIZE_MAX;
        found = i;
    }
    while (found != SIZE_MAX && found > 0 && is_of_name(code.bytes[found - 1]))
        found--;
    return found;
}

/* if self.is_broken(name): → if await self.is_broken(name): */
static void draw_await_within(struct hunk *hunk, const struct finding_place *made, size_t at)
{
    struct text code = hunk_code(made);
    hunk_open(hunk, made);
    hunk_remove_at(hunk, made);
    hunk_begin_added(hunk, hunk_indent(hunk, made));
    buffer_add(hunk_text(hunk), (struct text){code.bytes, at});
    buffer_add_string(hunk_text(hunk), "await ");
    buffer_add(hunk_text(hunk), (struct text){code.bytes + at, code.length - at});
    hunk_end_added(hunk);
    hunk_close(hunk);
}

static void draw_coroutine(struct hunk *hunk)
{
    const struct finding_place *made = &hunk->view->finding->last;
    bool cannot = view_cannot_await(hunk->view, made);
    size_t at = call_at(hunk_code(made), cell_of(hunk));
    if (at != SIZE_MAX && !cannot) {
        draw_await_within(hunk, made, at);
        return;
    }
    hunk_comment_at(hunk, made,
                    cannot ? "nothing can be awaited here: make this function `async`, or keep a task of "
                           : "await what ",
                    cell_of(hunk), cannot ? "(…)" : "(…) gives");
}

static void draw_exception(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    const struct finding_place *place = is_known(&finding->first) ? &finding->first : &finding->last;
    hunk_comment_at(hunk, place, "who makes a task of ", cell_of(hunk),
                    " keeps it, and awaits or gathers it: there this comes out");
}

static void draw_pending(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    const struct finding_place *place = is_known(&finding->first) ? &finding->first : &finding->last;
    hunk_comment_at(hunk, place, "who makes a task of ", cell_of(hunk),
                    " keeps it as long as it is to run: the loop does not");
}

/* self.chat = chat … str(self.chat) → str(chat) */
static void draw_parked(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    hunk_comment_at(hunk, &finding->last, "use a local variable of this task instead of ", cell_of(hunk),
                    ": others have written it meanwhile");
}

/* What is written late goes before the task is made. */
static void draw_late(struct hunk *hunk)
{
    const struct finding_place *made = &hunk->view->finding->first, *late = &hunk->view->finding->last;
    if (!same_function(made, late) || made->line >= late->line || !is_known(made)) {
        hunk_comment_at(hunk, late, "write ", cell_of(hunk), " before the task is made");
        return;
    }
    hunk_open(hunk, made);
    hunk_begin_added(hunk, hunk_indent(hunk, made));
    buffer_add(hunk_text(hunk), hunk_code(late));
    hunk_end_added(hunk);
    hunk_keep_between(hunk, made, made->line, late->line);
    hunk_remove_at(hunk, late);
    hunk_close(hunk);
}

/* ---- Locks ---- */

/* The nearest line above that takes a lock, and stands less deep; 0: there is none. */
static uint32_t lock_around(const struct hunk *hunk, const struct finding_place *place)
{
    size_t depth = hunk_indent(hunk, place).length;
    for (uint32_t line = place->line; line-- > 1 && place->line - line < above_max;) {
        struct text source = view_source_line(hunk->view, place->file, line);
        size_t blanks = hunk_blanks(source).length;
        struct text code = {source.bytes + blanks, source.length - blanks};
        if (code.length == 0 || blanks >= depth)
            continue;
        return source_starts_with(code, "async with") || source_starts_with(code, "with") ? line : 0;
    }
    return 0;
}

/* Two lines that take locks change places. */
static void draw_order(struct hunk *hunk)
{
    const struct finding_place *inner = &hunk->view->finding->other;
    uint32_t outer = lock_around(hunk, inner);
    struct text code = hunk_code(inner);
    bool is_with = source_starts_with(code, "async with") || source_starts_with(code, "with");
    if (outer == 0 || !is_with) {
        hunk_comment_at(hunk, inner, "take ", cell_of(hunk), " in the order in which the other one does");
        return;
    }
    struct text around = view_source_line(hunk->view, inner->file, outer);
    size_t blanks = hunk_blanks(around).length;
    hunk_open(hunk, inner);
    hunk_remove(hunk, outer, around);
    hunk_begin_added(hunk, hunk_blanks(around));
    buffer_add(hunk_text(hunk), code);
    hunk_end_added(hunk);
    hunk_keep_between(hunk, inner, outer + 1, inner->line);
    hunk_remove_at(hunk, inner);
    hunk_begin_added(hunk, hunk_indent(hunk, inner));
    buffer_add(hunk_text(hunk), (struct text){around.bytes + blanks, around.length - blanks});
    hunk_end_added(hunk);
    hunk_close(hunk);
}

static void draw_two_loops(struct hunk *hunk)
{
    hunk_comment_at(hunk, &hunk->view->finding->last, "make ", cell_of(hunk),
                    " a threading.Lock, held over no await; or one for each loop");
}

/* job.done.set() → loop.call_soon_threadsafe(job.done.set) */
static void draw_foreign(struct hunk *hunk)
{
    const struct finding_place *place = &hunk->view->finding->last;
    struct text code = hunk_code(place);
    const char *open = memchr(code.bytes, '(', code.length);
    size_t name = open != NULL ? (size_t)(open - code.bytes) : 0;
    bool is_bare = name > 0 && memchr(code.bytes, ' ', name) == NULL && code.bytes[code.length - 1] == ')' &&
                   memchr(open + 1, '(', code.length - name - 1) == NULL;
    if (!is_bare) {
        hunk_comment_at(hunk, place, "let its own loop do this: loop.call_soon_threadsafe(…), for ",
                        cell_of(hunk), "");
        return;
    }
    struct text rest = {open + 1, code.length - name - 1};
    hunk_open(hunk, place);
    hunk_remove_at(hunk, place);
    hunk_begin_added(hunk, hunk_indent(hunk, place));
    buffer_add_string(hunk_text(hunk), "loop.call_soon_threadsafe(");
    buffer_add(hunk_text(hunk), (struct text){code.bytes, name});
    buffer_add_string(hunk_text(hunk), rest.length > 1 ? ", " : "");
    buffer_add(hunk_text(hunk), rest);
    buffer_add_string(hunk_text(hunk), "  # the loop that it belongs to");
    hunk_end_added(hunk);
    hunk_close(hunk);
}

/* ---- What holds the loop ---- */

static void draw_blocking(struct hunk *hunk)
{
    const struct finding_place *place = &hunk->view->finding->last;
    if (!is_known(place))
        return;
    if (view_cannot_await(hunk->view, place))
        hunk_comment_at(hunk, place, "not on the loop: the coroutine that calls ", place->function,
                        " does so with `await asyncio.to_thread(…)`");
    else
        hunk_comment_at(hunk, place, "in a thread: `await asyncio.to_thread(…)`", TEXT_NONE, "");
}

/* ---- Windows ---- */

/* What a task does that was made under a check belongs before that. */
static void draw_act_first(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    hunk_open(hunk, &finding->first);
    hunk_keep_at(hunk, &finding->first);
    hunk_begin_added(hunk, hunk_indent(hunk, &finding->first));
    buffer_add_format(hunk_text(hunk), "    # do here what line %" PRIu32 " of ", finding->last.line);
    buffer_add(hunk_text(hunk), finding->last.function);
    buffer_add_string(hunk_text(hunk), " does, before the task is made");
    hunk_end_added(hunk);
    hunk_close(hunk);
}

static void draw_queue(struct hunk *hunk)
{
    hunk_comment_at(hunk, &hunk->view->finding->last, "ask ", cell_of(hunk),
                    " here, with get_nowait() or put_nowait(), which ask and act in one step");
}

static void draw_limit(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    hunk_comment_at(hunk, is_known(&finding->window) ? &finding->window : &finding->last,
                    "take the place in ", cell_of(hunk),
                    " before the await, or let one asyncio.Semaphore count");
}

/* The two ends lie in different functions, and the await often in a third that calls both. */
static void draw_lock(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    bool is_of_threads = text_equals(finding->advice.primitive, "threading.Lock");
    const struct finding_place *place = is_known(&finding->window) ? &finding->window : &finding->last;
    if (is_of_threads && same_function(place, &finding->first) && place == &finding->window)
        hunk_comment_at(hunk, place,
                        "await this before or behind: no lock of threads may be held over it; then one for ",
                        cell_of(hunk), "");
    else if (is_of_threads)
        hunk_comment_at(hunk, place, "read and write in one job, under one threading.Lock for ",
                        cell_of(hunk), "");
    else
        hunk_comment_at(hunk, place, "hold one lock from where ", cell_of(hunk),
                        " is read to where it is written, over this await");
}

/* ---- The whole ---- */

struct primitive_row {
    const char *primitive;
    void (*draw)(struct hunk *hunk);
};

static const struct primitive_row by_primitive[] = {
    {"asyncio.Event", sketch_waits_draw_polled},
    {"act-first", draw_act_first},
    {"asyncio.Queue", draw_queue},
    {"asyncio.Lock", draw_lock},
    {"threading.Lock", draw_lock},
    {"asyncio.Semaphore", draw_limit},
};

static void (*const by_form[FINDING_FORM_COUNT])(struct hunk *hunk) = {
    [FINDING_FORM_COROUTINE] = draw_coroutine,
    [FINDING_FORM_EXCEPTION] = draw_exception,
    [FINDING_FORM_PENDING] = draw_pending,
    [FINDING_FORM_PARKED] = draw_parked,
    [FINDING_FORM_LATE] = draw_late,
    [FINDING_FORM_SLEEPING] = draw_blocking,
    [FINDING_FORM_COMPUTING] = draw_blocking,
    [FINDING_FORM_CLEARED] = sketch_waits_draw_cleared,
    [FINDING_FORM_UNHEARD] = sketch_waits_draw_unheard,
    [FINDING_FORM_REPLACED] = sketch_waits_draw_replaced,
    [FINDING_FORM_INVERSION] = draw_order,
    [FINDING_FORM_DEADLOCK] = draw_order,
    [FINDING_FORM_TWO_LOOPS] = draw_two_loops,
    [FINDING_FORM_FOREIGN] = draw_foreign,
};

static void draw_by_primitive(struct hunk *hunk)
{
    for (size_t i = 0; i < sizeof by_primitive / sizeof *by_primitive; i++)
        if (text_equals(hunk->view->finding->advice.primitive, by_primitive[i].primitive))
            by_primitive[i].draw(hunk);
}

void sketch_forms_draw(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    bool is_window = finding->form == FINDING_FORM_ONLY && finding->kind != FINDING_ATOMICITY &&
                     is_known(&finding->first) && is_known(&finding->last);
    if (by_form[finding->form] != NULL && is_known(&finding->last))
        by_form[finding->form](hunk);
    else if (is_window)
        draw_by_primitive(hunk);
}
