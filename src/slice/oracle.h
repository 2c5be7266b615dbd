/* Whether a finding still stands in a smaller trace, told by the analyzer itself. */
#ifndef STALEREAD_SLICE_ORACLE_H
#define STALEREAD_SLICE_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/status.h"
#include "finding/identity.h"
#include "finding/list.h"

/* What of a finding may be the same or not, besides its id, kind, status and confidence: a bit for each. */
enum oracle_fact {
    ORACLE_FORM = 1 << 0,
    ORACLE_CELL = 1 << 1,
    ORACLE_FIRST = 1 << 2, /* a place: file, line, function, source, actor and locks */
    ORACLE_WINDOW = 1 << 3,
    ORACLE_OTHER = 1 << 4,
    ORACLE_LAST = 1 << 5,
    ORACLE_VALUES = 1 << 6,
    ORACLE_MARKS = 1 << 7, /* between threads, in every run, a lock in vain, ... */
    ORACLE_ADVICE = 1 << 8,
    ORACLE_ALL = (1 << 9) - 1,
};

struct oracle {
    const struct finding *wanted; /* its texts outlive the oracle */
    const struct map *known;      /* ids of all findings of the whole trace, as numbers */
    uint64_t blocking_microseconds;
};

struct answer {
    bool stands;   /* same id, kind, status and confidence */
    bool is_new;   /* the smaller trace shows a finding that the whole one does not have */
    unsigned same; /* enum oracle_fact */
};

/* Analyzes the bytes of a trace. STATUS_OK, or what analysis_run returns. */
enum status oracle_ask(const struct oracle *oracle, const char *bytes, size_t length, struct answer *answer,
                       struct diag *diag) WARN_UNUSED;

/* Whether the trace shows a finding that is the wanted one but for names: same kind, form, status and confidence, at the same lines. Its id goes to
 * *id. Otherwise as oracle_ask. */
enum status oracle_find_alike(const struct oracle *oracle, const char *bytes, size_t length,
                              char id[static identity_bytes_max], bool *is_there, struct diag *diag)
    WARN_UNUSED;

/* What of two findings is the same. */
unsigned oracle_compare(const struct finding *one, const struct finding *other);

#endif
