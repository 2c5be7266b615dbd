/* In: traces, one after another. Out: one finished list of findings, the comments that ignore some of them, and a row for
 * each trace.
 * Must hold: nothing points into a trace, which may be closed when it was replayed. */
#include "judge/judgement.h"

#include <sys/stat.h>

#include "base/version.h"
#include "judge/trace_row.h"

void judgement_init(struct judgement *judgement)
{
    *judgement = (struct judgement){0};
    rules_init(&judgement->rules);
    ignores_init(&judgement->ignores);
    finding_list_init(&judgement->list);
    arena_init(&judgement->arena, 0);
    scenes_init(&judgement->scenes);
}

void judgement_fini(struct judgement *judgement)
{
    judgement_abandon(judgement);
    VECTOR_FINI(&judgement->traces);
    scenes_fini(&judgement->scenes);
    arena_fini(&judgement->arena);
    finding_list_fini(&judgement->list);
    ignores_fini(&judgement->ignores);
    rules_fini(&judgement->rules);
}

enum status judgement_load_rules(struct judgement *judgement, const char *path, struct diag *diag)
{
    judgement->rules_path = arena_text(&judgement->arena, text_of(path)).bytes;
    if (judgement->rules_path == NULL)
        return diag_set_nomem(diag);
    return rules_load(&judgement->rules, path, diag);
}

/* The comments `# staleread: ignore` that the trace has. */
static enum status take_ignores(struct ignores *ignores, const struct trace *trace)
{
    enum status status = STATUS_OK;
    const struct trace_ignore *row = trace_ignores(trace);
    for (; row != NULL && status == STATUS_OK; row = row->next) {
        struct ignore ignore = {
            .file = trace_string(trace, row->file),
            .line = row->line,
            .first_line = row->first_line,
            .last_line = row->last_line,
            .kinds = trace_string(trace, row->kinds),
            .reason = trace_string(trace, row->reason),
            .is_reached = (row->flags & IGNORE_FLAG_REACHED) != 0,
            .is_void = (row->flags & IGNORE_FLAG_VOID) != 0,
        };
        status = ignores_add(ignores, &ignore);
    }
    return status;
}

static enum status take_row(struct judgement *judgement, const struct trace *trace,
                            const struct analysis_totals *totals)
{
    struct report_trace row;
    enum status status = trace_row(&row, &judgement->arena, trace, totals);
    if (status != STATUS_OK)
        return status;
    return VECTOR_PUSH(&judgement->traces, row);
}

/* Before a trace is replayed. */
static struct analysis_options take_options(struct judgement *judgement,
                                            const struct analysis_options *options)
{
    struct analysis_options all = *options;
    if (all.blocking_microseconds == 0)
        all.blocking_microseconds = UINT64_C(1000) * judgement->rules.blocking_milliseconds;
    judgement->list.trace = (uint32_t)judgement->traces.count;
    return all;
}

/* After a trace was replayed, which came to `status`: what it says about itself is kept, unless it was not read to its end. */
static enum status take_trace(struct judgement *judgement, const struct trace *trace,
                              const struct analysis_totals *totals, enum status status, struct diag *diag)
{
    if (status == STATUS_OK && (take_row(judgement, trace, totals) != STATUS_OK ||
                                take_ignores(&judgement->ignores, trace) != STATUS_OK))
        status = diag_set_nomem(diag);
    if (status == STATUS_OK)
        return STATUS_OK;
    finding_list_drop_trace(&judgement->list);
    diag_set_file(diag, trace_info(trace)->path);
    return status;
}

enum status judgement_replay(struct judgement *judgement, struct trace *trace,
                             const struct analysis_options *options, struct diag *diag)
{
    struct analysis_options all = take_options(judgement, options);
    struct analysis_totals totals = {.actors = 0};
    enum status status = analysis_run(trace, &all, &judgement->list, &totals, diag);
    return take_trace(judgement, trace, &totals, status, diag);
}

