/* In: trace files, and perhaps a rules file and a baseline. Out: one report on all of them, and perhaps a new baseline.
 * Must hold: status 1 only if every trace was read to its end and something is at or above --fail-on; a trace that
 * cannot be read is told, and makes the status 2, but does not keep the others from being reported. */
#include "cmd/cmd.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cmd/choices.h"
#include "cmd/display.h"
#include "cmd/follow.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "cmd/quantity.h"
#include "cmd/so_far.h"
#include "judge/judgement.h"
#include "judge/several.h"

enum {
    option_format,
    option_output,
    option_rules,
    option_baseline,
    option_write_baseline,
    option_known,
    option_fail_on,
    option_confidence,
    option_follow,
    option_memory,
    option_jobs,
    option_suppressed,
};

struct analyze {
    const struct report_format *format;
    struct display display;
    enum finding_fail_on fail_on;
    enum finding_confidence confidence;
    bool lacks_traces; /* some could not be read */
    struct judgement judgement;
    struct baseline baseline;
    struct progress progress;
    struct follow follow;
    struct so_far so_far;
    uint64_t memory_bytes_max; /* 0: no bound */
    uint64_t jobs;             /* 0: as many as there are processors */
    const struct cmd_arguments *arguments;
};

/* ---- what was asked for ---- */

/* What is said on the command line, one of the options' choices, comes before what the rules say. */
static void take_thresholds(struct analyze *analyze, const struct cmd_arguments *arguments)
{
    const char *fail_on = arguments->values[option_fail_on];
    const char *confidence = arguments->values[option_confidence];
    const struct rules *rules = &analyze->judgement.rules;
    analyze->fail_on = rules->has_fail_on ? rules->fail_on : FINDING_FAIL_ON_PREDICTED;
    analyze->confidence = rules->has_confidence ? rules->confidence : FINDING_MEDIUM;
    if (fail_on != NULL)
        kinds_find_fail_on(text_of(fail_on), &analyze->fail_on);
    if (confidence != NULL)
        kinds_find_confidence(text_of(confidence), &analyze->confidence);
}

/* Both may be NULL: then there is nothing to spare. */
static enum status spare_file(const char *output, const char *file, struct diag *diag)
{
    return output != NULL && file != NULL ? output_spares(output, &file, 1, diag) : STATUS_OK;
}

static enum status spare_traces_and_rules(const char *output, const struct cmd_arguments *arguments,
                                          struct diag *diag)
{
    enum status status = output_spares(output, arguments->operands, arguments->operand_count, diag);
    return status == STATUS_OK ? spare_file(output, arguments->values[option_rules], diag) : status;
}

/* The report may go over nothing that is read; a new baseline may go over the old one, which is read before. */
static enum status spare_inputs(const struct cmd_arguments *arguments, struct diag *diag)
{
    const char *report = arguments->values[option_output];
    const char *baseline = arguments->values[option_write_baseline];
    if (report != NULL && baseline != NULL && strcmp(report, baseline) == 0)
        return diag_set(diag, STATUS_USAGE, "analyze: --output and --write-baseline name one file");
    enum status status = spare_traces_and_rules(report, arguments, diag);
    if (status == STATUS_OK)
        status = spare_file(report, arguments->values[option_baseline], diag);
    if (status == STATUS_OK)
        status = spare_traces_and_rules(baseline, arguments, diag);
    return status;
}

static enum status take_quantities(struct analyze *analyze, const struct cmd_arguments *arguments,
                                   struct diag *diag)
{
    const char *memory = arguments->values[option_memory], *jobs = arguments->values[option_jobs];
    if (memory != NULL &&
        (!quantity_of_bytes(memory, &analyze->memory_bytes_max) || analyze->memory_bytes_max == 0))
        return diag_set(diag, STATUS_USAGE, "analyze: `--memory %s` means nothing; it is like 500M or 2G",
                        memory);
    if (jobs != NULL && (!quantity_of(jobs, &analyze->jobs) || analyze->jobs == 0))
        return diag_set(diag, STATUS_USAGE, "analyze: `--jobs %s` means nothing; it is a number from 1",
                        jobs);
    return STATUS_OK;
}

