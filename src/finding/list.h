/*
 * All findings of one analysis, grouped.
 *
 * Detectors hand in one `struct finding` per occurrence, as many as they like: occurrences of one identity
 * (finding/identity.h) become one finding with a count, in constant time each. The list copies every text it
 * keeps, so that what detectors hand in need not outlive the call, nor the trace the list.
 *
 *     finding_list_init(&list);
 *     finding_list_add(&list, &occurrence) …        while replaying, for each trace
 *     finding_list_finish(&list, &diag);            advises and ranks
 *     rules_apply(&rules, &list);                   suppresses (finding/rules.h)
 *     ignores_apply(&ignores, &list);               likewise (finding/ignores.h)
 *     baseline_apply(&baseline, &list);             tells new from known (report/baseline.h)
 *     finding_list_fails(&list, fail_on, confidence)
 *     report_write(…)                               (report/report.h)
 *     finding_list_fini(&list);
 */
#ifndef STALEREAD_FINDING_LIST_H
#define STALEREAD_FINDING_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/status.h"
#include "base/vector.h"
#include "finding/finding.h"
#include "finding/kinds.h"
#include "finding/sightings.h"

struct finding_list {
    VECTOR(struct finding) findings; /* ranked once finding_list_finish was called */
    struct arena arena;              /* their texts */
    struct map groups;               /* identity -> index into findings; void once finished */
    struct map cells;                /* hash of identity, status and cell, of all that occurred -> index into
                                        findings and status; likewise */
    struct sightings sightings;      /* under the indexes of findings; void once finished */
    uint32_t trace;                  /* index of the trace that occurrences are added from now on */
};

void finding_list_init(struct finding_list *list);
void finding_list_fini(struct finding_list *list);

/*
 * Adds one occurrence (or `count` of them; 0 counts as 1). Its `id`, `trace`, `sightings`, `cells`, `advice` and
 * marks do not matter.
 *
 * Within a group the counts of the highest status add up (what happened 26 times is not said to have happened
 * 30 times because it could have), and so do the cells; places and values are those of the occurrence with the
 * highest status, then the highest confidence, then of the first one; `order` is the lowest. STATUS_OK or STATUS_NOMEM
 * (nothing changed).
 */
enum status finding_list_add(struct finding_list *list, const struct finding *occurrence) WARN_UNUSED;

/* Makes a list that can be finished while the other goes on: its findings borrow their texts from it. STATUS_OK, or
 * STATUS_NOMEM (the new list is empty). */
enum status finding_list_borrow(struct finding_list *list, const struct finding_list *from) WARN_UNUSED;

/* Adds what another list has, as if all its occurrences were added here now, those of its first trace as of `trace`, and so on.
 * Neither is finished yet; the other one stays as it is. STATUS_OK or STATUS_NOMEM (some may have been added). */
enum status finding_list_join(struct finding_list *list, const struct finding_list *other) WARN_UNUSED;

/* The trace that is being added cannot be read to its end: findings whose places are of it are of none. */
void finding_list_drop_trace(struct finding_list *list);

/* Gives every finding its advice and puts them into the order of reports. A write that a check merely guards
 * is left out where the check's own act is a finding: one cure mends both. Nothing may be
 * added afterwards. */
enum status finding_list_finish(struct finding_list *list, struct diag *diag) WARN_UNUSED;

/* Whether the finding is in the report: neither suppressed nor ignored nor below the confidence asked for. */
static inline bool finding_list_shows(const struct finding *finding, enum finding_confidence confidence)
{
    return finding->suppressed_by == 0 && finding->ignored_by == 0 && finding->confidence >= confidence;
}

/* Whether one finding that is in the report makes the exit status 1: it is new, and at or above `fail_on`. */
bool finding_list_counts(const struct finding *finding, enum finding_fail_on fail_on);

/* Whether a finding that is in the report, and new, is at or above `fail_on`: exit status 1. */
bool finding_list_fails(const struct finding_list *list, enum finding_fail_on fail_on,
                        enum finding_confidence confidence);

#endif
