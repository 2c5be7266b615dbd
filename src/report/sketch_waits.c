/*
 * In:   findings about waits.
 * Out:  sketches of their cures.
 * Holds: a line is shown as changed only where it is of the form that the change needs.
 */
#include "report/sketch_waits.h"

#include <string.h>

static bool same_function(const struct finding_place *one, const struct finding_place *other)
{
    return text_equal(one->file, other->file) && text_equal(one->function, other->function);
}

/* Where the piece begins in the code; SIZE_MAX: nowhere. */
static size_t index_of(struct text code, const char *piece)
{
    size_t length = strlen(piece);
    for (size_t i = 0; i + length <= code.length; i++)
        if (memcmp(code.bytes + i, piece, length) == 0)
            return i;
    return SIZE_MAX;
}

void sketch_waits_draw_cleared(struct hunk *hunk)
{
    const struct finding_place *wait = &hunk->view->finding->first, *clear = &hunk->view->finding->last;
    if (!same_function(wait, clear) || wait->line >= clear->line) {
        hunk_comment_at(hunk, clear, "clear ", hunk->view->finding->cell.text,
                        " right after the wait instead, before anything is awaited");
        return;
    }
    hunk_open(hunk, wait);
    hunk_keep_at(hunk, wait);
    hunk_begin_added(hunk, hunk_indent(hunk, wait));
    buffer_add(hunk_text(hunk), hunk_code(clear));
    hunk_end_added(hunk);
    hunk_keep_between(hunk, wait, wait->line + 1, clear->line);
    hunk_remove_at(hunk, clear);
    hunk_close(hunk);
}

/* await changed.wait() → await changed.wait_for(lambda: …) */
static void draw_wait_for(struct hunk *hunk, const struct finding_place *wait)
{
    static const char call[] = ".wait()";
    struct text code = hunk_code(wait);
    size_t at = index_of(code, call);
    if (at == SIZE_MAX) {
        hunk_comment_at(hunk, wait, "wait with wait_for(…), until what ", hunk->view->finding->cell.text,
                        " announces is so");
        return;
    }
    size_t behind = at + sizeof call - 1;
    hunk_open(hunk, wait);
    hunk_remove_at(hunk, wait);
    hunk_begin_added(hunk, hunk_indent(hunk, wait));
    buffer_add(hunk_text(hunk), (struct text){code.bytes, at});
    buffer_add_string(hunk_text(hunk), ".wait_for(lambda: …)");
    buffer_add(hunk_text(hunk), (struct text){code.bytes + behind, code.length - behind});
    buffer_add_string(hunk_text(hunk), "  # what is announced");
    hunk_end_added(hunk);
    hunk_close(hunk);
}

void sketch_waits_draw_unheard(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    if (finding->cell.object == FINDING_OBJECT_EVENT) {
        hunk_comment_at(hunk, &finding->other, "leave ", finding->cell.text,
                        " set here: who waits for it clears it");
        return;
    }
    if (finding->other.line != 0)
        hunk_comment_at(hunk, &finding->other, "change first, under the lock, what ", finding->cell.text,
                        " announces");
    draw_wait_for(hunk, &finding->last);
}

/* "self.changed" of "self.changed = asyncio.Event()"; empty: it is no such line. */
static struct text assigned(struct text code)
{
    size_t length = index_of(code, " = ");
    return length == SIZE_MAX ? TEXT_NONE : (struct text){code.bytes, length};
}

static void draw_shared_future(struct hunk *hunk, const struct finding_place *place, struct text name)
{
    hunk_open(hunk, place);
    hunk_begin_added(hunk, hunk_indent(hunk, place));
    buffer_add_string(hunk_text(hunk), "if ");
    buffer_add(hunk_text(hunk), name);
    buffer_add_string(hunk_text(hunk), " is None or ");
    buffer_add(hunk_text(hunk), name);
    buffer_add_string(hunk_text(hunk), ".done():");
    hunk_end_added(hunk);
    hunk_keep(hunk, place->line, view_source_line(hunk->view, place->file, place->line), true);
    hunk_close(hunk);
}

void sketch_waits_draw_replaced(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    const struct finding_place *place = &finding->last;
    struct text name = assigned(hunk_code(place));
    if (name.length == 0) {
        hunk_comment_at(hunk, place, "wake those who wait for the old ", finding->cell.text, " first");
        return;
    }
    if (text_equals(finding->advice.primitive, "asyncio.Future")) {
        draw_shared_future(hunk, place, name);
        return;
    }
    hunk_open(hunk, place);
    hunk_begin_added(hunk, hunk_indent(hunk, place));
    buffer_add(hunk_text(hunk), name);
    buffer_add_string(hunk_text(hunk), ".set()  # those who wait for the old one go on");
    hunk_end_added(hunk);
    hunk_keep_at(hunk, place);
    hunk_close(hunk);
}

/* Whether the loop does nothing but sleep, as far as its function is known. */
static bool only_sleeps(const struct hunk *hunk, const struct finding_place *loop,
                        const struct finding_place *sleep)
{
    struct text next = view_source_line(hunk->view, loop->file, sleep->line + 1);
    return same_function(loop, sleep) && sleep->line == loop->line + 1 &&
           hunk_blanks(next).length <= hunk_indent(hunk, loop).length;
}

void sketch_waits_draw_polled(struct hunk *hunk)
{
    const struct finding *finding = hunk->view->finding;
    hunk_open(hunk, &finding->first);
    if (only_sleeps(hunk, &finding->first, &finding->window)) {
        hunk_remove_at(hunk, &finding->first);
        hunk_remove_at(hunk, &finding->window);
        hunk_begin_added(hunk, hunk_indent(hunk, &finding->first));
        buffer_add_string(hunk_text(hunk), "await event.wait()  # one asyncio.Event for ");
        buffer_add(hunk_text(hunk), finding->cell.text);
        hunk_end_added(hunk);
    } else {
        hunk_comment(hunk, &finding->first, "wait for an asyncio.Event instead of looking at ",
                     finding->cell.text, " again and again");
        hunk_keep_at(hunk, &finding->first);
    }
    hunk_close(hunk);
    if (finding->other.line == 0)
        return;
    hunk_open(hunk, &finding->other);
    hunk_keep_at(hunk, &finding->other);
    hunk_begin_added(hunk, hunk_indent(hunk, &finding->other));
    buffer_add_string(hunk_text(hunk), "event.set()");
    hunk_end_added(hunk);
    hunk_close(hunk);
}