static enum status take_settings(struct analyze *analyze, const struct cmd_arguments *arguments,
                                 struct diag *diag)
{
    const char *rules = arguments->values[option_rules];
    const char *baseline = arguments->values[option_baseline];
    const char *format = arguments->values[option_format];
    analyze->format = report_format_find(format != NULL ? format : "text");
    enum status status = display_take(&analyze->display, arguments, diag);
    if (arguments->values[option_follow] != NULL)
        analyze->display.pages = false; /* what came before the report stays in sight */
    if (status == STATUS_OK && baseline == NULL && arguments->values[option_known] != NULL)
        status = diag_set(diag, STATUS_USAGE, "analyze: --known means nothing without --baseline");
    if (status == STATUS_OK && arguments->values[option_follow] != NULL && arguments->operand_count != 1)
        status = diag_set(diag, STATUS_USAGE, "analyze: --follow follows one trace; %zu are given",
                          arguments->operand_count);
    if (status == STATUS_OK)
        status = take_quantities(analyze, arguments, diag);
    if (status == STATUS_OK)
        status = spare_inputs(arguments, diag);
    if (status == STATUS_OK && rules != NULL)
        status = judgement_load_rules(&analyze->judgement, rules, diag);
    if (status == STATUS_OK && baseline != NULL)
        status = baseline_load(&analyze->baseline, baseline, diag);
    if (status == STATUS_OK)
        take_thresholds(analyze, arguments);
    return status;
}

/* ---- how it is shown ---- */

static struct report_input report_input(const struct analyze *analyze, const struct cmd_arguments *arguments)
{
    struct report_input input = judgement_report(&analyze->judgement);
    input.baseline_path = arguments->values[option_baseline];
    input.baseline = input.baseline_path != NULL ? &analyze->baseline : NULL;
    input.confidence = analyze->confidence;
    input.fail_on = analyze->fail_on;
    input.lacks_traces = analyze->lacks_traces;
    input.shows_known = arguments->values[option_known] != NULL;
    input.lists_let_stand = arguments->values[option_suppressed] != NULL;
    return input;
}

/* ---- reading ---- */

static void show_progress(void *context, const struct several_progress *how_far)
{
    progress_show(context, how_far);
}

static void tell_failure(void *context, const struct diag *diag)
{
    progress_clear(context);
    diag_print(diag, stderr);
}

/* What is followed grows: nobody knows how much there is to read. */
static bool show_followed(void *context, const struct trace_info *info)
{
    struct analyze *analyze = context;
    const struct several_progress how_far = {.path = info->path, .trace_count = 1, .events = info->events};
    progress_show(&analyze->progress, &how_far);
    return true;
}

/* Where findings are told as they come: before a report for people, or else beside it. */
static FILE *live_stream(const struct analyze *analyze)
{
    bool is_before_report = analyze->format == report_format_find("text") &&
                            output_is_standard(analyze->arguments->values[option_output]);
    return is_before_report ? stdout : stderr;
}

static void tell_so_far(void *context, struct trace *trace, bool is_behind)
{
    struct analyze *analyze = context;
    struct output output = {.stream = live_stream(analyze)};
    struct report_input shown = report_input(analyze, analyze->arguments);
    display_apply(&analyze->display, &output, &shown);
    progress_clear(&analyze->progress);
    so_far_tell(&analyze->so_far, &analyze->judgement, &analyze->baseline, trace, shown, output.stream);
    follow_wait(&analyze->follow, trace, is_behind);
}

