/* In: texts of functions, and sites. Out: lines, each with its indentation where that can be told.
 * Must hold: the sites are gone through once, however many functions are asked for; of a very long function only the first lines
 * are known. */
#include "scene/function_lines.h"

#include <stdlib.h>

#include "scene/indent.h"

enum {
    lines_of_function_max = 4096,
    sites_of_line_max = 16, /* that are asked for its indentation */
};

void function_lines_fini(struct function_lines *lines)
{
    VECTOR_FINI(&lines->known);
    VECTOR_FINI(&lines->lines);
}

/* ---- What sites tell ---- */

static int in_order(const void *one, const void *other)
{
    const struct known_line *left = one, *right = other;
    if (left->function != right->function)
        return left->function < right->function ? -1 : 1;
    if (left->line != right->line)
        return left->line < right->line ? -1 : 1;
    return left->source < right->source ? -1 : left->source > right->source;
}

enum status function_lines_know(struct function_lines *lines, const struct trace *trace,
                                const struct map *functions)
{
    const struct trace_site *site = NULL;
    while ((site = trace_next_site(trace, site != NULL ? site->number : 0)) != NULL) {
        struct known_line line = {site->function, site->line, site->source, site->expression, site->column};
        if (site->line != 0 && map_get(functions, site->function, NULL) &&
            VECTOR_PUSH(&lines->known, line) != STATUS_OK)
            return STATUS_NOMEM;
    }
    if (lines->known.count != 0)
        qsort(lines->known.items, lines->known.count, sizeof *lines->known.items, in_order);
    return STATUS_OK;
}

/* The first of the function's lines, and behind the last one. */
static void find_function(const struct function_lines *lines, uint32_t function, size_t *from, size_t *to)
{
    size_t low = 0, high = lines->known.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lines->known.items[middle].function < function)
            low = middle + 1;
        else
            high = middle;
    }
    *from = *to = low;
    while (*to < lines->known.count && *to - *from < lines_of_function_max &&
           lines->known.items[*to].function == function)
        ++*to;
}

/* Of the line whose first site is the one with this index. Where strings are not recorded, sources are not whole. */
static uint32_t indent_at(const struct trace *trace, const struct function_lines *lines, size_t from,
                          size_t to)
{
    struct indent_site sites[sites_of_line_max];
    const struct known_line *first = &lines->known.items[from];
    size_t count = 0;
    uint32_t indent;
    if (text_equals(trace_meta(trace, "strings"), "off"))
        return INDENT_UNKNOWN;
    for (size_t i = from; i < to && lines->known.items[i].line == first->line; i++) {
        const struct known_line *line = &lines->known.items[i];
        if (line->source != first->source)
            return INDENT_UNKNOWN;
        if (count < sites_of_line_max)
            sites[count++] = (struct indent_site){trace_string(trace, line->expression), line->column};
    }
    return indent_of(trace_string(trace, first->source), sites, count, &indent) ? indent : INDENT_UNKNOWN;
}

static enum status find_known(struct function_lines *lines, const struct trace *trace, uint32_t function)
{
    size_t from, to;
    enum status status = STATUS_OK;
    find_function(lines, function, &from, &to);
    for (size_t i = from; i < to && status == STATUS_OK; i++) {
        const struct known_line *known = &lines->known.items[i];
        if (i > from && known->line == known[-1].line)
            continue;
        struct function_line line = {.source = trace_string(trace, known->source),
                                     .line = known->line,
                                     .indent = indent_at(trace, lines, i, to)};
        status = VECTOR_PUSH(&lines->lines, line);
    }
    return status;
}

/* ---- What the text tells ---- */

static struct function_line line_of(struct text text, uint32_t number)
{
    size_t blanks = 0;
    while (blanks < text.length && text.bytes[blanks] == ' ')
        blanks++;
    bool is_empty = blanks == text.length;
    return (struct function_line){.source = {text.bytes + blanks, text.length - blanks},
                                  .line = number,
                                  .indent = is_empty ? INDENT_UNKNOWN : (uint32_t)blanks};
}

static enum status split(struct function_lines *lines, struct text text, uint32_t first_line)
{
    enum status status = STATUS_OK;
    while (text.length > 0 && lines->lines.count < lines_of_function_max && status == STATUS_OK) {
        const char *end = memchr(text.bytes, '\n', text.length);
        size_t length = end != NULL ? (size_t)(end - text.bytes) : text.length;
        uint32_t number = first_line + (uint32_t)lines->lines.count;
        if (number < first_line)
            return STATUS_OK; /* nobody has so many lines */
        status = VECTOR_PUSH(&lines->lines, line_of((struct text){text.bytes, length}, number));
        length += end != NULL;
        text = (struct text){text.bytes + length, text.length - length};
    }
    return status;
}

enum status function_lines_find(struct function_lines *lines, const struct trace *trace, uint32_t function)
{
    const struct trace_function *row = trace_function(trace, function);
    struct text text = trace_text(trace, function);
    lines->lines.count = 0;
    return row != NULL && row->line != 0 && text.length != 0 ? split(lines, text, row->line)
                                                             : find_known(lines, trace, function);
}
