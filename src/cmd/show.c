/* In: a finding's id, and traces. Out: that finding in full.
 * Must hold: it is found whether or not a report would show it; a trace that cannot be read is told, and makes the status 2. */
#include "cmd/cmd.h"

#include <stdint.h>
#include <stdio.h>

#include "cmd/choices.h"
#include "cmd/display.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "judge/judgement.h"
#include "judge/pick.h"
#include "judge/several.h"

enum { option_format, option_output, option_rules };

struct show {
    const struct cmd_arguments *arguments;
    const struct report_format *format;
    bool is_in_full; /* text, with all that there is to say */
    struct display display;
    struct judgement judgement;
    struct progress progress;
    bool lacks_traces; /* some could not be read, which has been told */
};

/* ---- reading ---- */

static const char *const *traces_of(const struct cmd_arguments *arguments)
{
    return arguments->operands + 1;
}

static size_t trace_count_of(const struct cmd_arguments *arguments)
{
    return arguments->operand_count - 1;
}

static void show_progress(void *context, const struct several_progress *how_far)
{
    progress_show(context, how_far);
}

static void tell_failure(void *context, const struct diag *diag)
{
    progress_clear(context);
    diag_print(diag, stderr);
}

static enum status read_traces(struct show *show, struct diag *diag)
{
    size_t failed_count;
    struct several_options options = {
        .context = &show->progress, .progress = show_progress, .failed = tell_failure};
    enum status status = several_replay(&show->judgement, traces_of(show->arguments),
                                        trace_count_of(show->arguments), &options, &failed_count);
    progress_clear(&show->progress);
    show->lacks_traces = status != STATUS_OK || failed_count != 0;
    if (status != STATUS_OK)
        return diag_set_nomem(diag);
    return judgement_finish(&show->judgement, diag);
}

/* ---- showing ---- */

static bool is_meant(const void *context, const struct finding *finding)
{
    return finding == context;
}

static const struct scene *scene_of(const struct show *show, const struct finding *finding)
{
    const struct judgement *judgement = &show->judgement;
    return judgement->scenes.items != NULL ? judgement->scenes.items[finding - judgement->list.findings.items]
                                           : NULL;
}

/* The report of an ordinary format, with nothing but the one finding in it. */
static enum status write_alone(const struct show *show, struct report_input input,
                               const struct finding *finding, struct buffer *text)
{
    struct finding alone = *finding;
    const struct scene *scene = scene_of(show, finding);
    alone.suppressed_by = alone.ignored_by = 0;
    const struct finding_list list = {.findings = {.items = &alone, .count = 1, .capacity = 1}};
    input.list = &list;
    input.scenes = &scene;
    return report_write(show->format, &input, text);
}

static enum status write_finding(const struct show *show, const struct finding *finding,
                                 const struct output *output, struct diag *diag)
{
    struct buffer text;
    struct report_input input = judgement_report(&show->judgement);
    display_apply(&show->display, output, &input);
    input.confidence = FINDING_LOW;
    input.lacks_traces = show->lacks_traces;
    buffer_init(&text);
    enum status status = STATUS_OK;
    if (show->is_in_full)
        report_write_in_full(&input, finding, scene_of(show, finding), &text);
    else
        status = write_alone(show, input, finding, &text);
    if (status == STATUS_OK)
        status = buffer_status(&text);
    if (status == STATUS_OK)
        display_write(&show->display, &text, output);
    else
        diag_set_nomem(diag);
    buffer_fini(&text);
    return status;
}

static enum status look_again(struct show *show, const struct finding *finding, struct diag *diag)
{
    progress_watch_look(&show->progress, &show->judgement);
    enum status status = judgement_look_again(&show->judgement, is_meant, finding, diag);
    progress_clear(&show->progress);
    return status;
}

static enum status show_finding(struct show *show, struct diag *diag)
{
    struct output output;
    const struct finding *finding;
    enum status status = pick_finding(&show->judgement.list, show->arguments->operands[0], &finding, diag);
    if (status == STATUS_OK && (show->is_in_full || show->format->shows_scenes))
        status = look_again(show, finding, diag);
    if (status == STATUS_OK)
        status = output_open(&output, show->arguments->values[option_output], diag);
    if (status != STATUS_OK)
        return status;
    status = write_finding(show, finding, &output, diag);
    enum status closed = output_close(&output, diag);
    return status == STATUS_OK ? closed : status;
}

/* ---- the whole ---- */

static enum status take_settings(struct show *show, struct diag *diag)
{
    const struct cmd_arguments *arguments = show->arguments;
    const char *format = arguments->values[option_format], *rules = arguments->values[option_rules];
    const char *output = arguments->values[option_output];
    show->format = report_format_find(format != NULL ? format : "text");
    show->is_in_full = show->format == report_format_find("text");
    enum status status = display_take(&show->display, arguments, diag);
    if (status == STATUS_OK)
        status = output_spares(output, traces_of(arguments), trace_count_of(arguments), diag);
    if (status == STATUS_OK && rules != NULL)
        status = output_spares(output, &rules, 1, diag);
    if (status == STATUS_OK && rules != NULL)
        status = judgement_load_rules(&show->judgement, rules, diag);
    return status;
}

static int run(const struct cmd_arguments *arguments)
{
    struct show show = {.arguments = arguments};
    struct diag diag = DIAG_NONE;
    judgement_init(&show.judgement);
    progress_init(&show.progress);
    enum status status = take_settings(&show, &diag);
    if (status == STATUS_OK)
        status = read_traces(&show, &diag);
    if (status == STATUS_OK && show.judgement.traces.count != 0)
        status = show_finding(&show, &diag);
    if (status != STATUS_OK)
        diag_print(&diag, stderr);
    judgement_fini(&show.judgement);
    return status != STATUS_OK || show.lacks_traces ? CMD_EXIT_CANNOT : CMD_EXIT_OK;
}

static const struct cmd_option options[] = {
    [option_format] = {"format", 'f', "FORMAT", "a report with nothing else in it (default: text, in full)",
                       choices_format},
    [option_output] = {"output", 'o', "FILE", "write there instead of to standard output"},
    [option_rules] = {"rules", '\0', "FILE", "thresholds, and what would be suppressed (YAML)"},
};

const struct cmd cmd_show = {
    .name = "show",
    .operands = "ID TRACE...",
    .summary = "one finding in full: what happened around it, and where",
    .details =
        "Shows the finding with that id, or with an id that begins so (`SR-` may be left out), whether or "
        "not the "
        "report would: who ran when, what each did, which locks were held, who woke whom; the source as far "
        "as the trace knows it; what it was recorded with.\n"
        "Exit status: 0, or 2 if there is no such finding, or a trace could not be judged.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operands_min = 2,
    .operands_max = SIZE_MAX,
    .shows = true,
    .run = run,
};
