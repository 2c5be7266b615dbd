/*
 * The rules file (formats/rules.md): what to watch and ignore, what to suppress and why, and thresholds.
 *
 * Everything in `struct rules` lives in its arena, until rules_fini.
 */
#ifndef STALEREAD_FINDING_RULES_H
#define STALEREAD_FINDING_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/status.h"
#include "base/vector.h"
#include "finding/kinds.h"
#include "finding/list.h"

enum {
    rules_file_bytes_max = 1048576,
    rules_list_items_max = 65536,
};

/* Fields that are empty match everything; at least one besides the reason is not. */
struct rules_suppression {
    struct text id;
    struct text cell;     /* glob, on the cell's text and on "owner.attribute" */
    struct text file;     /* glob, on the file of the first, other or last place */
    struct text function; /* glob, on the function of the first, other or last place */
    struct text kind;     /* glob */
    struct text reason;   /* never empty */
    uint32_t line;        /* where it starts in the rules file, from 1 */
    uint64_t used;        /* how many findings it has suppressed */
};

/* Patterns of modules and files, as `record` understands them. */
struct rules_patterns {
    VECTOR(struct text) globs;
};

struct rules {
    struct arena arena;
    struct rules_patterns watch;
    struct rules_patterns ignore;
    VECTOR(struct rules_suppression) suppressions;
    bool has_confidence;
    enum finding_confidence confidence;
    bool has_fail_on;
    enum finding_fail_on fail_on;
    uint32_t findings_max;          /* how many findings a report lists; 0: all */
    uint32_t blocking_milliseconds; /* a step that held its loop for less is none; 0: not said */
};

/* Rules that say nothing. */
void rules_init(struct rules *rules);
void rules_fini(struct rules *rules);

/*
 * Reads a file into rules that say nothing so far. On error the diag names file, line and column, and the
 * rules are to be given to rules_fini only. STATUS_OK, STATUS_IO, STATUS_BAD_INPUT, STATUS_UNSUPPORTED (a
 * newer version), STATUS_LIMIT or STATUS_NOMEM.
 */
enum status rules_load(struct rules *rules, const char *path, struct diag *diag) WARN_UNUSED;

/*
 * Marks each finding with the first suppression that matches it (`suppressed_by`), and counts their use, from 0. A
 * rule that matches a finding counts as used also where an earlier one suppressed it already.
 */
void rules_apply(struct rules *rules, struct finding_list *list);

#endif
