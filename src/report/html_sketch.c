/*
 * In:   a finding with its advice, and what is known of the source.
 * Out:  a sketch, by the first row of the table that fits.
 * Holds: a line is shown as changed only where the change can be told from the line alone; all else is added as a comment.
 */
#include "report/html_sketch.h"

#include <inttypes.h>

#include "finding/held.h"
#include "finding/source.h"
#include "report/html_escape.h"
#include "report/html_source.h"

/* Longer blocks are shown by their ends. */
enum { lines_max = 24 };

struct sketch {
    const struct html_view *view;
    const struct finding *finding;
    struct buffer *out;
};

struct sketch_row {
    bool (*applies)(const struct finding *finding);
    void (*draw)(const struct sketch *sketch);
};

/* ---- Lines ---- */

static struct text line_at(const struct sketch *sketch, const struct finding_place *place)
{
    return html_source_line(sketch->view, place->file, place->line);
}

static struct text indent_of(struct text line)
{
    size_t length = 0;
    while (length < line.length && (line.bytes[length] == ' ' || line.bytes[length] == '\t'))
        length++;
    return (struct text){line.bytes, length};
}

static struct text without_indent(struct text line)
{
    size_t length = indent_of(line).length;
    return (struct text){line.bytes + length, line.length - length};
}

/* What stands at a place, as its line begins after the indentation. */
static struct text code_at(const struct finding_place *place)
{
    return without_indent(place->source);
}

/* A line that stays, `deeper` than it was. */
static void keep(const struct sketch *sketch, uint32_t number, struct text line, bool deeper)
{
    buffer_add_format(sketch->out, "<span class=\"%s\"><span class=\"no\">%" PRIu32 "</span>  %s",
                      deeper ? "ln in" : "ln", number, deeper ? "    " : "");
    html_escape_line(sketch->out, line);
    buffer_add_string(sketch->out, "\n</span>");
}

static void keep_at(const struct sketch *sketch, const struct finding_place *place)
{
    keep(sketch, place->line, line_at(sketch, place), false);
}

static void take_away(const struct sketch *sketch, const struct finding_place *place)
{
    buffer_add_format(sketch->out, "<del class=\"ln\"><span class=\"no\">%" PRIu32 "</span>- ", place->line);
    html_escape_line(sketch->out, line_at(sketch, place));
    buffer_add_string(sketch->out, "\n</del>");
}

/* Opens a line that is new, as deep as another one; `end_added` ends it. */
static void begin_added(const struct sketch *sketch, struct text beside)
{
    buffer_add_string(sketch->out, "<ins class=\"ln\"><span class=\"no\"></span>+ ");
    html_escape_line(sketch->out, indent_of(beside));
}

static void end_added(const struct sketch *sketch)
{
    buffer_add_string(sketch->out, "\n</ins>");
}

static void add_gap(const struct sketch *sketch)
{
    buffer_add_string(sketch->out, "<span class=\"ln gap\"><span class=\"no\">⋯</span>\n</span>");
}

static void begin_hunk(const struct sketch *sketch, const struct finding_place *place)
{
    buffer_add_string(sketch->out, "<figure class=\"sketch\">\n<figcaption>");
    html_escape_code(sketch->out, place->file);
    if (place->function.length != 0) {
        buffer_add_string(sketch->out, " in ");
        html_escape_code(sketch->out, place->function);
    }
    buffer_add_string(sketch->out, "</figcaption>\n<pre tabindex=\"0\">");
}

static void end_hunk(const struct sketch *sketch)
{
    buffer_add_string(sketch->out, "</pre>\n</figure>\n");
}

/* The lines of a block, where they are known. */
static void keep_block(const struct sketch *sketch, const struct finding_place *from, uint32_t to_line)
{
    uint32_t shown = 0;
    bool missing = false;
    for (uint32_t line = from->line; line <= to_line && to_line - from->line < UINT16_MAX; line++) {
        struct text source = html_source_line(sketch->view, from->file, line);
        if (source.length == 0 || (shown >= lines_max && line < to_line)) {
            missing = true;
            continue;
        }
        if (missing)
            add_gap(sketch);
        missing = false;
        keep(sketch, line, source, true);
        shown++;
    }
}

