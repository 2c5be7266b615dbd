/* In: trace files, and perhaps a rules file. Out: one report on all of them.
 * Must hold: status 1 only if every trace was read to its end and something is at or above --fail-on; a trace that
 * cannot be read is told, and makes the status 2, but does not keep the others from being reported. */
#include "cmd/cmd.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/vector.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "cmd/suggest.h"
#include "detect/analysis.h"
#include "finding/list.h"
#include "finding/rules.h"
#include "report/report.h"

enum { option_format, option_output, option_rules, option_fail_on, option_confidence };

enum { width_columns_min = 60, width_columns_max = 120 };

struct analyze {
    const struct report_format *format;
    enum finding_fail_on fail_on;
    enum finding_confidence confidence;
    struct rules rules;
    struct finding_list list;
    struct arena arena; /* texts of the traces, which are closed before the report is written */
    VECTOR(struct report_trace) traces;
    struct progress progress;
};

/* ---- what was asked for ---- */

static enum status refuse_value(struct diag *diag, const char *option, const char *value,
                                const char *const *known, size_t count)
{
    const char *near = suggest_nearest(value, known, count);
    char list[128] = "";
    for (size_t i = 0; i < count; i++) {
        strncat(list, i == 0 ? "" : i + 1 < count ? ", " : " or ", sizeof list - strlen(list) - 1);
        strncat(list, known[i], sizeof list - strlen(list) - 1);
    }
    if (near != NULL)
        return diag_set(diag, STATUS_USAGE, "analyze: `--%s %s` means nothing; did you mean `%s`?", option,
                        value, near);
    return diag_set(diag, STATUS_USAGE, "analyze: `--%s %s` means nothing; it is %s", option, value, list);
}

static enum status take_format(struct analyze *analyze, const char *value, struct diag *diag)
{
    enum { formats_max = 8 };
    const char *known[formats_max];
    size_t count;
    const struct report_format *formats = report_formats(&count);
    analyze->format = report_format_find(value != NULL ? value : "text");
    if (analyze->format != NULL)
        return STATUS_OK;
    count = count < formats_max ? count : formats_max;
    for (size_t i = 0; i < count; i++)
        known[i] = formats[i].name;
    return refuse_value(diag, "format", value, known, count);
}

/* What is said on the command line comes before what the rules say. */
static enum status take_thresholds(struct analyze *analyze, const struct cmd_arguments *arguments,
                                   struct diag *diag)
{
    static const char *const fail_on_words[] = {"predicted", "observed", "never"};
    static const char *const confidence_words[] = {"low", "medium", "high"};
    const char *fail_on = arguments->values[option_fail_on];
    const char *confidence = arguments->values[option_confidence];
    analyze->fail_on = analyze->rules.has_fail_on ? analyze->rules.fail_on : FINDING_FAIL_ON_PREDICTED;
    analyze->confidence = analyze->rules.has_confidence ? analyze->rules.confidence : FINDING_MEDIUM;
    if (fail_on != NULL && !kinds_find_fail_on(text_of(fail_on), &analyze->fail_on))
        return refuse_value(diag, "fail-on", fail_on, fail_on_words, 3);
    if (confidence != NULL && !kinds_find_confidence(text_of(confidence), &analyze->confidence))
        return refuse_value(diag, "confidence", confidence, confidence_words, 3);
    return STATUS_OK;
}

static enum status take_settings(struct analyze *analyze, const struct cmd_arguments *arguments,
                                 struct diag *diag)
{
    const char *rules = arguments->values[option_rules];
    const char *output = arguments->values[option_output];
    enum status status = take_format(analyze, arguments->values[option_format], diag);
    if (status == STATUS_OK)
        status = output_spares(output, arguments->operands, arguments->operand_count, diag);
    if (status == STATUS_OK && rules != NULL)
        status = output_spares(output, &rules, 1, diag);
    if (status == STATUS_OK && rules != NULL)
        status = rules_load(&analyze->rules, rules, diag);
    return status == STATUS_OK ? take_thresholds(analyze, arguments, diag) : status;
}

