/* The rows of the tables that a slice needs: what its events refer to, and what these rows refer to.
 *
 * A function's and a site's sources refer to further sites; each such reference is a *link*, and may be cut: then the row is written
 * without it. So may the name of a parameter, which is written as none. */
#ifndef STALEREAD_SLICE_ROWS_H
#define STALEREAD_SLICE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"
#include "slice/record.h"
#include "slice/redactor.h"
#include "trace/writer.h"

struct rows {
    const struct trace *trace; /* read to its end */
    struct map cuts;           /* links that are cut */
    /* What is needed, in the order in which it was come upon; `seen` has kind and number: */
    struct map seen;
    VECTOR(uint64_t) sites;
    VECTOR(uint64_t) functions;
    VECTOR(uint64_t) strings;
    VECTOR(uint64_t) links;
    struct map ran; /* functions that the events themselves are about, or their sites */
    size_t sites_done, functions_done;
    struct arena arena; /* of shortened rows */
};

void rows_init(struct rows *rows, const struct trace *trace);
void rows_fini(struct rows *rows);

/* Forgets what is needed; cuts stay. */
void rows_begin(struct rows *rows);

/* What the event refers to is needed. STATUS_OK or STATUS_NOMEM. */
enum status rows_need_event(struct rows *rows, const struct record *event) WARN_UNUSED;
enum status rows_need_string(struct rows *rows, uint64_t number) WARN_UNUSED;

/* Adds what the needed rows need; `links` then has all that are not cut. STATUS_OK or STATUS_NOMEM. */
enum status rows_settle(struct rows *rows) WARN_UNUSED;

/* Writes the needed rows, by their numbers; the strings with pseudonyms unless `redactor` is NULL; with `tells_texts` the texts of the
 * functions that ran, too. STATUS_OK or STATUS_NOMEM. */
enum status rows_write(struct rows *rows, struct redactor *redactor, bool tells_texts,
                       struct trace_writer *writer) WARN_UNUSED;

#endif