/* ---- Locks ---- */

static bool same_function(const struct finding_place *one, const struct finding_place *other)
{
    return text_equal(one->file, other->file) && text_equal(one->function, other->function);
}

static bool is_lock(struct text primitive)
{
    return text_equals(primitive, "asyncio.Lock") || text_equals(primitive, "threading.Lock") ||
           text_equals(primitive, "asyncio.Semaphore");
}

/* The lock that is there already, and that the advice speaks of; NULL: a new one. */
static const struct finding_lock *lock_there(const struct finding *finding)
{
    const struct finding_lock *lock = held_released(finding);
    lock = lock != NULL ? lock : held_missing(finding);
    lock = lock != NULL ? lock : held_late(finding);
    return lock != NULL ? lock : held_twin(finding);
}

/* "async with lock:  # Counter._lock" */
static void add_with(const struct sketch *sketch, struct text beside, const struct finding_lock *lock)
{
    const struct finding *finding = sketch->finding;
    bool is_of_threads = text_equals(finding->advice.primitive, "threading.Lock");
    begin_added(sketch, beside);
    buffer_add_string(sketch->out, is_of_threads ? "with lock:  # " : "async with lock:  # ");
    if (lock != NULL) {
        html_escape_text(sketch->out, lock->name);
    } else {
        buffer_add_string(sketch->out, "one ");
        html_escape_text(sketch->out, finding->advice.primitive);
        buffer_add_string(sketch->out, " for all who use ");
        html_escape_text(sketch->out, finding->cell.text);
    }
    end_added(sketch);
}

static void hold(const struct sketch *sketch, const struct finding_place *from, uint32_t to_line,
                 const struct finding_lock *lock)
{
    begin_hunk(sketch, from);
    add_with(sketch, line_at(sketch, from), lock);
    keep_block(sketch, from, to_line);
    end_hunk(sketch);
}

/* A lock over a block of one function. Not where a lock of threads would be held over an await. */
static bool is_held_over(const struct finding *finding)
{
    bool awaits_in_thread_lock = finding->between_threads && finding->window.line != 0;
    return is_lock(finding->advice.primitive) && finding->form == FINDING_FORM_ONLY &&
           finding->kind != FINDING_DATA_RACE && finding->kind != FINDING_ATOMICITY &&
           !finding->released_between && !awaits_in_thread_lock && finding->first.line != 0 &&
           finding->first.line <= finding->last.line && same_function(&finding->first, &finding->last) &&
           (lock_there(finding) != NULL || !text_equals(finding->advice.primitive, "asyncio.Semaphore"));
}

static void draw_held_over(const struct sketch *sketch)
{
    const struct finding *finding = sketch->finding;
    const struct finding_lock *missing = held_missing(finding);
    bool other_elsewhere = finding->other.line != 0 && !(same_function(&finding->other, &finding->first) &&
                                                         finding->other.line >= finding->first.line &&
                                                         finding->other.line <= finding->last.line);
    if (missing == NULL)
        hold(sketch, &finding->first, finding->last.line, lock_there(finding));
    if (missing != NULL || other_elsewhere)
        hold(sketch, &finding->other, finding->other.line, lock_there(finding));
}

static bool is_race(const struct finding *finding)
{
    return finding->kind == FINDING_DATA_RACE && is_lock(finding->advice.primitive) &&
           finding->first.line != 0 && finding->last.line != 0 && !finding->first.is_location;
}

static const struct finding_lock *thread_lock_at(const struct finding_place *place)
{
    for (uint32_t i = 0; i < place->lock_count; i++)
        if (place->locks[i].kind == FINDING_LOCK_THREADING)
            return &place->locks[i];
    return NULL;
}

static void draw_race(const struct sketch *sketch)
{
    const struct finding_place *first = &sketch->finding->first, *last = &sketch->finding->last;
    const struct finding_lock *at_first = thread_lock_at(first), *at_last = thread_lock_at(last);
    if (at_first == NULL)
        hold(sketch, first, first->line, at_last);
    if (at_last == NULL && !(at_first == NULL && first->line == last->line && same_function(first, last)))
        hold(sketch, last, last->line, at_first);
}

/* ---- A line that becomes another ---- */

static bool is_name(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_' || character == '.';
}

