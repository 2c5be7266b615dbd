/* In: trace files. Out: what each says about itself: versions, counts, losses, and whether it is whole.
 * Must hold: every frame was read before a word is said, so that what is said is final. */
#include "cmd/cmd.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "base/text.h"
#include "trace/reader.h"

static void print_pair(const char *name, struct text value)
{
    printf("  %-15s", name);
    text_print(value, stdout);
    putchar('\n');
}

static void print_number(const char *name, uint64_t number)
{
    printf("  %-15s%" PRIu64 "\n", name, number);
}

/* Whether everything that was recorded is in the file; if not, every reason why. */
static void print_whole(const struct trace_info *info, struct text off)
{
    if (info->complete && !info->header_damaged && info->damaged_frames == 0 && info->lost_events == 0 &&
        off.length == 0) {
        print_pair("whole", TEXT("yes"));
        return;
    }
    print_pair("whole", TEXT("no"));
    if (info->header_damaged)
        print_pair("", TEXT("the file's header is damaged"));
    if (!info->complete)
        print_pair("", info->torn ? TEXT("incomplete: the file stops inside a frame")
                                  : TEXT("incomplete: the end of the recording is missing"));
    if (info->damaged_frames != 0)
        printf("  %-15s%" PRIu64 " frames are damaged or missing, with at least %" PRIu64 " events\n", "",
               info->damaged_frames, info->damaged_events);
    if (info->lost_events != 0)
        printf("  %-15s%" PRIu64 " events were lost by the agent\n", "", info->lost_events);
    if (off.length != 0) {
        printf("  %-15sthe agent switched itself off: ", "");
        text_print(off, stdout);
        putchar('\n');
    }
}

static void print_info(const struct trace *trace, struct text off)
{
    const struct trace_info *info = trace_info(trace);
    size_t pair_count;
    const struct meta_pair *pairs = trace_meta_pairs(trace, &pair_count);
    text_print(text_of(info->path), stdout);
    putchar('\n');
    print_whole(info, off);
    if (!info->header_damaged) {
        printf("  %-15s%u.%u\n", "format", info->major, info->minor);
        print_number("process", info->process);
    }
    print_number("bytes", info->read_bytes);
    print_number("frames", info->frames);
    print_number("events", info->events);
    if (info->unknown_events != 0)
        print_number("unknown events", info->unknown_events);
    for (size_t i = 0; i < pair_count; i++) {
        if (pairs[i].value.length == 0)
            continue;
        printf("  ");
        text_print(pairs[i].name, stdout);
        printf("%*s", pairs[i].name.length < 14 ? (int)(15 - pairs[i].name.length) : 1, "");
        text_print(pairs[i].value, stdout);
        putchar('\n');
    }
}

static enum status inform(const char *path, struct diag *diag)
{
    struct trace *trace;
    enum status status = trace_open(&trace, path, diag);
    if (status != STATUS_OK)
        return status;
    const struct event *event;
    struct text off = TEXT_NONE;
    while ((status = trace_next(trace, &event, diag)) == STATUS_OK)
        if (event->kind == EVENT_OFF)
            off = trace_string(trace, event->field[0]);
    if (status == STATUS_END)
        print_info(trace, off.length != 0 ? off : trace_meta(trace, "off"));
    trace_close(trace);
    return status == STATUS_END ? STATUS_OK : status;
}

/* One that cannot be read does not keep the others from being told about. */
static int run(const struct cmd_arguments *arguments)
{
    int exit_status = CMD_EXIT_OK;
    for (size_t i = 0; i < arguments->operand_count; i++) {
        struct diag diag = DIAG_NONE;
        if (inform(arguments->operands[i], &diag) != STATUS_OK) {
            fflush(stdout);
            diag_print(&diag, stderr);
            exit_status = CMD_EXIT_CANNOT;
        }
    }
    return exit_status;
}

const struct cmd cmd_info = {
    .name = "info",
    .operands = "TRACE...",
    .summary = "what a trace says about itself, and whether it is whole",
    .details = "Prints versions, counts and losses of each trace, and whether everything that was recorded "
               "is in it.\n"
               "The whole file is read and every frame of it checked.\n",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = run,
};
