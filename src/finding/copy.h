/* Texts and findings that are to outlive what they point into. */
#ifndef STALEREAD_FINDING_COPY_H
#define STALEREAD_FINDING_COPY_H

#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"
#include "finding/finding.h"

/* Makes the texts the arena's. STATUS_OK, or STATUS_NOMEM (some may be). */
enum status copy_texts(struct text *const *texts, size_t count, struct arena *arena) WARN_UNUSED;

/* The same for all texts of a finding; its sightings stay where they are. */
enum status copy_finding(struct finding *finding, struct arena *arena) WARN_UNUSED;

#endif
