/*
 * A finding in one sentence, how grave it is, and where it is shown: what formats begin with that have room for little more.
 */
#ifndef STALEREAD_REPORT_SYMPTOM_H
#define STALEREAD_REPORT_SYMPTOM_H

#include "base/buffer.h"
#include "finding/finding.h"

/* Appends one sentence as of finding/phrase.h, without a newline: what goes wrong, and between whom. */
void symptom_add(struct buffer *out, const struct finding *finding);

/* What other tools sort by. */
enum symptom_level {
    SYMPTOM_NOTE,    /* of low confidence */
    SYMPTOM_WARNING, /* predicted */
    SYMPTOM_ERROR,   /* it happened */
};

enum symptom_level symptom_level(const struct finding *finding);

/* The one place to show it at, where a tool shows one: the act, or else the last place that it has. Never NULL. */
const struct finding_place *symptom_place(const struct finding *finding);

#endif
