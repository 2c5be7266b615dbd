/* In: a trace. Out: the same as a picture for viewers of timelines.
 * Must hold: the trace is read three times (for findings, for what comes later in it, and to be written), so it is a file; after an error there is
 * no output that could be taken for a whole one. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

#include "cmd/choices.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "export/export.h"
#include "export/targets.h"
#include "finding/kinds.h"
#include "judge/judgement.h"

enum { option_to, option_output, option_rules, option_confidence };

struct exporting {
    const char *path;
    const struct export_target *target;
    struct judgement judgement;
    struct export_plan plan;
    struct progress progress;
    enum finding_confidence confidence;
};

static void show_progress(void *context, const struct trace_info *info)
{
    struct exporting *exporting = context;
    const struct several_progress how_far = {.path = info->path,
                                             .trace_count = 1,
                                             .file_bytes = info->file_bytes,
                                             .read_bytes = info->read_bytes,
                                             .events = info->events};
    progress_show(&exporting->progress, &how_far);
}

static bool show_analysis(void *context, const struct trace_info *info)
{
    show_progress(context, info);
    return true;
}

/* ---- what was asked for ---- */

static enum status check_output(const struct exporting *exporting, const struct cmd_arguments *arguments,
                                struct diag *diag)
{
    const char *output = arguments->values[option_output], *rules = arguments->values[option_rules];
    if (strcmp(exporting->path, "-") == 0)
        return diag_set(diag, STATUS_USAGE,
                        "export: a trace is read more than once, so standard input will not do; name a file");
    if (exporting->target->is_binary && output_is_terminal(output))
        return diag_set(diag, STATUS_USAGE,
                        "export: a terminal cannot show this; say where to with `-o FILE`");
    enum status status = output_spares(output, &exporting->path, 1, diag);
    return status == STATUS_OK && rules != NULL ? output_spares(output, &rules, 1, diag) : status;
}

static enum status take_settings(struct exporting *exporting, const struct cmd_arguments *arguments,
                                 struct diag *diag)
{
    const char *to = arguments->values[option_to], *confidence = arguments->values[option_confidence];
    const char *rules = arguments->values[option_rules];
    size_t count;
    exporting->path = arguments->operands[0];
    exporting->target = to != NULL ? targets_find(to) : targets_table(&count)[0];
    enum status status = check_output(exporting, arguments, diag);
    if (status == STATUS_OK && rules != NULL)
        status = judgement_load_rules(&exporting->judgement, rules, diag);
    const struct rules *settings = &exporting->judgement.rules;
    exporting->confidence = settings->has_confidence ? settings->confidence : FINDING_MEDIUM;
    if (confidence != NULL)
        kinds_find_confidence(text_of(confidence), &exporting->confidence);
    return status;
}

/* ---- three readings ---- */

static enum status find(struct exporting *exporting, struct diag *diag)
{
    struct trace *trace;
    const struct analysis_options options = {.progress = show_analysis, .context = exporting};
    enum status status = trace_open(&trace, exporting->path, diag);
    if (status != STATUS_OK)
        return status;
    status = judgement_replay(&exporting->judgement, trace, &options, diag);
    trace_close(trace);
    return status == STATUS_OK ? judgement_finish(&exporting->judgement, diag) : status;
}

static enum status look(struct exporting *exporting, struct diag *diag)
{
    struct trace *trace;
    const struct export_progress progress = {.context = exporting, .tell = show_progress};
    enum status status = trace_open(&trace, exporting->path, diag);
    if (status != STATUS_OK)
        return status;
    status = export_look(&exporting->plan, trace, &progress, diag);
    trace_close(trace);
    return status;
}

static enum status write_to(struct exporting *exporting, FILE *to, struct diag *diag)
{
    struct trace *trace;
    const struct export_progress progress = {.context = exporting, .tell = show_progress};
    struct export_sink *sink = exporting->target->open(to);
    if (sink == NULL)
        return diag_set_nomem(diag);
    enum status status = trace_open(&trace, exporting->path, diag);
    if (status == STATUS_OK) {
        status = export_write(&exporting->plan, trace, &exporting->judgement.list, exporting->confidence,
                              sink, &progress, diag);
        trace_close(trace);
    }
    exporting->target->close(sink);
    return status;
}

static enum status write_output(struct exporting *exporting, const char *path, struct diag *diag)
{
    struct output output;
    enum status status = output_open(&output, path, diag);
    if (status != STATUS_OK)
        return status;
    status = write_to(exporting, output.stream, diag);
    if (status == STATUS_IO)
        diag_clear(diag); /* the stream knows better what is wrong with it */
    enum status closed = output_close(&output, diag);
    if (status == STATUS_OK)
        status = closed;
    if (status != STATUS_OK)
        output_discard(&output);
    return status;
}

static enum status export(struct exporting *exporting, const struct cmd_arguments *arguments,
                          struct diag *diag) {
    enum status status = take_settings(exporting, arguments, diag);
    if (status == STATUS_OK) status = find(exporting, diag);
    if (status == STATUS_OK) status = look(exporting, diag);
    if (status == STATUS_OK) status = write_output(exporting, arguments->values[option_output], diag);
    return status;
}

static int run(const struct cmd_arguments *arguments)
{
    struct exporting exporting = {.path = NULL};
    struct diag diag = DIAG_NONE;
    judgement_init(&exporting.judgement);
    export_plan_init(&exporting.plan);
    progress_init(&exporting.progress);
    enum status status = export(&exporting, arguments, &diag);
    progress_clear(&exporting.progress);
    if (status != STATUS_OK && diag.status != STATUS_OK)
        diag_print(&diag, stderr);
    export_plan_fini(&exporting.plan);
    judgement_fini(&exporting.judgement);
    return status == STATUS_OK ? CMD_EXIT_OK : CMD_EXIT_CANNOT;
}

static const struct cmd_option options[] = {
    [option_to] = {"to", '\0', "TARGET", "whose form (default: perfetto)", choices_target},
    [option_output] = {"output", 'o', "FILE", "write there instead of to standard output"},
    [option_rules] = {"rules", '\0', "FILE", "what to suppress, and thresholds (YAML)"},
    [option_confidence] = {"confidence", '\0', "LEVEL", "show findings from this on (default: medium)",
                           choices_confidence},
};

const struct cmd cmd_export = {
    .name = "export",
    .operands = "TRACE",
    .summary = "a trace as a picture for viewers of timelines",
    .details =
        "Writes what ran when, as a timeline: a lane for each thread and task, steps, calls and waits as "
        "slices, "
        "what must come before what as arrows, who held which lock, and each finding with its ends.\n"
        "--to perfetto is for https://ui.perfetto.dev, which opens the file in the browser and sends it "
        "nowhere; --to chrome is the same as JSON, for viewers of Chrome's trace events.\n"
        "The axis is the order of events, and no time: event n of `staleread dump --numbers` stands at n µs. "
        "What was measured is told with the steps.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
