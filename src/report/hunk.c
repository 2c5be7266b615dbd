/*
 * In:   lines of source, and what is to be done with them.
 * Out:  pieces of a sketch, for whoever writes a format.
 * Holds: lines that are not known are not made up.
 */
#include "report/hunk.h"

void hunk_init(struct hunk *hunk, const struct view *view)
{
    *hunk = (struct hunk){.view = view};
    buffer_init(&hunk->texts);
}

void hunk_fini(struct hunk *hunk)
{
    VECTOR_FINI(&hunk->pieces);
    VECTOR_FINI(&hunk->lines);
    buffer_fini(&hunk->texts);
}

struct text hunk_line_text(const struct hunk *hunk, const struct hunk_line *line)
{
    struct text texts = buffer_text(&hunk->texts);
    return (struct text){texts.bytes + line->from, line->length};
}

/* ---- Lines ---- */

static void fail(struct hunk *hunk)
{
    if (hunk->texts.status == STATUS_OK)
        hunk->texts.status = STATUS_NOMEM;
}

void hunk_open(struct hunk *hunk, const struct finding_place *place)
{
    struct hunk_piece piece = {place, hunk->lines.count, hunk->lines.count};
    if (VECTOR_PUSH(&hunk->pieces, piece) != STATUS_OK)
        fail(hunk);
}

/* The blanks that all lines of the piece begin with say nothing. */
static void cut_margin(struct hunk *hunk, const struct hunk_piece *piece)
{
    size_t least = SIZE_MAX;
    for (size_t i = piece->from; i < piece->to; i++) {
        const struct hunk_line *line = &hunk->lines.items[i];
        size_t blanks = hunk_blanks(hunk_line_text(hunk, line)).length;
        if (line->kind != HUNK_SKIP && blanks < line->length && blanks < least)
            least = blanks;
    }
    for (size_t i = piece->from; i < piece->to; i++) {
        struct hunk_line *line = &hunk->lines.items[i];
        size_t cut = line->length < least ? line->length : least;
        line->from += cut;
        line->length -= cut;
    }
}

void hunk_close(struct hunk *hunk)
{
    if (hunk->texts.status != STATUS_OK)
        return;
    struct hunk_piece *piece = &hunk->pieces.items[hunk->pieces.count - 1];
    piece->to = hunk->lines.count;
    cut_margin(hunk, piece);
}

static void begin_line(struct hunk *hunk, enum hunk_line_kind kind, uint32_t number)
{
    struct hunk_line line = {kind, number, hunk->texts.length, 0};
    if (VECTOR_PUSH(&hunk->lines, line) != STATUS_OK)
        fail(hunk);
}

static void end_line(struct hunk *hunk)
{
    if (hunk->texts.status != STATUS_OK)
        return;
    struct hunk_line *line = &hunk->lines.items[hunk->lines.count - 1];
    line->length = hunk->texts.length - line->from;
}

static void add_line(struct hunk *hunk, enum hunk_line_kind kind, uint32_t number, struct text text)
{
    begin_line(hunk, kind, number);
    buffer_add(&hunk->texts, text);
    end_line(hunk);
}

void hunk_keep(struct hunk *hunk, uint32_t number, struct text line, bool deeper)
{
    add_line(hunk, deeper ? HUNK_DEEPER : HUNK_KEEP, number, line);
}

void hunk_remove(struct hunk *hunk, uint32_t number, struct text line)
{
    add_line(hunk, HUNK_REMOVE, number, line);
}

void hunk_begin_added(struct hunk *hunk, struct text indent)
{
    begin_line(hunk, HUNK_ADD, 0);
    buffer_add(&hunk->texts, indent);
}

struct buffer *hunk_text(struct hunk *hunk)
{
    return &hunk->texts;
}

void hunk_end_added(struct hunk *hunk)
{
    end_line(hunk);
}

void hunk_skip(struct hunk *hunk)
{
    add_line(hunk, HUNK_SKIP, 0, TEXT_NONE);
}

/* ---- Places ---- */

static struct text line_at(const struct hunk *hunk, const struct finding_place *place)
{
    return view_source_line(hunk->view, place->file, place->line);
}

void hunk_keep_at(struct hunk *hunk, const struct finding_place *place)
{
    hunk_keep(hunk, place->line, line_at(hunk, place), false);
}

void hunk_remove_at(struct hunk *hunk, const struct finding_place *place)
{
    hunk_remove(hunk, place->line, line_at(hunk, place));
}

void hunk_keep_between(struct hunk *hunk, const struct finding_place *place, uint32_t from_line,
                       uint32_t to_line)
{
    enum { shown_max = 12, asked_max = 4096 };
    bool is_missing = to_line > from_line && to_line - from_line > asked_max;
    if (is_missing)
        from_line = to_line;
    for (uint32_t line = from_line, shown = 0; line < to_line; line++) {
        struct text source = view_source_line(hunk->view, place->file, line);
        if (source.length == 0 || shown == shown_max) {
            is_missing = true;
            continue;
        }
        if (is_missing)
            hunk_skip(hunk);
        is_missing = false;
        hunk_keep(hunk, line, source, false);
        shown++;
    }
    if (is_missing)
        hunk_skip(hunk);
}

void hunk_comment(struct hunk *hunk, const struct finding_place *place, const char *before, struct text text,
                  const char *after)
{
    hunk_begin_added(hunk, hunk_indent(hunk, place));
    buffer_add_string(&hunk->texts, "# ");
    buffer_add_string(&hunk->texts, before);
    buffer_add(&hunk->texts, text);
    buffer_add_string(&hunk->texts, after);
    hunk_end_added(hunk);
}

void hunk_comment_at(struct hunk *hunk, const struct finding_place *place, const char *before,
                     struct text text, const char *after)
{
    hunk_open(hunk, place);
    hunk_comment(hunk, place, before, text, after);
    hunk_keep_at(hunk, place);
    hunk_close(hunk);
}

struct text hunk_blanks(struct text line)
{
    size_t length = 0;
    while (length < line.length && (line.bytes[length] == ' ' || line.bytes[length] == '\t'))
        length++;
    return (struct text){line.bytes, length};
}

struct text hunk_code(const struct finding_place *place)
{
    size_t length = hunk_blanks(place->source).length;
    return (struct text){place->source.bytes + length, place->source.length - length};
}

struct text hunk_indent(const struct hunk *hunk, const struct finding_place *place)
{
    return hunk_blanks(line_at(hunk, place));
}
