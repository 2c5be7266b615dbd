/*
 * A JSON report of ours, read back whole: its findings and traces are again what they were when it was written.
 *
 *     struct reading reading;
 *     reading_init(&reading);
 *     if (reading_load(&reading, path, &diag) == STATUS_OK)
 *         report_write(format, &(struct report_input) of reading_report(&reading), …)
 *     reading_fini(&reading);
 *
 * Left behind is what a report does not tell: the kinds of locks and of objects, which only advice depends on, and that is in it;
 * what was suppressed, ignored or hidden; marks of a baseline, and rules that matched nothing.
 */
#ifndef STALEREAD_REPORT_READING_H
#define STALEREAD_REPORT_READING_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/status.h"
#include "base/vector.h"
#include "finding/ignores.h"
#include "finding/list.h"
#include "report/report.h"

struct reading {
    struct arena arena;       /* all texts */
    struct finding_list list; /* in the order of the report; `order` is the place in it */
    VECTOR(struct report_trace) traces;
    struct ignores ignores;
};

void reading_init(struct reading *reading);
void reading_fini(struct reading *reading);

/*
 * Reads a file (`-`: standard input) into a reading that has nothing so far. STATUS_OK; STATUS_IO; STATUS_BAD_INPUT (no report of
 * ours, or one with something wrong in it, and the diag says where: `findings[3].first.line`); STATUS_UNSUPPORTED (of a newer
 * schema, or with a kind that this program does not know); STATUS_LIMIT or STATUS_NOMEM: then the reading is for reading_fini only.
 */
enum status reading_load(struct reading *reading, const char *path, struct diag *diag) WARN_UNUSED;

/* The same for bytes that were read already; a 0 byte stands behind them. */
enum status reading_parse(struct reading *reading, struct text content, struct diag *diag) WARN_UNUSED;

/* Whether a report of these bytes could be read back. STATUS_OK or STATUS_LIMIT. */
enum status reading_check_size(struct text content, struct diag *diag) WARN_UNUSED;

/* Borrows from the reading. Findings of every confidence are shown. */
struct report_input reading_report(const struct reading *reading);

#endif
