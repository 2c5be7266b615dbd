/*
 * In:   a finding with its advice, and what is known of the source.
 * Out:  a sketch, by the first row of the table that fits.
 * Holds: a line is shown as changed only where the change can be told from the line alone; all else is added as a comment.
 */
#include "report/html_sketch.h"

#include "finding/source.h"
#include "report/html_escape.h"
#include "report/html_holding.h"
#include "report/html_hunk.h"

struct sketch_row {
    bool (*applies)(const struct view *view);
    void (*draw)(const struct html_hunk *hunk);
};

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
    return finding->last.line != 0 && called_name(html_hunk_code(&finding->last)) != 0;
}

static bool is_never_awaited(const struct view *view)
{
    const struct finding *finding = view->finding;
    return finding->form == FINDING_FORM_COROUTINE && is_bare_call(finding);
}

static void draw_await(const struct html_hunk *hunk)
{
    const struct finding_place *place = &hunk->view->finding->last;
    html_hunk_open(hunk, place);
    html_hunk_remove_at(hunk, place);
    html_hunk_begin_added(hunk, html_hunk_indent(hunk, place));
    buffer_add_string(hunk->out, "await ");
    html_escape_line(hunk->out, html_hunk_code(place));
    html_hunk_end_added(hunk);
    html_hunk_close(hunk);
}

static bool is_blocking_call(const struct view *view)
{
    const struct finding *finding = view->finding;
    return finding->kind == FINDING_BLOCKING_CALL && is_bare_call(finding);
}

/* time.sleep(1) → await asyncio.sleep(1); load(a) → await asyncio.to_thread(load, a) */
static void draw_unblocked(const struct html_hunk *hunk)
{
    const struct finding_place *place = &hunk->view->finding->last;
    struct text call = html_hunk_code(place);
    struct text name = {call.bytes, called_name(call)};
    struct text rest = {call.bytes + name.length + 1, call.length - name.length - 1};
    html_hunk_open(hunk, place);
    html_hunk_remove_at(hunk, place);
    html_hunk_begin_added(hunk, html_hunk_indent(hunk, place));
    if (text_equals(hunk->view->finding->advice.primitive, "asyncio.sleep")) {
        buffer_add_string(hunk->out, "await asyncio.sleep(");
    } else {
        buffer_add_string(hunk->out, "await asyncio.to_thread(");
        html_escape_text(hunk->out, name);
        buffer_add_string(hunk->out, rest.length > 1 ? ", " : "");
    }
    html_escape_line(hunk->out, rest);
    html_hunk_end_added(hunk);
    html_hunk_close(hunk);
}

static bool is_if_around_wait(const struct view *view)
{
    const struct finding *finding = view->finding;
    return finding->form == FINDING_FORM_ONLY &&
           text_equals(finding->advice.primitive, "asyncio.Condition") &&
           source_starts_with(finding->first.source, "if");
}

