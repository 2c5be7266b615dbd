/*
 * Where things stand in a finding's picture: rows from top to bottom, and columns within a lane.
 *
 * Rows are pixels from the picture's top, columns pixels from the lane's left edge; lanes are equal parts of the picture's width,
 * however wide that is.
 */
#ifndef STALEREAD_REPORT_HTML_LAYOUT_H
#define STALEREAD_REPORT_HTML_LAYOUT_H

#include "base/buffer.h"
#include "base/vector.h"
#include "report/view.h"

enum { html_layout_bar_width = 14 }; /* of a lock */

struct html_layout {
    const struct view *view;
    const struct scene *scene;
    VECTOR(uint32_t) tops; /* of rows, and the end of the last */
};

/* In the order in which they stand. */
struct html_columns {
    uint32_t bars;  /* locks */
    uint32_t track; /* arrows that come down */
    uint32_t block; /* steps */
    uint32_t dot;
    uint32_t words;
};

/* STATUS_OK or STATUS_NOMEM; html_layout_fini in either case. */
enum status html_layout_init(struct html_layout *layout, const struct view *view) WARN_UNUSED;
void html_layout_fini(struct html_layout *layout);

uint32_t html_layout_top(const struct html_layout *layout, uint32_t row);
uint32_t html_layout_bottom(const struct html_layout *layout, uint32_t row);

/* Where the row's dot is. */
uint32_t html_layout_middle(const struct html_layout *layout, uint32_t row);

struct html_columns html_layout_columns(const struct html_layout *layout, uint32_t lane);

/* Where a lock's bar stands, by its index in the scene. */
uint32_t html_layout_bar(const struct html_layout *layout, size_t held);

/* Whether the moment is one of the finding's own places. */
bool html_layout_is_in_story(const struct html_layout *layout, const struct scene_moment *moment);

/* From what was read to what was made of it; false where nobody could come in between. */
bool html_layout_window(const struct html_layout *layout, uint32_t *from_row, uint32_t *to_row);

/* ` x="33.33%"`: so many lanes as a part of the width. */
void html_layout_add_part(struct buffer *out, const struct html_layout *layout, const char *name,
                          size_t lanes);

#endif