/* How long the name is that is called by a line which is nothing but one call: "self.save(1)" 9; 0: it is no such line. */
static size_t called_name(struct text line)
{
    size_t length = 0;
    while (length < line.length && is_name(line.bytes[length]))
        length++;
    if (length == 0 || length == line.length || line.bytes[length] != '(')
        return 0;
    int depth = 0;
    for (size_t i = length; i < line.length; i++) {
        depth += (line.bytes[i] == '(') - (line.bytes[i] == ')');
        if (depth == 0)
            return i + 1 == line.length ? length : 0;
    }
    return 0;
}

static bool is_bare_call(const struct finding *finding)
{
    return finding->last.line != 0 && called_name(code_at(&finding->last)) != 0;
}

static bool is_never_awaited(const struct finding *finding)
{
    return finding->form == FINDING_FORM_COROUTINE && is_bare_call(finding);
}

static void draw_await(const struct sketch *sketch)
{
    const struct finding_place *place = &sketch->finding->last;
    begin_hunk(sketch, place);
    take_away(sketch, place);
    begin_added(sketch, line_at(sketch, place));
    buffer_add_string(sketch->out, "await ");
    html_escape_line(sketch->out, code_at(place));
    end_added(sketch);
    end_hunk(sketch);
}

static bool is_blocking_call(const struct finding *finding)
{
    return finding->kind == FINDING_BLOCKING_CALL && is_bare_call(finding);
}

/* time.sleep(1) → await asyncio.sleep(1); load(a) → await asyncio.to_thread(load, a) */
static void draw_unblocked(const struct sketch *sketch)
{
    const struct finding_place *place = &sketch->finding->last;
    struct text call = code_at(place);
    struct text name = {call.bytes, called_name(call)};
    struct text rest = {call.bytes + name.length + 1, call.length - name.length - 1};
    begin_hunk(sketch, place);
    take_away(sketch, place);
    begin_added(sketch, line_at(sketch, place));
    if (text_equals(sketch->finding->advice.primitive, "asyncio.sleep")) {
        buffer_add_string(sketch->out, "await asyncio.sleep(");
    } else {
        buffer_add_string(sketch->out, "await asyncio.to_thread(");
        html_escape_text(sketch->out, name);
        buffer_add_string(sketch->out, rest.length > 1 ? ", " : "");
    }
    html_escape_line(sketch->out, rest);
    end_added(sketch);
    end_hunk(sketch);
}

static bool is_if_around_wait(const struct finding *finding)
{
    return finding->form == FINDING_FORM_ONLY &&
           text_equals(finding->advice.primitive, "asyncio.Condition") &&
           source_starts_with(finding->first.source, "if");
}

static void draw_while(const struct sketch *sketch)
{
    const struct finding *finding = sketch->finding;
    struct text code = code_at(&finding->first);
    begin_hunk(sketch, &finding->first);
    take_away(sketch, &finding->first);
    begin_added(sketch, line_at(sketch, &finding->first));
    buffer_add_string(sketch->out, "while");
    html_escape_line(sketch->out, (struct text){code.bytes + 2, code.length - 2});
    end_added(sketch);
    if (finding->window.line > finding->first.line && same_function(&finding->window, &finding->first))
        keep_at(sketch, &finding->window);
    end_hunk(sketch);
}

/* Where in "for k in self.items:" what is iterated begins; 0: it is no such line. */
static size_t iterated_from(struct text code)
{
    static const char word[] = " in ";
    if (!source_starts_with(code, "for") || code.bytes[code.length - 1] != ':')
        return 0;
    for (size_t i = 0; i + sizeof word <= code.length; i++)
        if (memcmp(code.bytes + i, word, sizeof word - 1) == 0)
            return i + sizeof word - 1;
    return 0;
}

static bool is_iterated(const struct finding *finding)
{
    return text_equals(finding->advice.primitive, "snapshot") && finding->first.source.length != 0 &&
           iterated_from(code_at(&finding->first)) != 0;
}

