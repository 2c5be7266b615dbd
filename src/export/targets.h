/* Whose forms a trace can be exported to: one file and one row of the table for each. */
#ifndef STALEREAD_EXPORT_TARGETS_H
#define STALEREAD_EXPORT_TARGETS_H

#include "export/picture.h"

extern const struct export_target target_perfetto;
extern const struct export_target target_chrome;

/* The table: *count rows of it. */
const struct export_target *const *targets_table(size_t *count);

/* NULL when there is no such target. */
const struct export_target *targets_find(const char *name);

/* "step", "finding": a literal. */
const char *targets_category(enum export_category category);

#endif
