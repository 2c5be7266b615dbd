/*
 * What happened around a finding, drawn for a terminal: a column for each actor, a row for each moment, and the source around
 * the ends of the finding, which have the same numbers in both.
 */
#ifndef STALEREAD_REPORT_TIMELINE_H
#define STALEREAD_REPORT_TIMELINE_H

#include "report/page.h"

/* Nothing of a scene without moments. */
void timeline_add(struct page *page, const struct finding *finding, const struct scene *scene);

/* The lines around each end, as far as the trace knows them. */
void timeline_add_sources(struct page *page, const struct finding *finding, const struct scene *scene);

#endif
