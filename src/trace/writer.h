/* Writes a trace, event by event.
 *
 *     struct trace_writer *writer;
 *     trace_writer_open(&writer, stream, NULL, &diag)
 *     trace_writer_meta(writer, pairs, count)
 *     uint64_t name = trace_writer_string(writer, text)
 *     trace_writer_event(writer, EVENT_ACTOR, thread, fields)
 *     trace_writer_end(writer, pairs, count, &diag)      // the one place where an error is told
 *     trace_writer_close(writer)
 *
 * Errors are sticky: after the first one nothing is written any more. The stream stays the caller's. What is waiting to be
 * written is at most a frame of events and one of tables. */
#ifndef STALEREAD_TRACE_WRITER_H
#define STALEREAD_TRACE_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/status.h"
#include "base/text.h"
#include "trace/event_kinds.h"
#include "trace/meta.h"
#include "trace/tables.h"

struct trace_writer;

/* Which process was recorded, and when. */
struct trace_writer_origin {
    uint32_t process;
    uint64_t start_nanoseconds; /* since 1970-01-01 UTC */
};

/* Writes the file's header; `origin` is NULL where nothing of it is known. STATUS_NOMEM. */
enum status trace_writer_open(struct trace_writer **out, FILE *stream,
                              const struct trace_writer_origin *origin, struct diag *diag) WARN_UNUSED;

/* NULL is allowed. */
void trace_writer_close(struct trace_writer *writer);

/* A meta frame. */
void trace_writer_meta(struct trace_writer *writer, const struct meta_pair *pairs, size_t count);

/* As trace_writer_meta, before anything else: the trace begins with a segment. The events that come next are its state, up to
 * trace_writer_state_over. */
void trace_writer_segment(struct trace_writer *writer, const struct meta_pair *pairs, size_t count);
void trace_writer_state_over(struct trace_writer *writer);

/* A row of the table of strings; returns its number, from 1. */
uint64_t trace_writer_string(struct trace_writer *writer, struct text text);

/* Rows with numbers of their own. Strings that have one are not mixed with those of trace_writer_string. */
void trace_writer_numbered_string(struct trace_writer *writer, uint64_t number, struct text text);
void trace_writer_function(struct trace_writer *writer, const struct trace_function *row);
/* The text of a function, see formats/trace.md. */
void trace_writer_text(struct trace_writer *writer, uint64_t function, struct text text);
void trace_writer_site(struct trace_writer *writer, const struct trace_site *row);
void trace_writer_ignore(struct trace_writer *writer, const struct trace_ignore *row);

/* `fields` has as many values as the kind has fields. */
void trace_writer_event(struct trace_writer *writer, enum event_kind kind, uint32_t thread,
                        const uint64_t *fields);

/* How many events there were. */
uint64_t trace_writer_events(const struct trace_writer *writer);

/* Writes what is waiting, and the end frame. STATUS_NOMEM, STATUS_IO (the stream refuses; a full disk may show up only when it
 * is flushed) or STATUS_LIMIT (more strings than a reader takes). */
enum status trace_writer_end(struct trace_writer *writer, const struct meta_pair *pairs, size_t count,
                             struct diag *diag) WARN_UNUSED;

#endif
