/*
 * A piece of a sketch: lines of one function that stay, go, come, or move to the right.
 *
 *     html_hunk_open(&hunk, place);
 *     html_hunk_take_away(&hunk, place);
 *     html_hunk_begin_added(&hunk, html_hunk_line(&hunk, place)); … html_hunk_end_added(&hunk);
 *     html_hunk_close(&hunk);
 */
#ifndef STALEREAD_REPORT_HTML_HUNK_H
#define STALEREAD_REPORT_HTML_HUNK_H

#include "report/view.h"

struct html_hunk {
    struct buffer *out;
    const struct view *view;
};

/* Under the name of the place's file and function. */
void html_hunk_open(const struct html_hunk *hunk, const struct finding_place *place);
void html_hunk_close(const struct html_hunk *hunk);

/* A line that stays; `deeper` by four blanks than it was. */
void html_hunk_keep(const struct html_hunk *hunk, uint32_t number, struct text line, bool deeper);

void html_hunk_remove(const struct html_hunk *hunk, uint32_t number, struct text line);

/* Opens a line that is new, with so much before it; who calls adds what it says, and ends it. */
void html_hunk_begin_added(const struct html_hunk *hunk, struct text indent);
void html_hunk_end_added(const struct html_hunk *hunk);

/* Lines that are not known, or not shown. */
void html_hunk_skip(const struct html_hunk *hunk);

/* The same two for the line of a place. */
void html_hunk_keep_at(const struct html_hunk *hunk, const struct finding_place *place);
void html_hunk_remove_at(const struct html_hunk *hunk, const struct finding_place *place);

/* What stands at a place, without what is before it; and what is before it, as far as that is known. */
struct text html_hunk_code(const struct finding_place *place);
struct text html_hunk_indent(const struct html_hunk *hunk, const struct finding_place *place);

/* The blanks that a line begins with. */
struct text html_hunk_blanks(struct text line);

#endif
