/* In: a number from 0. Out: the word that has it, NULL behind the last one. Must hold: no word stands here that stands elsewhere,
 * so that what help lists, what is refused and what a shell completes cannot differ from what is taken. */
#include "cmd/choices.h"

#include "export/targets.h"
#include "finding/kinds.h"
#include "report/difference.h"
#include "report/report.h"

const char *choices_command(size_t i)
{
    const struct cmd *cmd = cmd_at(i);
    return cmd != NULL ? cmd->name : NULL;
}

const char *choices_confidence(size_t i)
{
    return i <= FINDING_HIGH ? kinds_confidence_name((enum finding_confidence)i) : NULL;
}

const char *choices_difference_format(size_t i)
{
    const struct difference_format *format = difference_format_at(i);
    return format != NULL ? format->name : NULL;
}

const char *choices_fail_on(size_t i)
{
    return i < FINDING_FAIL_ON_COUNT ? kinds_fail_on_name((enum finding_fail_on)i) : NULL;
}

const char *choices_format(size_t i)
{
    size_t count;
    const struct report_format *formats = report_formats(&count);
    return i < count ? formats[i].name : NULL;
}

const char *choices_kind(size_t i)
{
    return i < FINDING_KIND_COUNT ? kinds_name((enum finding_kind)i) : NULL;
}

const char *choices_target(size_t i)
{
    size_t count;
    const struct export_target *const *targets = targets_table(&count);
    return i < count ? targets[i]->name : NULL;
}
