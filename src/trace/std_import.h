/* A trace in RAPID's STD form, made into one of our own.
 *
 * Threads become actors, `fork` and `join` tokens, variables cells of one object, locations the lines of located accesses, and
 * blocks stay blocks. What has no `fork` before its first event is ordered after nothing. */
#ifndef STALEREAD_TRACE_STD_IMPORT_H
#define STALEREAD_TRACE_STD_IMPORT_H

#include <stdint.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/status.h"
#include "base/text.h"

struct std_import {
    const char *path; /* plain, or compressed by gzip */
    FILE *to;
    /* Told of each line that is none, with what is wrong with it. */
    void (*bad_line)(void *context, uint64_t number, struct text line, const char *why);
    void *context;
    /* Out: */
    uint64_t event_lines;
    uint64_t bad_lines;
};

/* In memory: what there is of different names, and of threads. STATUS_OK also where lines were bad, but not where all were:
 * STATUS_BAD_INPUT. Otherwise STATUS_IO, STATUS_NOMEM or STATUS_LIMIT. */
enum status std_import_run(struct std_import *import, struct diag *diag) WARN_UNUSED;

#endif
