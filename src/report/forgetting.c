/*
 * In:   how much of each trace the analysis forgot.
 * Out:  a sentence for each reason that there was.
 * Holds: whatever was counted is said, with what it means for the findings.
 */
#include "report/forgetting.h"

#include "finding/phrase.h"

static struct forgotten sum(const struct report_input *input)
{
    struct forgotten all = {0};
    for (size_t i = 0; i < input->trace_count; i++) {
        const struct forgotten *one = &input->traces[i].forgotten;
        all.cells += one->cells;
        all.writes += one->writes;
        all.windows += one->windows;
        all.actors += one->actors;
    }
    return all;
}

/* One item of a list, where there is any of it. */
static void add_item(struct buffer *lines, uint64_t count, const char *one, const char *many,
                     const char **separator)
{
    if (count == 0)
        return;
    buffer_add_string(lines, *separator);
    phrase_add_count(lines, count, one, many);
    *separator = ", ";
}

void forgetting_add(struct buffer *lines, const struct report_input *input)
{
    const struct forgotten all = sum(input);
    const char *separator = "";
    if ((all.cells | all.writes | all.windows) != 0) {
        buffer_add_string(lines, "To stay within `--memory` the analyzer forgot ");
        add_item(lines, all.cells, "cell with all that was known of it",
                 "cells with all that was known of them", &separator);
        add_item(lines, all.writes, "write", "writes", &separator);
        add_item(lines, all.windows, "open window", "open windows", &separator);
        buffer_add_string(lines, "; findings that needed these are missing.\n");
    }
    if (all.actors != 0) {
        buffer_add_string(lines, "Nobody waited for ");
        phrase_add_count(lines, all.actors, "actor that had ended; it was taken",
                         "actors that had ended; they were taken");
        buffer_add_string(lines, " for being over before what came long after, and findings that needed "
                                 "otherwise are missing.\n");
    }
}
