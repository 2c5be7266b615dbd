/*
 * In:   a finding.
 * Out:  what speaks against it.
 * Holds: a sentence says no more than what the detectors lower a kind's confidence for.
 */
#include "report/doubt.h"

#include <stddef.h>

static const char *const by_form[FINDING_FORM_COUNT] = {
    [FINDING_FORM_LATE] = "what is written says only yes or no, and may well be meant to win",
    [FINDING_FORM_COROUTINE] = "no watched function is known to have made it",
    [FINDING_FORM_EXCEPTION] = "no watched function is known to have run in it",
    [FINDING_FORM_PENDING] = "it belonged to no loop that was seen, and may have been given up on purpose",
    [FINDING_FORM_SLEEPING] = "no watched line is known to have done it",
    [FINDING_FORM_COMPUTING] = "it may be no more than what recording or a busy machine costs",
    [FINDING_FORM_CLEARED] = "cleared before the wait, as part of a new beginning, it may be meant",
    [FINDING_FORM_REPLACED] = "who completes what is kept there was not seen, and may still hold the old one",
    [FINDING_FORM_TWO_LOOPS] = "the loops ran one after the other and never met",
    [FINDING_FORM_FOREIGN] = "no watched line is known to have done it",
    [FINDING_FORM_INVERSION] = "the two cannot meet as the program stands",
    [FINDING_FORM_WRITE_WRITE] =
        "single accesses are whole, and a flag or a length may be out of date with any lock, too",
    [FINDING_FORM_WRITE_READ] =
        "single accesses are whole, and a flag or a length may be out of date with any lock, too",
    [FINDING_FORM_READ_WRITE] =
        "single accesses are whole, and a flag or a length may be out of date with any lock, too",
};

static const char *const by_kind[FINDING_KIND_COUNT] = {
    [FINDING_CHECK_THEN_ACT] =
        "the write in between may leave true what was checked, or be the very one that was checked for",
    [FINDING_STALE_READ] = "others let go of it in every run, and who keeps it may mean to",
};

static const char *const of_other_cell =
    "what is written in the end may have nothing to do with what was checked, or be written by this one only";

static const char *const unknown = "nothing shows that what is written depends on what was read";

const char *doubt_about(const struct finding *finding)
{
    if (finding->confidence != FINDING_LOW)
        return NULL;
    if (finding->acts_on_other_cell)
        return of_other_cell;
    if (by_form[finding->form] != NULL)
        return by_form[finding->form];
    return by_kind[finding->kind] != NULL ? by_kind[finding->kind] : unknown;
}
