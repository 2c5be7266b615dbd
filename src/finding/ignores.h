/*
 * Ignores in the source: comments `# staleread: ignore[kinds] reason`, as traces carry them (formats/rules.md).
 *
 * They work as suppressions do, but by place: on the line of a finding's read, await, other access or act. Those
 * of several traces come together; the same comment of two traces is one.
 */
#ifndef STALEREAD_FINDING_IGNORES_H
#define STALEREAD_FINDING_IGNORES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/status.h"
#include "base/text.h"
#include "base/vector.h"
#include "finding/list.h"

/* More than any program has; further ones are not taken. */
enum { ignores_max = 65536 };

struct ignore {
    struct text file;
    uint32_t line; /* of the comment */
    uint32_t first_line;
    uint32_t last_line; /* of what it covers */
    struct text kinds;  /* names with commas between; empty: all */
    struct text reason; /* empty: none was given */
    bool is_reached;    /* what it covers has run */
    bool is_void;       /* nothing that it covers is watched */
    uint64_t used;      /* how many findings it has suppressed */
};

enum ignore_state {
    IGNORE_USED,
    IGNORE_UNUSED,      /* what it covers has run, and there was nothing to suppress */
    IGNORE_NOT_REACHED, /* what it covers has not run: nobody knows */
    IGNORE_VOID,        /* it covers nothing that could be in a finding */
};

struct ignores {
    struct arena arena;
    VECTOR(struct ignore) rows; /* in the order of files and lines once applied */
    struct map places;          /* hash of file, lines and kinds -> index into rows; void once applied */
};

void ignores_init(struct ignores *ignores);
void ignores_fini(struct ignores *ignores);

/* Adds one, or what it knows more to the same one; texts are copied, `used` does not matter. STATUS_OK or
 * STATUS_NOMEM. */
enum status ignores_add(struct ignores *ignores, const struct ignore *ignore) WARN_UNUSED;

/* Adds all of another one. STATUS_OK or STATUS_NOMEM. */
enum status ignores_join(struct ignores *ignores, const struct ignores *other) WARN_UNUSED;

/* Marks each finding with the first ignore that covers it (`ignored_by`), and counts their use, from 0. One counts as
 * used also where something else suppressed the finding already. */
void ignores_apply(struct ignores *ignores, struct finding_list *list);

enum ignore_state ignores_state(const struct ignore *ignore);

/* The next name among its kinds, without blanks around it; false at the end. *cursor is 0 at the start. */
bool ignores_next_kind(const struct ignore *ignore, size_t *cursor, struct text *name);

/* The same for names that no kind has. */
bool ignores_next_unknown(const struct ignore *ignore, size_t *cursor, struct text *name);

#endif
