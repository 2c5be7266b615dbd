/* One line of a trace in RAPID's STD form: `T1|w(x)|17`, a thread, an operation on something, a location. */
#ifndef STALEREAD_TRACE_STD_LINE_H
#define STALEREAD_TRACE_STD_LINE_H

#include <stdint.h>

#include "base/text.h"

enum std_operation {
    STD_READ,
    STD_WRITE,
    STD_ACQUIRE,
    STD_RELEASE,
    STD_FORK,
    STD_JOIN,
    STD_BEGIN,
    STD_END,
    STD_BRANCH, /* says nothing of order or state */
};

struct std_line {
    enum std_operation operation;
    struct text thread;  /* as it is written, but for a thread's `T` before a number: see std_line_parse */
    struct text operand; /* variable, lock, thread or block; empty where a block has no name */
    uint32_t location;
};

/* NULL when the line is one; otherwise what is wrong with it, in words that stand behind "line 7: ". The texts point into the
 * line. Threads are given without the `T` that stands before a number in some traces and in others only where the thread
 * runs, not where it is forked: `fork(9)` and `T9` are one. */
const char *std_line_parse(struct text line, struct std_line *out);

#endif
