/*
 * Where text for a terminal is written to: columns, colours, folding.
 *
 * Texts that are added are printable already (buffer_add_escaped, phrase.h).
 */
#ifndef STALEREAD_REPORT_PAGE_H
#define STALEREAD_REPORT_PAGE_H

#include "base/columns.h"
#include "report/report.h"

struct page {
    const struct report_input *input; /* of the report that it is a page of */
    struct buffer *out;
    size_t width_columns;
    bool colour;
    struct text link; /* where what is added leads to; empty: nowhere */
};

enum page_colour { PAGE_BOLD, PAGE_DIM, PAGE_RED, PAGE_YELLOW, PAGE_CYAN };

struct page page_of(const struct report_input *input, struct buffer *out);

/* Colours do not nest. */
void page_start_colour(struct page *page, enum page_colour colour);
void page_end_colour(struct page *page);

/* What is added from here on leads to `url`, which is borrowed until the end of the link. Nothing does where it is empty. */
void page_start_link(struct page *page, struct text url);
void page_end_link(struct page *page);

/* Adds a text as it is. */
void page_add(struct page *page, struct text text);

/* Adds a text in as many lines as it takes (at most `lines_max`; 0: any), each after an indent and a mark; broken at spaces where
 * there are any. */
void page_add_wrapped(struct page *page, struct text text, size_t indent, const char *mark, size_t lines_max);

/* The same for each line of `lines`, whose error the page takes over. */
void page_add_lines(struct page *page, const struct buffer *lines, size_t indent);

/* A name in a column: filled up with spaces, or cut, and two spaces behind it. */
void page_add_column(struct page *page, struct text name, size_t columns);

#endif
