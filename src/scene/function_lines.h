/* The lines of functions, as far as a trace knows them: all of them where it has the function's text, otherwise those that sites
 * stand at. */
#ifndef STALEREAD_SCENE_FUNCTION_LINES_H
#define STALEREAD_SCENE_FUNCTION_LINES_H

#include "base/map.h"
#include "base/status.h"
#include "base/text.h"
#include "base/vector.h"
#include "trace/reader.h"

#define INDENT_UNKNOWN UINT32_MAX

/* What a site tells of its line. */
struct known_line {
    uint32_t function;
    uint32_t line;
    uint32_t source; /* strings */
    uint32_t expression;
    uint32_t column;
};

struct function_line {
    struct text source; /* the trace's, without its indentation */
    uint32_t line;
    uint32_t indent; /* in blanks; or INDENT_UNKNOWN */
};

struct function_lines {
    VECTOR(struct known_line) known;    /* of all functions asked for, in order of function and line */
    VECTOR(struct function_line) lines; /* of the function that was asked for last; they rise */
};

/* All zero is a good start. */
void function_lines_fini(struct function_lines *lines);

/* Goes through the sites once, for the functions whose numbers are keys. STATUS_OK or STATUS_NOMEM. */
enum status function_lines_know(struct function_lines *lines, const struct trace *trace,
                                const struct map *functions) WARN_UNUSED;

/* Puts the lines of one of these functions into `lines`. STATUS_OK or STATUS_NOMEM. */
enum status function_lines_find(struct function_lines *lines, const struct trace *trace, uint32_t function)
    WARN_UNUSED;

#endif