static void draw_snapshot(const struct sketch *sketch)
{
    const struct finding_place *place = &sketch->finding->first;
    struct text code = code_at(place);
    size_t from = iterated_from(code);
    begin_hunk(sketch, place);
    take_away(sketch, place);
    begin_added(sketch, line_at(sketch, place));
    html_escape_line(sketch->out, (struct text){code.bytes, from});
    buffer_add_string(sketch->out, "list(");
    html_escape_line(sketch->out, (struct text){code.bytes + from, code.length - from - 1});
    buffer_add_string(sketch->out, "):");
    end_added(sketch);
    end_hunk(sketch);
}

/* ---- A place where something is to be done ---- */

/* A comment before the line of a place: "# check `x` again: …". */
static void draw_comment(const struct sketch *sketch, const struct finding_place *place, const char *before,
                         const char *after)
{
    begin_hunk(sketch, place);
    begin_added(sketch, line_at(sketch, place));
    buffer_add_string(sketch->out, "# ");
    buffer_add_string(sketch->out, before);
    html_escape_text(sketch->out, sketch->finding->cell.text);
    buffer_add_string(sketch->out, after);
    end_added(sketch);
    keep_at(sketch, place);
    end_hunk(sketch);
}

static bool is_rechecked(const struct finding *finding)
{
    return finding->form == FINDING_FORM_ONLY && text_equals(finding->advice.primitive, "re-check") &&
           finding->last.line != 0;
}

static void draw_recheck(const struct sketch *sketch)
{
    draw_comment(sketch, &sketch->finding->last, "look at ",
                 " again here, after the await and in one step with the next line");
}

static bool is_cached(const struct finding *finding)
{
    return finding->form == FINDING_FORM_ONLY && text_equals(finding->advice.primitive, "asyncio.Future") &&
           finding->window.line != 0;
}

static void draw_cached(const struct sketch *sketch)
{
    draw_comment(sketch, &sketch->finding->window, "store a task or future in ",
                 " here, before anybody else can come in; all others await that one");
}

static bool is_awaited_first(const struct finding *finding)
{
    return text_equals(finding->advice.primitive, "await-first") && finding->last.line != 0;
}

static void draw_awaited_first(const struct sketch *sketch)
{
    draw_comment(sketch, &sketch->finding->last, "await into a local variable here, so that ",
                 " is read and written in one step");
}

static bool is_swapped(const struct finding *finding)
{
    return text_equals(finding->advice.primitive, "swap") && finding->last.line != 0;
}

static void draw_swapped(const struct sketch *sketch)
{
    draw_comment(sketch, &sketch->finding->last, "assign ",
                 " here for the first time, built up in a local variable");
}

static bool is_limited(const struct finding *finding)
{
    struct text limit;
    return finding->form == FINDING_FORM_ONLY &&
           text_equals(finding->advice.primitive, "asyncio.Semaphore") &&
           source_limit(finding->first.source, &limit) && finding->first.line != 0;
}

static void draw_limited(const struct sketch *sketch)
{
    struct text limit = TEXT_NONE;
    if (!source_limit(sketch->finding->first.source, &limit))
        return;
    begin_hunk(sketch, &sketch->finding->first);
    begin_added(sketch, line_at(sketch, &sketch->finding->first));
    buffer_add_string(sketch->out, "await semaphore.acquire()  # one asyncio.Semaphore(");
    html_escape_text(sketch->out, limit);
    buffer_add_string(sketch->out, "), released when it is given back");
    end_added(sketch);
    take_away(sketch, &sketch->finding->first);
    end_hunk(sketch);
}

/* ---- The whole ---- */

static const struct sketch_row rows[] = {
    {is_held_over, draw_held_over},  {is_race, draw_race},
    {is_never_awaited, draw_await},  {is_blocking_call, draw_unblocked},
    {is_if_around_wait, draw_while}, {is_iterated, draw_snapshot},
    {is_limited, draw_limited},      {is_rechecked, draw_recheck},
    {is_cached, draw_cached},        {is_awaited_first, draw_awaited_first},
    {is_swapped, draw_swapped},
};

void html_sketch_add(struct buffer *out, const struct html_view *view)
{
    struct sketch sketch = {.view = view, .finding = view->finding, .out = out};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!rows[i].applies(view->finding))
            continue;
        buffer_add_string(out, "<p class=\"note\">A sketch, not a patch: nobody has run it.</p>\n");
        rows[i].draw(&sketch);
        return;
    }
}
