/*
 * What a finding is made of, step by step, in words: the same for all formats for people.
 */
#ifndef STALEREAD_REPORT_STORY_H
#define STALEREAD_REPORT_STORY_H

#include <stddef.h>

#include "finding/finding.h"

/* One of the things that happened. */
struct story_step {
    const struct finding_place *place;
    struct text actor; /* never empty */
    const char *verb;  /* "reads" */
};

enum { story_steps_max = 4 };

/* What happened, in order; returns how many steps. Places that a finding does not have are left out. */
size_t story_of(const struct finding *finding, struct story_step steps[story_steps_max]);

/* The one place to name where there is room for one: where it went wrong in the end. */
const struct finding_place *story_main_place(const struct finding *finding);

/* Whoever was there, or `otherwise` where that is not known. */
struct text story_actor(const struct finding_place *place, const char *otherwise);

#endif
