/* The text of a rules file: YAML, of which formats/rules.md allows a small part. */
#ifndef STALEREAD_FINDING_RULES_YAML_H
#define STALEREAD_FINDING_RULES_YAML_H

#include "finding/rules.h"

/* As rules_load, which adds the file's name to the diag. */
enum status rules_yaml_read(struct rules *rules, const char *path, struct diag *diag) WARN_UNUSED;

#endif
