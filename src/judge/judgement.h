/* What several traces come to: their findings in one list, and what each trace says about itself.
 *
 *     struct judgement judgement;
 *     judgement_init(&judgement);
 *     judgement_load_rules(&judgement, path, &diag)              if there are any
 *     for each trace: judgement_replay(&judgement, trace, &options, &diag)
 *     judgement_finish(&judgement, &diag)
 *     judgement_look_again(&judgement, wanted, context, &diag)   if scenes are to be shown
 *     struct report_input input = judgement_report(&judgement);  what all reports have in common
 *     judgement_fini(&judgement);
 */
#ifndef STALEREAD_JUDGE_JUDGEMENT_H
#define STALEREAD_JUDGE_JUDGEMENT_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/status.h"
#include "base/vector.h"
#include "detect/analysis.h"
#include "finding/ignores.h"
#include "finding/list.h"
#include "finding/rules.h"
#include "report/report.h"
#include "scene/scenes.h"
#include "trace/reader.h"

struct judgement {
    struct rules rules;     /* say nothing unless some are loaded */
    const char *rules_path; /* NULL: none are */
    struct ignores ignores;
    struct finding_list list;
    struct trace *trace;                /* that is being replayed step by step; NULL: none is */
    struct analysis *analysis;          /* of it */
    struct arena arena;                 /* the texts of `traces`, and the path */
    VECTOR(struct report_trace) traces; /* those that were replayed to their end */
    struct scenes scenes;               /* none, unless judgement_look_again was called */
};

void judgement_init(struct judgement *judgement);
void judgement_fini(struct judgement *judgement);

/* Before the first replay, and once only. What rules_load returns; after an error only judgement_fini may be called. */
enum status judgement_load_rules(struct judgement *judgement, const char *path, struct diag *diag)
    WARN_UNUSED;

/* Reads the trace to its end; it may be closed then. How long a step may hold its loop is as the rules have it unless the
 * options say. What analysis_run returns; findings up to an error are kept, the trace is not. */
enum status judgement_replay(struct judgement *judgement, struct trace *trace,
                             const struct analysis_options *options, struct diag *diag) WARN_UNUSED;

/* The same, step by step: begins. What analysis_open returns. */
enum status judgement_begin(struct judgement *judgement, struct trace *trace,
                            const struct analysis_options *options, struct diag *diag) WARN_UNUSED;

/* The trace's next event, which was replayed and lives until the next call. What analysis_step returns: at STATUS_END the trace
 * counts as replayed, after an error but STATUS_WAIT it is given up. */
enum status judgement_step(struct judgement *judgement, const struct event **event, struct diag *diag)
    WARN_UNUSED;

/* Gives up the trace that is being replayed, if there is one: findings up to here are kept, the trace is not. */
void judgement_abandon(struct judgement *judgement);

/* What was found so far, also while a trace is being read (NULL: none is): a finished list that borrows from the judgement's,
 * with rules and ignores applied, for finding_list_fini whatever is returned. */
enum status judgement_so_far(struct judgement *judgement, const struct trace *trace,
                             struct finding_list *list) WARN_UNUSED;

/* Adds what another judgement came to, as if its traces had been replayed here now; `part` is not finished, and only
 * judgement_fini may be called for it afterwards. STATUS_OK or STATUS_NOMEM (some may have been added). */
enum status judgement_join(struct judgement *judgement, struct judgement *part) WARN_UNUSED;

/* Finishes the list, and applies rules and ignores to it. Nothing may be replayed afterwards. */
enum status judgement_finish(struct judgement *judgement, struct diag *diag) WARN_UNUSED;

/* Once it is finished: reads those traces again that have findings which are wanted, and makes scenes of these and overviews. Of traces
 * that are no files, and of those that cannot be read a second time, there are none. STATUS_OK or STATUS_NOMEM. */
enum status judgement_look_again(struct judgement *judgement, scenes_wanted *wanted, const void *context,
                                 struct diag *diag) WARN_UNUSED;

/* Borrows from the judgement, once it is finished. The baseline and how things are to be shown are for the caller to fill
 * in, who may also ask for another confidence than the rules do. */
struct report_input judgement_report(const struct judgement *judgement);

#endif
