/* In: JSON reports. Out: one report on all that they tell.
 * Must hold: the same reports give the same bytes, in whatever order and grouping they come; a report that cannot be read is told,
 * and makes the status 2, but does not keep the others from being merged. */
#include "cmd/cmd.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd/choices.h"
#include "cmd/display.h"
#include "cmd/output.h"
#include "report/merging.h"

enum { option_format, option_output };

/* ---- reading ---- */

/* STATUS_BAD_INPUT and the like concern this report alone; STATUS_LIMIT may concern all. */
static enum status take_report(struct merging *merging, const char *path, bool *all_read, struct diag *diag)
{
    struct reading reading;
    struct diag reason = DIAG_NONE;
    reading_init(&reading);
    enum status status = reading_load(&reading, path, &reason);
    if (status == STATUS_OK) {
        diag_set_file(diag, path);
        status = merging_add(merging, &reading, diag);
    } else if (status != STATUS_NOMEM) {
        diag_print(&reason, stderr);
        *all_read = false;
        status = STATUS_OK;
    } else {
        (void)diag_set_nomem(diag);
    }
    reading_fini(&reading);
    return status;
}

static enum status take_reports(struct merging *merging, const struct cmd_arguments *arguments,
                                bool *all_read, struct diag *diag)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < arguments->operand_count && status == STATUS_OK; i++)
        status = take_report(merging, arguments->operands[i], all_read, diag);
    return status == STATUS_OK ? merging_finish(merging, diag) : status;
}

/* ---- writing ---- */

static enum status make_report(const struct merging *merging, const struct display *display,
                               const struct report_format *format, const struct output *output,
                               struct buffer *text, struct diag *diag)
{
    struct report_input input = merging_report(merging);
    display_apply(display, output, &input);
    if (report_write(format, &input, text) != STATUS_OK)
        return diag_set_nomem(diag);
    bool is_json = format == report_format_find("json");
    return is_json ? reading_check_size(buffer_text(text), diag) : STATUS_OK;
}

static enum status write_report(const struct merging *merging, const struct display *display,
                                const struct cmd_arguments *arguments, struct diag *diag)
{
    const char *format = arguments->values[option_format];
    struct output output;
    struct buffer text;
    enum status status = output_open(&output, arguments->values[option_output], diag);
    if (status != STATUS_OK)
        return status;
    buffer_init(&text);
    status = make_report(merging, display, report_format_find(format != NULL ? format : "json"), &output,
                         &text, diag);
    if (status == STATUS_OK)
        display_write(display, &text, &output);
    buffer_fini(&text);
    enum status closed = output_close(&output, diag);
    return status == STATUS_OK ? closed : status;
}

/* ---- the whole ---- */

static int run(const struct cmd_arguments *arguments)
{
    struct diag diag = DIAG_NONE;
    struct display display;
    struct merging merging;
    bool all_read = true;
    merging_init(&merging);
    enum status status = display_take(&display, arguments, &diag);
    if (status == STATUS_OK)
        status = output_spares(arguments->values[option_output], arguments->operands,
                               arguments->operand_count, &diag);
    if (status == STATUS_OK)
        status = take_reports(&merging, arguments, &all_read, &diag);
    if (status == STATUS_OK && merging.traces.count != 0)
        status = write_report(&merging, &display, arguments, &diag);
    if (status != STATUS_OK)
        diag_print(&diag, stderr);
    merging_fini(&merging);
    return status == STATUS_OK && all_read ? CMD_EXIT_OK : CMD_EXIT_CANNOT;
}

static const struct cmd_option options[] = {
    [option_format] = {"format", 'f', "FORMAT", "how the report is written (default: json)", choices_format},
    [option_output] = {"output", 'o', "FILE", "write there instead of to standard output"},
};

const struct cmd cmd_merge = {
    .name = "merge",
    .operands = "REPORT...",
    .summary = "many JSON reports into one, finding by finding",
    .details =
        "Puts together what `analyze --format json` wrote, of any runs and hosts: findings of one id become "
        "one, with the highest status, how often it occurred in all, in how many traces, on how many hosts, "
        "and when first and last.\n"
        "A trace that is in several reports counts once. What is written can be merged again: in which order "
        "and in which groups makes no difference.\n"
        "Exit status: 0 merged, 2 a report could not be read (the others are merged all the same), or "
        "something else went wrong. `-` is standard input.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .shows = true,
    .run = run,
};
