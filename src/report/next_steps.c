/*
 * In:   what was reported.
 * Out:  commands, each in a line of its own that can be copied, with what they are good for where there is room.
 * Holds: a command means the same typed into a shell, whatever a trace is called.
 */
#include "report/next_steps.h"

#include <string.h>

#include "finding/kinds.h"
#include "report/command.h"

enum { indent_columns = 2, commands_max = 3 };

struct step {
    struct buffer command;
    const char *meaning;
};

/* ---- Commands ---- */

/* A trace can be named where it is a file: what came through a pipe, or has a name that cannot be shown, cannot. */
static void add_trace(struct buffer *command, const struct report_trace *trace)
{
    struct text path = text_of(trace->path);
    bool is_nameable = !text_equals(path, "-");
    for (size_t i = 0; is_nameable && i < path.length;) {
        size_t length = text_printable((struct text){path.bytes + i, path.length - i});
        is_nameable = length > 0;
        i += length;
    }
    if (is_nameable)
        command_add_word(command, path);
    else
        buffer_add_string(command, "TRACE");
}

static void add_all_traces(struct buffer *command, const struct report_input *input)
{
    if (input->trace_count == 1)
        add_trace(command, &input->traces[0]);
    else
        buffer_add_string(command, "TRACE...");
}

static void add_explain(struct buffer *command, const struct finding *finding)
{
    buffer_add_format(command, "staleread explain %s", kinds_name(finding->kind));
}

static void add_show(struct buffer *command, const struct report_input *input, const struct finding *finding)
{
    buffer_add_format(command, "staleread show %s ", finding->id);
    if (finding->trace < input->trace_count)
        add_trace(command, &input->traces[finding->trace]);
    else
        add_all_traces(command, input);
}

static void add_html(struct buffer *command, const struct report_input *input)
{
    if (input->is_merged) {
        buffer_add_string(command, "staleread merge -f html -o report.html REPORT...");
        return;
    }
    buffer_add_string(command, "staleread analyze -f html -o report.html ");
    add_all_traces(command, input);
}

/* ---- Where there are findings ---- */

static size_t columns_of_command(const struct step *step)
{
    return columns_of(buffer_text(&step->command));
}

/* The meanings stand in a column of their own, all of them or none. */
static void print_steps(struct page *page, const struct step *steps, size_t count)
{
    size_t widest = 0, meaning = 0;
    for (size_t i = 0; i < count; i++) {
        size_t columns = columns_of_command(&steps[i]), wanted = columns_of(text_of(steps[i].meaning));
        widest = columns > widest ? columns : widest;
        meaning = wanted > meaning ? wanted : meaning;
    }
    bool has_room = indent_columns + widest + 2 + meaning <= page->width_columns;
    for (size_t i = 0; i < count; i++) {
        buffer_add_repeated(page->out, ' ', indent_columns);
        page_add(page, buffer_text(&steps[i].command));
        if (has_room) {
            buffer_add_repeated(page->out, ' ', widest - columns_of_command(&steps[i]) + 2);
            page_start_colour(page, PAGE_DIM);
            buffer_add_string(page->out, steps[i].meaning);
            page_end_colour(page);
        }
        buffer_add_char(page->out, '\n');
    }
}

static void add_commands(struct page *page, const struct report_input *input, const struct tally *tally)
{
    struct tally_cursor cursor = {0};
    const struct finding *first = tally_next(input, tally, &cursor);
    struct step steps[commands_max] = {
        {.meaning = "# meaning and cures"},
        {.meaning = tally->shown > 1 ? "# the first in full" : "# in full"},
        {.meaning = "# with pictures"},
    };
    if (first == NULL)
        return;
    for (size_t i = 0; i < commands_max; i++)
        buffer_init(&steps[i].command);
    add_explain(&steps[0].command, first);
    add_show(&steps[1].command, input, first);
    add_html(&steps[2].command, input);
    buffer_add_string(page->out, "\nTo go on:\n");
    print_steps(page, steps, commands_max);
    buffer_add_char(page->out, '\n');
    for (size_t i = 0; i < commands_max; i++)
        buffer_fini_part(&steps[i].command, page->out);
}

/* ---- Where there are none ---- */

/* Whether it may help to record more. */
static bool could_see_more(const struct report_input *input, const struct tally *tally)
{
    bool is_recorded =
        input->trace_count > 0 && !input->lacks_traces && input->baseline == NULL && tally->known == 0;
    for (size_t i = 0; i < input->trace_count; i++) {
        const struct report_unexercised *unexercised = &input->traces[i].unexercised;
        is_recorded = is_recorded && !input->traces[i].imported &&
                      (!unexercised->is_known || unexercised->functions > 0);
    }
    return is_recorded;
}

static void add_what_to_record(struct page *page)
{
    page_add_wrapped(page,
                     TEXT("To see more, record a run in which more happens at the same time, or packages as "
                          "well (`staleread record --watch PACKAGE`)."),
                     0, "", 0);
}

void next_steps_add(struct page *page, const struct report_input *input, const struct tally *tally)
{
    if (tally->shown > 0)
        add_commands(page, input, tally);
    else if (could_see_more(input, tally))
        add_what_to_record(page);
}
