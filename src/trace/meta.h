/* What was said about the recording: pairs of texts (meta and end frames of formats/trace.md). */
#ifndef STALEREAD_TRACE_META_H
#define STALEREAD_TRACE_META_H

#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/status.h"
#include "base/text.h"
#include "base/vector.h"

struct meta_pair {
    struct text name;
    struct text value;
};

/* Texts belong to the arena. */
struct meta {
    struct arena arena;
    VECTOR(struct meta_pair) pairs; /* in order of first appearance, each name once */
};

void meta_init(struct meta *meta);
void meta_fini(struct meta *meta);

/* Takes the pairs of one meta or end frame; one of a name that was there replaces it. STATUS_BAD_INPUT (nothing
 * changed), STATUS_NOMEM or STATUS_LIMIT. */
enum status meta_add(struct meta *meta, const unsigned char *payload, size_t payload_bytes, struct diag *diag)
    WARN_UNUSED;

/* Empty when there is no such pair. */
struct text meta_get(const struct meta *meta, struct text name);

#endif