static void draw_while(const struct html_hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    struct text code = html_hunk_code(&finding->first);
    html_hunk_open(hunk, &finding->first);
    html_hunk_remove_at(hunk, &finding->first);
    html_hunk_begin_added(hunk, html_hunk_indent(hunk, &finding->first));
    buffer_add_string(hunk->out, "while");
    html_escape_line(hunk->out, (struct text){code.bytes + 2, code.length - 2});
    html_hunk_end_added(hunk);
    if (finding->window.line > finding->first.line &&
        text_equal(finding->window.function, finding->first.function))
        html_hunk_keep_at(hunk, &finding->window);
    html_hunk_close(hunk);
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

static bool is_iterated(const struct view *view)
{
    const struct finding *finding = view->finding;
    return text_equals(finding->advice.primitive, "snapshot") && finding->first.source.length != 0 &&
           iterated_from(html_hunk_code(&finding->first)) != 0;
}

static void draw_snapshot(const struct html_hunk *hunk)
{
    const struct finding_place *place = &hunk->view->finding->first;
    struct text code = html_hunk_code(place);
    size_t from = iterated_from(code);
    html_hunk_open(hunk, place);
    html_hunk_remove_at(hunk, place);
    html_hunk_begin_added(hunk, html_hunk_indent(hunk, place));
    html_escape_line(hunk->out, (struct text){code.bytes, from});
    buffer_add_string(hunk->out, "list(");
    html_escape_line(hunk->out, (struct text){code.bytes + from, code.length - from - 1});
    buffer_add_string(hunk->out, "):");
    html_hunk_end_added(hunk);
    html_hunk_close(hunk);
}

/* ---- A place where something is to be done ---- */

/* A comment before the line of a place: "# check `x` again: …". */
static void draw_comment(const struct html_hunk *hunk, const struct finding_place *place, const char *before,
                         const char *after)
{
    html_hunk_open(hunk, place);
    html_hunk_begin_added(hunk, html_hunk_indent(hunk, place));
    buffer_add_string(hunk->out, "# ");
    buffer_add_string(hunk->out, before);
    html_escape_text(hunk->out, hunk->view->finding->cell.text);
    buffer_add_string(hunk->out, after);
    html_hunk_end_added(hunk);
    html_hunk_keep_at(hunk, place);
    html_hunk_close(hunk);
}

static bool is_rechecked(const struct view *view)
{
    const struct finding *finding = view->finding;
    return finding->form == FINDING_FORM_ONLY && text_equals(finding->advice.primitive, "re-check") &&
           finding->last.line != 0;
}

/* What is in another function than the await cannot look again: it does not know that anybody waited. */
static void draw_recheck(const struct html_hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    if (finding->window.line == 0 || text_equal(finding->window.function, finding->last.function)) {
        draw_comment(hunk, &finding->last, "look at ",
                     " again here, after the await and in one step with the next line");
        return;
    }
    html_hunk_open(hunk, &finding->window);
    html_hunk_keep_at(hunk, &finding->window);
    html_hunk_begin_added(hunk, html_hunk_indent(hunk, &finding->window));
    buffer_add_string(hunk->out, "# look at ");
    html_escape_text(hunk->out, finding->cell.text);
    buffer_add_string(hunk->out, " again here, and go on in the same step");
    html_hunk_end_added(hunk);
    html_hunk_close(hunk);
}

static bool is_cached(const struct view *view)
{
    const struct finding *finding = view->finding;
    return finding->form == FINDING_FORM_ONLY && text_equals(finding->advice.primitive, "asyncio.Future") &&
           finding->window.line != 0;
}

static void draw_cached(const struct html_hunk *hunk)
{
    draw_comment(hunk, &hunk->view->finding->window, "store a task or future in ",
                 " here, before anybody else can come in; all others await that one");
}

static bool is_awaited_first(const struct view *view)
{
    const struct finding *finding = view->finding;
    return text_equals(finding->advice.primitive, "await-first") && finding->last.line != 0;
}

static void draw_awaited_first(const struct html_hunk *hunk)
{
    draw_comment(hunk, &hunk->view->finding->last, "await into a local variable here, so that ",
                 " is read and written in one step");
}

static bool is_swapped(const struct view *view)
{
    const struct finding *finding = view->finding;
    return text_equals(finding->advice.primitive, "swap") && finding->last.line != 0;
}

static void draw_swapped(const struct html_hunk *hunk)
{
    draw_comment(hunk, &hunk->view->finding->last, "assign ",
                 " here for the first time, built up in a local variable");
}

static bool is_limited(const struct view *view)
{
    const struct finding *finding = view->finding;
    struct text limit;
    return finding->form == FINDING_FORM_ONLY &&
           text_equals(finding->advice.primitive, "asyncio.Semaphore") &&
           source_limit(finding->first.source, &limit) && finding->first.line != 0 &&
           text_equal(finding->first.function, finding->last.function);
}

static void draw_limited(const struct html_hunk *hunk)
{
    struct text limit = TEXT_NONE;
    if (!source_limit(hunk->view->finding->first.source, &limit))
        return;
    html_hunk_open(hunk, &hunk->view->finding->first);
    html_hunk_begin_added(hunk, html_hunk_indent(hunk, &hunk->view->finding->first));
    buffer_add_string(hunk->out, "await semaphore.acquire()  # one asyncio.Semaphore(");
    html_escape_text(hunk->out, limit);
    buffer_add_string(hunk->out, "), released when it is given back");
    html_hunk_end_added(hunk);
    html_hunk_keep_at(hunk, &hunk->view->finding->first);
    html_hunk_close(hunk);
}

/* ---- The whole ---- */

static const struct sketch_row rows[] = {
    {html_holding_is_block, html_holding_draw_block},
    {html_holding_is_race, html_holding_draw_race},
    {is_never_awaited, draw_await},
    {is_blocking_call, draw_unblocked},
    {is_if_around_wait, draw_while},
    {is_iterated, draw_snapshot},
    {is_limited, draw_limited},
    {is_rechecked, draw_recheck},
    {is_cached, draw_cached},
    {is_awaited_first, draw_awaited_first},
    {is_swapped, draw_swapped},
};

void html_sketch_add(struct buffer *out, const struct view *view)
{
    struct html_hunk hunk = {out, view};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!rows[i].applies(view))
            continue;
        buffer_add_string(out, "<p class=\"note\">A sketch, not a patch: nobody has run it.</p>\n");
        rows[i].draw(&hunk);
        return;
    }
}