static enum status replay_followed(struct analyze *analyze, const char *path, struct diag *diag)
{
    struct trace *trace;
    enum status status = follow_open(&analyze->follow, &trace, path, diag);
    if (status != STATUS_OK)
        return status;
    struct analysis_options options = {.progress = show_followed,
                                       .wait = tell_so_far,
                                       .context = analyze,
                                       .memory_bytes_max = analyze->memory_bytes_max};
    status = judgement_replay(&analyze->judgement, trace, &options, diag);
    progress_clear(&analyze->progress);
    trace_close(trace);
    if (analyze->so_far.told.count != 0 && live_stream(analyze) == stdout)
        puts("So far as it came; now the whole:\n");
    return status;
}

/* Whether it could be read. */
static bool follow_trace(struct analyze *analyze, const char *path)
{
    struct diag diag = DIAG_NONE;
    follow_begin(&analyze->follow);
    enum status status = replay_followed(analyze, path, &diag);
    follow_end(&analyze->follow);
    if (status != STATUS_OK)
        diag_print(&diag, stderr);
    return status == STATUS_OK;
}

/* STATUS_NOMEM where the traces together were too much. */
static enum status read_traces(struct analyze *analyze, const struct cmd_arguments *arguments,
                               struct diag *diag)
{
    size_t failed_count;
    struct several_options options = {
        .at_once_max = analyze->jobs,
        .memory_bytes_max = analyze->memory_bytes_max,
        .context = &analyze->progress,
        .progress = show_progress,
        .failed = tell_failure,
    };
    if (arguments->values[option_follow] != NULL) {
        analyze->lacks_traces = !follow_trace(analyze, arguments->operands[0]);
        return STATUS_OK;
    }
    enum status status = several_replay(&analyze->judgement, arguments->operands, arguments->operand_count,
                                        &options, &failed_count);
    progress_clear(&analyze->progress);
    analyze->lacks_traces = status != STATUS_OK || failed_count != 0;
    return status == STATUS_OK ? STATUS_OK : diag_set_nomem(diag);
}

/* ---- reporting ---- */

static enum status write_report(struct analyze *analyze, const struct cmd_arguments *arguments,
                                struct output *output, struct diag *diag)
{
    struct buffer text;
    struct report_input input = report_input(analyze, arguments);
    display_apply(&analyze->display, output, &input);
    buffer_init(&text);
    enum status status = report_write(analyze->format, &input, &text);
    if (status != STATUS_OK)
        status = diag_set_nomem(diag);
    else
        display_write(&analyze->display, &text, output);
    buffer_fini(&text);
    return status;
}

static bool is_shown(const void *context, const struct finding *finding)
{
    return report_shows(context, finding);
}

/* What happened around each finding, where the format shows it. */
static enum status look_again(struct analyze *analyze, const struct cmd_arguments *arguments,
                              struct diag *diag)
{
    struct report_input input = report_input(analyze, arguments);
    if (!analyze->format->shows_scenes)
        return STATUS_OK;
    progress_watch_look(&analyze->progress, &analyze->judgement);
    enum status status = judgement_look_again(&analyze->judgement, is_shown, &input, diag);
    progress_clear(&analyze->progress);
    return status;
}

static enum status report(struct analyze *analyze, const struct cmd_arguments *arguments, struct diag *diag)
{
    struct output output;
    enum status status = judgement_finish(&analyze->judgement, diag);
    if (status != STATUS_OK)
        return status;
    baseline_apply(&analyze->baseline, &analyze->judgement.list);
    status = look_again(analyze, arguments, diag);
    if (status == STATUS_OK)
        status = output_open(&output, arguments->values[option_output], diag);
    if (status != STATUS_OK)
        return status;
    status = write_report(analyze, arguments, &output, diag);
    enum status closed = output_close(&output, diag);
    return status == STATUS_OK ? closed : status;
}

/* The baseline for next time: the JSON report with all findings in it. Without every trace it would call findings new
 * tomorrow that are not. */
