/* The names of kinds, statuses and confidences, both ways. They stand in reports, rules and options alike. */
#ifndef STALEREAD_FINDING_KINDS_H
#define STALEREAD_FINDING_KINDS_H

#include <stdbool.h>

#include "base/text.h"
#include "finding/finding.h"

/* What makes `analyze` exit with 1. */
enum finding_fail_on {
    FINDING_FAIL_ON_PREDICTED, /* anything shown */
    FINDING_FAIL_ON_OBSERVED,
    FINDING_FAIL_ON_NEVER,
    FINDING_FAIL_ON_COUNT,
};

/* "lost-update", "observed", "high": literals, never NULL. */
const char *kinds_name(enum finding_kind kind);
const char *kinds_status_name(enum finding_status status);
const char *kinds_confidence_name(enum finding_confidence confidence);
const char *kinds_fail_on_name(enum finding_fail_on fail_on);

/* "dropped-coroutine"; "" for FINDING_FORM_ONLY. */
const char *kinds_form_name(enum finding_form form);

/* The kind that a misspelt name may mean, NULL when none is near. */
const char *kinds_nearest(struct text name);

/* Whether there is something of this name; only then it goes to the second parameter. */
bool kinds_find(struct text name, enum finding_kind *kind);
bool kinds_find_form(struct text name, enum finding_form *form); /* never FINDING_FORM_ONLY */
bool kinds_find_status(struct text name, enum finding_status *status);
bool kinds_find_confidence(struct text name, enum finding_confidence *confidence);
bool kinds_find_fail_on(struct text name, enum finding_fail_on *fail_on);

#endif
