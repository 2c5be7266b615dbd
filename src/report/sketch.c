/*
 * In:   a finding with its advice, and what is known of the source.
 * Out:  a sketch, by the first row of the table that fits.
 * Holds: a line is shown as changed only where the change can be told from the line alone; all else is added as a comment.
 */
#include "report/sketch.h"

#include "finding/source.h"
#include "report/sketch_forms.h"
#include "report/sketch_holding.h"

struct row {
    bool (*applies)(const struct view *view);
    void (*draw)(struct hunk *hunk);
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

/* Where the call begins in "call(…)", "return call(…)" or "name = call(…)"; SIZE_MAX: the line is none of these. */
static size_t call_from(struct text code)
{
    static const char give_back[] = "return ";
    size_t from = 0;
    if (source_starts_with(code, "return") && code.length > sizeof give_back)
        from = sizeof give_back - 1;
    for (size_t i = 0; from == 0 && i + 3 < code.length && (is_name(code.bytes[i]) || code.bytes[i] == ' ');
         i++)
        if (memcmp(code.bytes + i, " = ", 3) == 0)
            from = i + 3;
    struct text call = {code.bytes + from, code.length - from};
    return called_name(call) != 0 ? from : SIZE_MAX;
}

static bool is_call_in_coroutine(const struct view *view)
{
    const struct finding *finding = view->finding;
    return finding->last.line != 0 && call_from(hunk_code(&finding->last)) != SIZE_MAX &&
           !view_cannot_await(view, &finding->last);
}

static bool is_never_awaited(const struct view *view)
{
    return view->finding->form == FINDING_FORM_COROUTINE && is_call_in_coroutine(view);
}

static void draw_await(struct hunk *hunk)
{
    const struct finding_place *place = &hunk->view->finding->last;
    struct text code = hunk_code(place);
    size_t from = call_from(code);
    hunk_open(hunk, place);
    hunk_remove_at(hunk, place);
    hunk_begin_added(hunk, hunk_indent(hunk, place));
    buffer_add(hunk_text(hunk), (struct text){code.bytes, from});
    buffer_add_string(hunk_text(hunk), "await ");
    buffer_add(hunk_text(hunk), (struct text){code.bytes + from, code.length - from});
    hunk_end_added(hunk);
    hunk_close(hunk);
}

static bool is_blocking_call(const struct view *view)
{
    return view->finding->kind == FINDING_BLOCKING_CALL && is_call_in_coroutine(view);
}

/* time.sleep(1) → await asyncio.sleep(1); x = load(a) → x = await asyncio.to_thread(load, a) */
static void draw_unblocked(struct hunk *hunk)
{
    const struct finding_place *place = &hunk->view->finding->last;
    struct text code = hunk_code(place);
    size_t from = call_from(code);
    struct text call = {code.bytes + from, code.length - from}, name = {call.bytes, called_name(call)};
    struct text rest = {call.bytes + name.length + 1, call.length - name.length - 1};
    hunk_open(hunk, place);
    hunk_remove_at(hunk, place);
    hunk_begin_added(hunk, hunk_indent(hunk, place));
    buffer_add(hunk_text(hunk), (struct text){code.bytes, from});
    if (text_equals(hunk->view->finding->advice.primitive, "asyncio.sleep")) {
        buffer_add_string(hunk_text(hunk), "await asyncio.sleep(");
    } else {
        buffer_add_string(hunk_text(hunk), "await asyncio.to_thread(");
        buffer_add(hunk_text(hunk), name);
        buffer_add_string(hunk_text(hunk), rest.length > 1 ? ", " : "");
    }
    buffer_add(hunk_text(hunk), rest);
    hunk_end_added(hunk);
    hunk_close(hunk);
}

static bool is_if_around_wait(const struct view *view)
{
    const struct finding *finding = view->finding;
    return finding->form == FINDING_FORM_ONLY &&
           text_equals(finding->advice.primitive, "asyncio.Condition") &&
           source_starts_with(finding->first.source, "if");
}

static void draw_while(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    struct text code = hunk_code(&finding->first);
    hunk_open(hunk, &finding->first);
    hunk_remove_at(hunk, &finding->first);
    hunk_begin_added(hunk, hunk_indent(hunk, &finding->first));
    buffer_add_string(hunk_text(hunk), "while");
    buffer_add(hunk_text(hunk), (struct text){code.bytes + 2, code.length - 2});
    hunk_end_added(hunk);
    if (finding->window.line > finding->first.line &&
        text_equal(finding->window.function, finding->first.function))
        hunk_keep_at(hunk, &finding->window);
    hunk_close(hunk);
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
           iterated_from(hunk_code(&finding->first)) != 0;
}

static void draw_snapshot(struct hunk *hunk)
{
    const struct finding_place *place = &hunk->view->finding->first;
    struct text code = hunk_code(place);
    size_t from = iterated_from(code);
    hunk_open(hunk, place);
    hunk_remove_at(hunk, place);
    hunk_begin_added(hunk, hunk_indent(hunk, place));
    buffer_add(hunk_text(hunk), (struct text){code.bytes, from});
    buffer_add_string(hunk_text(hunk), "list(");
    buffer_add(hunk_text(hunk), (struct text){code.bytes + from, code.length - from - 1});
    buffer_add_string(hunk_text(hunk), "):");
    hunk_end_added(hunk);
    hunk_close(hunk);
}

/* ---- A place where something is to be done ---- */

/* A comment that names the cell. */
static void draw_comment(struct hunk *hunk, const struct finding_place *place, const char *before,
                         const char *after)
{
    hunk_comment_at(hunk, place, before, hunk->view->finding->cell.text, after);
}

static bool is_rechecked(const struct view *view)
{
    const struct finding *finding = view->finding;
    return finding->form == FINDING_FORM_ONLY && text_equals(finding->advice.primitive, "re-check") &&
           finding->last.line != 0;
}

/* What is in another function than the await cannot look again: it does not know that anybody waited. */
static void draw_recheck(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    if (finding->window.line == 0 || text_equal(finding->window.function, finding->last.function)) {
        draw_comment(hunk, &finding->last, "look at ",
                     " again here, after the await and in one step with the next line");
        return;
    }
    hunk_open(hunk, &finding->window);
    hunk_keep_at(hunk, &finding->window);
    hunk_begin_added(hunk, hunk_indent(hunk, &finding->window));
    buffer_add_string(hunk_text(hunk), "# look at ");
    buffer_add(hunk_text(hunk), finding->cell.text);
    buffer_add_string(hunk_text(hunk), " again here, and go on in the same step");
    hunk_end_added(hunk);
    hunk_close(hunk);
}

static bool is_cached(const struct view *view)
{
    const struct finding *finding = view->finding;
    return finding->form == FINDING_FORM_ONLY && text_equals(finding->advice.primitive, "asyncio.Future") &&
           finding->window.line != 0;
}

static void draw_cached(struct hunk *hunk)
{
    draw_comment(hunk, &hunk->view->finding->window, "store a task or future in ",
                 " here, before anybody else can come in; all others await that one");
}

static bool is_awaited_first(const struct view *view)
{
    const struct finding *finding = view->finding;
    return text_equals(finding->advice.primitive, "await-first") && finding->last.line != 0;
}

static void draw_awaited_first(struct hunk *hunk)
{
    draw_comment(hunk, &hunk->view->finding->last, "await into a local variable here, so that ",
                 " is read and written in one step");
}

static bool is_swapped(const struct view *view)
{
    const struct finding *finding = view->finding;
    return text_equals(finding->advice.primitive, "swap") && finding->last.line != 0;
}

static void draw_swapped(struct hunk *hunk)
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

static void draw_limited(struct hunk *hunk)
{
    struct text limit = TEXT_NONE;
    if (!source_limit(hunk->view->finding->first.source, &limit))
        return;
    hunk_open(hunk, &hunk->view->finding->first);
    hunk_begin_added(hunk, hunk_indent(hunk, &hunk->view->finding->first));
    buffer_add_string(hunk_text(hunk), "await semaphore.acquire()  # one asyncio.Semaphore(");
    buffer_add(hunk_text(hunk), limit);
    buffer_add_string(hunk_text(hunk), "), released when it is given back");
    hunk_end_added(hunk);
    hunk_keep_at(hunk, &hunk->view->finding->first);
    hunk_close(hunk);
}

/* ---- The whole ---- */

static const struct row rows[] = {
    {sketch_holding_is_block, sketch_holding_draw_block},
    {sketch_holding_is_race, sketch_holding_draw_race},
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

void sketch_of(struct hunk *hunk)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!rows[i].applies(hunk->view))
            continue;
        rows[i].draw(hunk);
        return;
    }
    sketch_forms_draw(hunk);
}