enum status judgement_begin(struct judgement *judgement, struct trace *trace,
                            const struct analysis_options *options, struct diag *diag)
{
    struct analysis_options all = take_options(judgement, options);
    enum status status = analysis_open(&judgement->analysis, trace, &all, &judgement->list, diag);
    if (status == STATUS_OK)
        judgement->trace = trace;
    return status;
}

static void end_steps(struct judgement *judgement)
{
    analysis_close(judgement->analysis);
    judgement->analysis = NULL;
    judgement->trace = NULL;
}

enum status judgement_step(struct judgement *judgement, const struct event **event, struct diag *diag)
{
    enum status status = analysis_step(judgement->analysis, event, diag);
    if (status == STATUS_OK || status == STATUS_WAIT)
        return status;
    struct trace *trace = judgement->trace;
    struct analysis_totals totals = analysis_totals(judgement->analysis);
    end_steps(judgement);
    status = take_trace(judgement, trace, &totals, status == STATUS_END ? STATUS_OK : status, diag);
    return status == STATUS_OK ? STATUS_END : status;
}

void judgement_abandon(struct judgement *judgement)
{
    if (judgement->analysis == NULL)
        return;
    end_steps(judgement);
    finding_list_drop_trace(&judgement->list);
}

enum status judgement_so_far(struct judgement *judgement, const struct trace *trace,
                             struct finding_list *list)
{
    struct ignores ignores;
    ignores_init(&ignores);
    enum status status = finding_list_borrow(list, &judgement->list);
    if (status == STATUS_OK)
        status = finding_list_finish(list, NULL);
    if (status == STATUS_OK)
        status = ignores_join(&ignores, &judgement->ignores);
    if (status == STATUS_OK && trace != NULL)
        status = take_ignores(&ignores, trace);
    if (status == STATUS_OK) {
        rules_apply(&judgement->rules, list);
        ignores_apply(&ignores, list);
    }
    ignores_fini(&ignores);
    return status;
}

enum status judgement_join(struct judgement *judgement, struct judgement *part)
{
    judgement->list.trace = (uint32_t)judgement->traces.count;
    enum status status = finding_list_join(&judgement->list, &part->list);
    if (status == STATUS_OK)
        status = ignores_join(&judgement->ignores, &part->ignores);
    for (size_t i = 0; i < part->traces.count && status == STATUS_OK; i++)
        status = VECTOR_PUSH(&judgement->traces, part->traces.items[i]);
    arena_join(&judgement->arena, &part->arena);
    return status;
}

enum status judgement_finish(struct judgement *judgement, struct diag *diag)
{
    enum status status = finding_list_finish(&judgement->list, diag);
    if (status != STATUS_OK)
        return status;
    rules_apply(&judgement->rules, &judgement->list);
    ignores_apply(&judgement->ignores, &judgement->list);
    return STATUS_OK;
}

/* Whether it can be read a second time. */
static bool is_file(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 && S_ISREG(file.st_mode);
}

enum status judgement_look_again(struct judgement *judgement, scenes_wanted *wanted, const void *context,
                                 struct diag *diag)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < judgement->traces.count && status == STATUS_OK; i++) {
        struct report_trace *trace = &judgement->traces.items[i];
        if (is_file(trace->path))
            status = scenes_look(&judgement->scenes, trace->path, trace->events, &judgement->list,
                                 (uint32_t)i, wanted, context, &trace->overview);
    }
    return status == STATUS_OK ? STATUS_OK : diag_set_nomem(diag);
}

struct report_input judgement_report(const struct judgement *judgement)
{
    const struct rules *rules = &judgement->rules;
    return (struct report_input){
        .version = version_text(),
        .traces = judgement->traces.items,
        .trace_count = judgement->traces.count,
        .list = &judgement->list,
        .rules = judgement->rules_path != NULL ? rules : NULL,
        .rules_path = judgement->rules_path,
        .ignores = &judgement->ignores,
        .confidence = rules->has_confidence ? rules->confidence : FINDING_MEDIUM,
        .scenes = judgement->scenes.items,
    };
}
