/* In: two traces, or two JSON reports, or one of each. Out: what differs: findings, and where the schedules of two runs part.
 * Must hold: as of diff, the exit status is 0 where nothing differs, 1 where something does, and 2 where that is not known. */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmd/choices.h"
#include "cmd/display.h"
#include "cmd/output.h"
#include "compare/comparison.h"
#include "judge/judgement.h"
#include "report/difference.h"
#include "report/reading.h"

enum { option_format, option_output, option_rules, option_confidence };

/* One of the two files. */
struct side {
    const char *path;
    bool is_report;
    struct judgement judgement; /* of a trace */
    struct reading reading;     /* of a report */
};

struct diff {
    const struct cmd_arguments *arguments;
    struct display display;
    struct rules rules; /* of reports; a trace's judgement has them, too */
    struct side sides[2];
    struct comparison *comparison; /* NULL: not both are traces */
    struct difference difference;
};

/* ---- what the files are ---- */

/* Whether its first byte that is no blank opens a JSON object; a trace begins otherwise. */
static enum status look_at_file(struct side *side, struct diag *diag)
{
    int byte;
    diag_set_file(diag, side->path);
    if (strcmp(side->path, "-") == 0)
        return diag_set(diag, STATUS_USAGE, "diff reads its files more than once: name a file");
    FILE *file = fopen(side->path, "rb");
    if (file == NULL)
        return diag_set_errno(diag, errno, "cannot open it");
    do
        byte = getc(file);
    while (byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r');
    side->is_report = byte == '{';
    fclose(file);
    diag_clear(diag);
    return STATUS_OK;
}

static enum status read_trace(struct side *side, const char *rules, struct diag *diag)
{
    struct trace *trace;
    const struct analysis_options options = {.progress = NULL};
    enum status status = rules != NULL ? judgement_load_rules(&side->judgement, rules, diag) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    status = trace_open(&trace, side->path, diag);
    if (status != STATUS_OK)
        return status;
    status = judgement_replay(&side->judgement, trace, &options, diag);
    trace_close(trace);
    if (status != STATUS_OK)
        return status;
    diag_clear(diag); /* it names the file by now */
    return judgement_finish(&side->judgement, diag);
}

static enum status read_side(struct diff *diff, struct side *side, struct diag *diag)
{
    const char *rules = diff->arguments->values[option_rules];
    if (!side->is_report)
        return read_trace(side, rules, diag);
    enum status status = reading_load(&side->reading, side->path, diag);
    if (status == STATUS_OK && rules != NULL)
        status = rules_load(&diff->rules, rules, diag);
    if (status == STATUS_OK)
        rules_apply(&diff->rules, &side->reading.list);
    rules_fini(&diff->rules);
    rules_init(&diff->rules);
    return status;
}

static enum status read_files(struct diff *diff, struct diag *diag)
{
    struct side *sides = diff->sides;
    const char *const paths[2] = {sides[0].path, sides[1].path};
    enum status status = look_at_file(&sides[0], diag);
    if (status == STATUS_OK)
        status = look_at_file(&sides[1], diag);
    for (int i = 0; i < 2 && status == STATUS_OK; i++)
        status = read_side(diff, &sides[i], diag);
    if (status == STATUS_OK && !sides[0].is_report && !sides[1].is_report)
        status = comparison_open(&diff->comparison, paths, diag);
    return status;
}

/* ---- what differs ---- */

static struct report_input input_of(const struct diff *diff, const struct side *side)
{
    const char *confidence = diff->arguments->values[option_confidence];
    struct report_input input =
        side->is_report ? reading_report(&side->reading) : judgement_report(&side->judgement);
    if (confidence != NULL)
        kinds_find_confidence(text_of(confidence), &input.confidence);
    else if (side->is_report)
        input.confidence = FINDING_MEDIUM;
    return input;
}

static enum status compare(struct diff *diff, const struct output *output, struct diag *diag)
{
    const char *const paths[2] = {diff->sides[0].path, diff->sides[1].path};
    struct report_input inputs[2];
    for (int i = 0; i < 2; i++) {
        inputs[i] = input_of(diff, &diff->sides[i]);
        display_apply(&diff->display, output, &inputs[i]);
    }
    const struct parting *parting = diff->comparison != NULL ? comparison_parting(diff->comparison) : NULL;
    if (difference_init(&diff->difference, paths, inputs, parting) != STATUS_OK)
        return diag_set_nomem(diag);
    return STATUS_OK;
}

static enum status write_difference(struct diff *diff, const struct output *output, struct diag *diag)
{
    const char *format = diff->arguments->values[option_format];
    struct buffer text;
    buffer_init(&text);
    difference_format_find(format != NULL ? format : "text")->write(&diff->difference, &text);
    enum status status = buffer_status(&text) == STATUS_OK ? STATUS_OK : diag_set_nomem(diag);
    if (status == STATUS_OK)
        display_write(&diff->display, &text, output);
    buffer_fini(&text);
    return status;
}

static enum status report(struct diff *diff, struct diag *diag)
{
    struct output output;
    enum status status = output_open(&output, diff->arguments->values[option_output], diag);
    if (status != STATUS_OK)
        return status;
    status = compare(diff, &output, diag);
    if (status == STATUS_OK)
        status = write_difference(diff, &output, diag);
    enum status closed = output_close(&output, diag);
    return status == STATUS_OK ? closed : status;
}

/* ---- the whole ---- */

static enum status run_all(struct diff *diff, struct diag *diag)
{
    const struct cmd_arguments *arguments = diff->arguments;
    const char *output = arguments->values[option_output];
    enum status status = display_take(&diff->display, arguments, diag);
    if (status == STATUS_OK)
        status = output_spares(output, arguments->operands, arguments->operand_count, diag);
    if (status == STATUS_OK && arguments->values[option_rules] != NULL)
        status = output_spares(output, &arguments->values[option_rules], 1, diag);
    if (status == STATUS_OK)
        status = read_files(diff, diag);
    return status == STATUS_OK ? report(diff, diag) : status;
}

static int run(const struct cmd_arguments *arguments)
{
    struct diag diag = DIAG_NONE;
    struct diff diff = {.arguments = arguments};
    rules_init(&diff.rules);
    for (int i = 0; i < 2; i++) {
        diff.sides[i].path = arguments->operands[i];
        judgement_init(&diff.sides[i].judgement);
        reading_init(&diff.sides[i].reading);
    }
    enum status status = run_all(&diff, &diag);
    bool differs = status == STATUS_OK && difference_exists(&diff.difference);
    if (status != STATUS_OK)
        diag_print(&diag, stderr);
    difference_fini(&diff.difference);
    comparison_close(diff.comparison);
    for (int i = 0; i < 2; i++) {
        judgement_fini(&diff.sides[i].judgement);
        reading_fini(&diff.sides[i].reading);
    }
    rules_fini(&diff.rules);
    if (status != STATUS_OK)
        return CMD_EXIT_CANNOT;
    return differs ? CMD_EXIT_FINDINGS : CMD_EXIT_OK;
}

static const struct cmd_option options[] = {
    [option_format] = {"format", 'f', "FORMAT", "how it is written (default: text)",
                       choices_difference_format},
    [option_output] = {"output", 'o', "FILE", "write there instead of to standard output"},
    [option_rules] = {"rules", '\0', "FILE", "what to suppress, and thresholds (YAML)"},
    [option_confidence] = {"confidence", '\0', "LEVEL",
                           "compare what has this in one of the two (default: medium)", choices_confidence},
};

const struct cmd cmd_diff = {
    .name = "diff",
    .operands = "A B",
    .summary = "what differs between two runs, or two reports",
    .details =
        "Tells which findings of B are new, which of A are gone, and which have changed in status, "
        "confidence "
        "or count. A and B are traces or JSON reports.\n"
        "Of two traces of one program, a good run and a bad one say, it also tells where their schedules "
        "part: the last steps that both have in common, and what ran next in each. Actors are known by who "
        "made "
        "them and where, not by their numbers.\n"
        "Exit status: 0 nothing differs, 1 something does (findings or schedules), 2 a file cannot be read, "
        "or "
        "something else went wrong.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operands_min = 2,
    .operands_max = 2,
    .shows = true,
    .run = run,
};
