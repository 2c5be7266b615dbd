/*
 * Pieces of a sketch: lines of one function each, that stay, go, come, or move to the right.
 *
 *     hunk_open(hunk, place);
 *     hunk_remove_at(hunk, place);
 *     hunk_begin_added(hunk, hunk_indent(hunk, place)); buffer_add_string(hunk_text(hunk), "await …"); hunk_end_added(hunk);
 *     hunk_close(hunk);
 *
 * What is added is text as it stands: who writes a format of it escapes it.
 */
#ifndef STALEREAD_REPORT_HUNK_H
#define STALEREAD_REPORT_HUNK_H

#include "base/vector.h"
#include "report/view.h"

enum hunk_line_kind {
    HUNK_KEEP,
    HUNK_DEEPER, /* it stays, by four blanks deeper than it was */
    HUNK_REMOVE,
    HUNK_ADD,
    HUNK_SKIP, /* lines that are not known, or not shown; it has no text */
};

struct hunk_line {
    enum hunk_line_kind kind;
    uint32_t number;     /* 0: it has none */
    size_t from, length; /* in the texts */
};

/* Under the name of the place's file and function. */
struct hunk_piece {
    const struct finding_place *place;
    size_t from, to; /* lines */
};

struct hunk {
    const struct view *view;
    VECTOR(struct hunk_piece) pieces;
    VECTOR(struct hunk_line) lines;
    struct buffer texts; /* of all lines; its status tells whether there was memory enough */
};

void hunk_init(struct hunk *hunk, const struct view *view);
void hunk_fini(struct hunk *hunk);

struct text hunk_line_text(const struct hunk *hunk, const struct hunk_line *line);

/* ---- Making one ---- */

void hunk_open(struct hunk *hunk, const struct finding_place *place);
void hunk_close(struct hunk *hunk);

/* A line that stays; `deeper` by four blanks than it was. */
void hunk_keep(struct hunk *hunk, uint32_t number, struct text line, bool deeper);

void hunk_remove(struct hunk *hunk, uint32_t number, struct text line);

/* Opens a line that is new, with so much before it; who calls adds what it says, and ends it. */
void hunk_begin_added(struct hunk *hunk, struct text indent);
struct buffer *hunk_text(struct hunk *hunk);
void hunk_end_added(struct hunk *hunk);

/* Lines that are not known, or not shown. */
void hunk_skip(struct hunk *hunk);

/* The line of a place. */
void hunk_keep_at(struct hunk *hunk, const struct finding_place *place);
void hunk_remove_at(struct hunk *hunk, const struct finding_place *place);

/* The lines of the place's function between the two numbers, as far as they are known, and signs where some are not. */
void hunk_keep_between(struct hunk *hunk, const struct finding_place *place, uint32_t from_line,
                       uint32_t to_line);

/* A new line that is a comment: "# BEFORE TEXT AFTER", as deep as the place's line. */
void hunk_comment(struct hunk *hunk, const struct finding_place *place, const char *before, struct text text,
                  const char *after);

/* A line of a place with a comment above it. */
void hunk_comment_at(struct hunk *hunk, const struct finding_place *place, const char *before,
                     struct text text, const char *after);

/* What stands at a place, without what is before it; and what is before it, as far as that is known. */
struct text hunk_code(const struct finding_place *place);
struct text hunk_indent(const struct hunk *hunk, const struct finding_place *place);

/* The blanks that a line begins with. */
struct text hunk_blanks(struct text line);

#endif