/* ---- reading ---- */

static void show_progress(void *context, const struct trace_info *info)
{
    progress_show(context, info);
}

static enum status note(struct analyze *analyze, struct report_trace *row, const char *before,
                        struct text text)
{
    struct text *notes = arena_alloc(&analyze->arena, (row->note_count + 1) * sizeof *notes);
    size_t before_length = strlen(before);
    char *sentence = arena_alloc(&analyze->arena, before_length + text.length + 1);
    if (notes == NULL || sentence == NULL)
        return STATUS_NOMEM;
    memcpy(sentence, before, before_length);
    if (text.length != 0)
        memcpy(sentence + before_length, text.bytes, text.length);
    if (row->note_count != 0)
        memcpy(notes, row->notes, row->note_count * sizeof *notes);
    notes[row->note_count] = (struct text){sentence, before_length + text.length};
    row->notes = notes;
    row->note_count++;
    return STATUS_OK;
}

static enum status note_troubles(struct analyze *analyze, struct report_trace *row, const struct trace *trace)
{
    enum status status = STATUS_OK;
    struct text off = trace_meta(trace, "off");
    if (off.length != 0)
        status = note(analyze, row, "the agent switched itself off: ", off);
    if (status == STATUS_OK && trace_info(trace)->header_damaged)
        status = note(analyze, row, "the header of the file is damaged", TEXT_NONE);
    if (status == STATUS_OK && trace_info(trace)->unknown_events != 0)
        status = note(analyze, row, "a newer staleread wrote events that this one does not know", TEXT_NONE);
    return status;
}

/* What the report says about a trace that was read to its end. */
static enum status add_row(struct analyze *analyze, const char *path, const struct trace *trace,
                           const struct analysis_totals *totals)
{
    const struct trace_info *info = trace_info(trace);
    struct report_trace row = {
        .path = path,
        .complete = info->complete,
        .events = info->events,
        .actors = totals->actors,
        .lost_events = info->lost_events + info->damaged_events,
        .damaged_frames = info->damaged_frames,
        .python = arena_text(&analyze->arena, trace_meta(trace, "python")),
        .loop = arena_text(&analyze->arena, trace_meta(trace, "loop")),
        .started = arena_text(&analyze->arena, trace_meta(trace, "started")),
    };
    if (row.python.bytes == NULL || row.loop.bytes == NULL || row.started.bytes == NULL ||
        note_troubles(analyze, &row, trace) != STATUS_OK)
        return STATUS_NOMEM;
    return VECTOR_PUSH(&analyze->traces, row);
}

static enum status read_trace(struct analyze *analyze, const char *path, struct diag *diag)
{
    struct trace *trace;
    enum status status = trace_open(&trace, path, diag);
    if (status != STATUS_OK)
        return status;
    struct analysis_options options = {.progress = show_progress, .context = &analyze->progress};
    struct analysis_totals totals = {.actors = 0};
    status = analysis_run(trace, &options, &analyze->list, &totals, diag);
    progress_clear(&analyze->progress);
    if (status == STATUS_OK && add_row(analyze, path, trace, &totals) != STATUS_OK)
        status = diag_set_nomem(diag);
    diag_set_file(diag, path);
    trace_close(trace);
    return status;
}

/* Whether all could be read. */
static bool read_traces(struct analyze *analyze, const struct cmd_arguments *arguments)
{
    bool all = true;
    for (size_t i = 0; i < arguments->operand_count; i++) {
        struct diag diag = DIAG_NONE;
        if (read_trace(analyze, arguments->operands[i], &diag) != STATUS_OK) {
            diag_print(&diag, stderr);
            all = false;
        }
    }
    return all;
}

/* ---- reporting ---- */