static enum status write_baseline(const struct analyze *analyze, const struct cmd_arguments *arguments,
                                  struct diag *diag)
{
    const char *path = arguments->values[option_write_baseline];
    if (path == NULL)
        return STATUS_OK;
    diag_set_file(diag, path);
    if (analyze->lacks_traces)
        return diag_set(diag, STATUS_IO, "not written, because not every trace could be read");
    struct buffer text;
    struct report_input input = report_input(analyze, arguments);
    input.lists_all = true;
    buffer_init(&text);
    enum status status = report_write(report_format_find("json"), &input, &text);
    status = status == STATUS_OK ? output_replace(path, &text, diag) : diag_set_nomem(diag);
    buffer_fini(&text);
    return status;
}

/* ---- the whole ---- */

static int judge(struct analyze *analyze, const struct cmd_arguments *arguments)
{
    struct diag diag = DIAG_NONE;
    enum status status = take_settings(analyze, arguments, &diag);
    if (status == STATUS_OK)
        status = read_traces(analyze, arguments, &diag);
    if (status == STATUS_OK && analyze->judgement.traces.count != 0)
        status = report(analyze, arguments, &diag);
    if (status == STATUS_OK)
        status = write_baseline(analyze, arguments, &diag);
    if (status != STATUS_OK)
        diag_print(&diag, stderr);
    if (status != STATUS_OK || analyze->lacks_traces)
        return CMD_EXIT_CANNOT;
    bool fails = finding_list_fails(&analyze->judgement.list, analyze->fail_on, analyze->confidence);
    return fails ? CMD_EXIT_FINDINGS : CMD_EXIT_OK;
}

static int run(const struct cmd_arguments *arguments)
{
    struct analyze analyze = {.format = NULL};
    judgement_init(&analyze.judgement);
    baseline_init(&analyze.baseline);
    progress_init(&analyze.progress);
    analyze.arguments = arguments;
    int exit_status = judge(&analyze, arguments);
    so_far_fini(&analyze.so_far);
    baseline_fini(&analyze.baseline);
    judgement_fini(&analyze.judgement);
    return exit_status;
}

static const struct cmd_option options[] = {
    [option_format] = {"format", 'f', "FORMAT", "how the report is written (default: text)", choices_format},
    [option_output] = {"output", 'o', "FILE", "write there instead of to standard output"},
    [option_rules] = {"rules", '\0', "FILE", "what to suppress, and thresholds (YAML)"},
    [option_baseline] = {"baseline", '\0', "FILE",
                         "an earlier JSON report: what it has is known, and does not count"},
    [option_write_baseline] = {"write-baseline", '\0', "FILE",
                               "write the JSON report there, too, for --baseline of next time"},
    [option_known] = {"known", '\0', NULL, "show also what the baseline has"},
    [option_fail_on] = {"fail-on", '\0', "STATUS", "what makes the exit status 1 (default: predicted)",
                        choices_fail_on},
    [option_confidence] = {"confidence", '\0', "LEVEL", "show from this on (default: medium)",
                           choices_confidence},
    [option_follow] = {"follow", '\0', NULL,
                       "go on reading while the trace is being written, and tell findings as they come"},
    [option_memory] =
        {"memory", '\0', "SIZE",
         "remember so much of the traces at most (2G, 500M); what that makes it forget is told"},
    [option_jobs] = {"jobs", 'j', "N",
                     "traces at the same time; as many as there are processors, if not told"},
    [option_suppressed] = {"suppressed", '\0', NULL,
                           "with sarif: write also what rules and comments let stand, marked as suppressed"},
};

const struct cmd cmd_analyze = {
    .name = "analyze",
    .operands = "TRACE...",
    .summary = "what went stale, or could: the report",
    .details =
        "Replays the traces, each for itself, several at a time, and reports what was found in all of them.\n"
        "Exit status: 0 nothing new at or above --fail-on, 1 findings, 2 a trace could not be "
        "judged, or something else went wrong.\n"
        "`-` is standard input. With --follow, one trace is read as it grows, until the recording ends, "
        "its program is gone, or Ctrl-C; then the report comes. What is found is told at once: on "
        "standard output where the report is text and goes there, otherwise on standard error.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .shows = true,
    .run = run,
};
