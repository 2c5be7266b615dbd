/*
 * The findings of an earlier JSON report of ours: what is known already, so that only what is new counts.
 *
 * Ids are all that is taken from it. A report that a later version of the same schema wrote is read as well.
 */
#ifndef STALEREAD_REPORT_BASELINE_H
#define STALEREAD_REPORT_BASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"
#include "finding/list.h"

struct baseline_entry {
    uint64_t identity;
    bool occurred; /* in this run, too */
};

struct baseline {
    VECTOR(struct baseline_entry) entries; /* each identity once, in the order of the report */
    struct map indexes;                    /* identity -> index into entries */
};

/* One that knows nothing. */
void baseline_init(struct baseline *baseline);
void baseline_fini(struct baseline *baseline);

/*
 * Reads a file into a baseline that knows nothing so far. STATUS_OK; STATUS_IO; STATUS_BAD_INPUT (no report of
 * ours); STATUS_UNSUPPORTED (of a newer schema); STATUS_LIMIT or STATUS_NOMEM: then the diag says what is wrong
 * and what to do, and the baseline is to be given to baseline_fini only.
 */
enum status baseline_load(struct baseline *baseline, const char *path, struct diag *diag) WARN_UNUSED;

/* The same for bytes that were read already; a 0 byte stands behind them. */
enum status baseline_read(struct baseline *baseline, struct text content, struct diag *diag) WARN_UNUSED;

/* Marks the findings that it knows, ranks the new ones before them, and notes which of its own occurred. A finding
 * that is suppressed or hidden occurred all the same. */
void baseline_apply(struct baseline *baseline, struct finding_list *list);

/* How many of its findings did not occur in this run. */
uint64_t baseline_gone(const struct baseline *baseline);

#endif