static void look_at_terminal(struct report_input *input, const struct output *output)
{
    struct winsize size;
    const char *no_colour = getenv("NO_COLOR");
    int descriptor = fileno(output->stream);
    if (isatty(descriptor) != 1)
        return;
    input->colour = no_colour == NULL || no_colour[0] == '\0';
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return;
    input->width_columns = size.ws_col < width_columns_min   ? width_columns_min
                           : size.ws_col > width_columns_max ? width_columns_max
                                                             : size.ws_col;
}

static enum status write_report(struct analyze *analyze, const struct cmd_arguments *arguments,
                                struct output *output, struct diag *diag)
{
    struct buffer text;
    struct report_input input = {
        .version = version_text(),
        .traces = analyze->traces.items,
        .trace_count = analyze->traces.count,
        .list = &analyze->list,
        .rules = arguments->values[option_rules] != NULL ? &analyze->rules : NULL,
        .rules_path = arguments->values[option_rules],
        .confidence = analyze->confidence,
    };
    look_at_terminal(&input, output);
    buffer_init(&text);
    enum status status = report_write(analyze->format, &input, &text);
    if (status != STATUS_OK)
        status = diag_set_nomem(diag);
    else if (buffer_write(&text, output->stream) != STATUS_OK)
        status = STATUS_OK; /* closing the output says why */
    buffer_fini(&text);
    return status;
}

static enum status report(struct analyze *analyze, const struct cmd_arguments *arguments, struct diag *diag)
{
    struct output output;
    enum status status = finding_list_finish(&analyze->list, diag);
    if (status != STATUS_OK)
        return status;
    rules_apply(&analyze->rules, &analyze->list);
    status = output_open(&output, arguments->values[option_output], diag);
    if (status != STATUS_OK)
        return status;
    status = write_report(analyze, arguments, &output, diag);
    enum status closed = output_close(&output, diag);
    return status == STATUS_OK ? closed : status;
}

static int judge(struct analyze *analyze, const struct cmd_arguments *arguments)
{
    struct diag diag = DIAG_NONE;
    bool all = false;
    enum status status = take_settings(analyze, arguments, &diag);
    if (status == STATUS_OK) {
        all = read_traces(analyze, arguments);
        if (analyze->traces.count != 0)
            status = report(analyze, arguments, &diag);
    }
    if (status != STATUS_OK)
        diag_print(&diag, stderr);
    if (status != STATUS_OK || !all)
        return CMD_EXIT_CANNOT;
    bool fails = finding_list_fails(&analyze->list, analyze->fail_on, analyze->confidence);
    return fails ? CMD_EXIT_FINDINGS : CMD_EXIT_OK;
}

static int run(const struct cmd_arguments *arguments)
{
    struct analyze analyze = {.format = NULL};
    rules_init(&analyze.rules);
    finding_list_init(&analyze.list);
    arena_init(&analyze.arena, 0);
    progress_init(&analyze.progress);
    int exit_status = judge(&analyze, arguments);
    VECTOR_FINI(&analyze.traces);
    arena_fini(&analyze.arena);
    finding_list_fini(&analyze.list);
    rules_fini(&analyze.rules);
    return exit_status;
}

static const struct cmd_option options[] = {
    [option_format] = {"format", 'f', "FORMAT", "text (the default), json or markdown"},
    [option_output] = {"output", 'o', "FILE", "write there instead of to standard output"},
    [option_rules] = {"rules", '\0', "FILE", "what to suppress, and thresholds (YAML)"},
    [option_fail_on] = {"fail-on", '\0', "STATUS",
                        "what makes the exit status 1: predicted (the default), observed or never"},
    [option_confidence] = {"confidence", '\0', "LEVEL",
                           "show from this on: low, medium (the default) or high"},
};

const struct cmd cmd_analyze = {
    .name = "analyze",
    .operands = "TRACE...",
    .summary = "what went stale, or could: the report",
    .details = "Replays the traces, each for itself, and reports what was found in all of them.\n"
               "Exit status: 0 nothing at or above --fail-on, 1 findings, 2 a trace could not be judged.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = run,
};
