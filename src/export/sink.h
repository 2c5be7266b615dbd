/* What all targets write through: bytes are collected, and an error is kept. */
#ifndef STALEREAD_EXPORT_SINK_H
#define STALEREAD_EXPORT_SINK_H

#include "export/picture.h"

/* For a target's own struct, whose first member the sink is. */
void sink_begin(struct export_sink *sink, const struct export_target *target, FILE *to);
void sink_end(struct export_sink *sink);

/* Keeps the first error; STATUS_OK is none. */
void sink_fail(struct export_sink *sink, enum status status);

/* Something was added to the chunk: writes it where it is large enough. */
void sink_added(struct export_sink *sink);

/* Adds what belongs at the end, and writes the rest. STATUS_OK, STATUS_NOMEM or STATUS_IO. */
enum status sink_finish(struct export_sink *sink) WARN_UNUSED;

#endif
