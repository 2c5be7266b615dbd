/* A trace file, event by event.
 *
 *     struct trace *trace;
 *     struct diag diag = DIAG_NONE;
 *     if (trace_open(&trace, path, &diag) != STATUS_OK) ...
 *     const struct event *event;
 *     while ((status = trace_next(trace, &event, &diag)) == STATUS_OK) ...
 *     if (status != STATUS_END) ...                // STATUS_IO, STATUS_NOMEM, STATUS_LIMIT
 *     trace_info(trace)->complete ...
 *     trace_close(trace);
 *
 * Damage is no error: what can be read is delivered, and the gap in between as an event of its own. A trace that is still
 * being written can be followed (trace_follow): what is not there yet is neither damage nor the end. The trace owns
 * everything that these functions return; an event lives until the next call of trace_next, everything else until
 * trace_close. */
#ifndef STALEREAD_TRACE_READER_H
#define STALEREAD_TRACE_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text.h"
#include "trace/cells.h"
#include "trace/event.h"
#include "trace/event_kinds.h"
#include "trace/meta.h"
#include "trace/source.h"
#include "trace/tables.h"

struct trace;

/* What is known of the file so far; final once trace_next has returned STATUS_END. */
struct trace_info {
    const char *path;           /* as it was given */
    uint16_t major, minor;      /* version of the format */
    uint32_t process;           /* its id */
    uint64_t start_nanoseconds; /* since 1970-01-01 UTC */
    bool header_damaged;        /* then the four above are 0, but frames were found all the same */
    bool complete;              /* the recording ended cleanly: the last frame is the end frame */
    bool torn;                  /* the file stops in the middle of a frame */
    uint64_t file_bytes;        /* 0: unknown, as of a pipe */
    uint64_t read_bytes;        /* for progress */
    uint64_t frames;            /* that were read whole */
    uint64_t damaged_frames;    /* that were lost in gaps */
    uint64_t damaged_events;    /* in them, as far as their headers tell */
    uint64_t events;            /* in frames that were read whole; of unknown kinds, too */
    uint64_t unknown_events;
    uint64_t lost_events; /* by the agent, as it says itself */
};

/* STATUS_IO: the system refuses, or it is a directory. STATUS_BAD_INPUT: empty, cut off inside its header, or no
 * trace at all. STATUS_UNSUPPORTED: written by a newer version. STATUS_NOMEM. On error *out is NULL. */
enum status trace_open(struct trace **out, const char *path, struct diag *diag) WARN_UNUSED;

/* The same for what is no file: `name` is what errors and reports call it. What `source` says is copied. */
enum status trace_open_source(struct trace **out, const char *name, const struct trace_source *source,
                              struct diag *diag) WARN_UNUSED;

/* NULL is allowed. */
void trace_close(struct trace *trace);

/* From here on trace_next returns STATUS_WAIT where there is nothing more yet; ask again when some time has passed, until
 * info->complete or trace_is_abandoned. Of a pipe, whose end is its writer's, STATUS_END comes by itself. STATUS_UNSUPPORTED:
 * the trace keeps the newest only, and goes over what was read; or it is read from a source. */
enum status trace_follow(struct trace *trace, struct diag *diag) WARN_UNUSED;

/* From here on a thread of its own inflates and decodes before that is asked for; not of a pipe or a trace that is followed, and
 * where there is no memory for it neither. To be called before the first trace_next. */
void trace_read_ahead(struct trace *trace);

/* Follows no more: what has been read so far is all there is, and STATUS_END comes behind it. */
void trace_end_here(struct trace *trace);

/* Whether nobody will write more: nobody has the file open for writing and its process is gone. False in doubt, and of
 * pipes. What was written before that may still be unread. */
bool trace_is_abandoned(const struct trace *trace);

/* The next event. STATUS_END after the last one (and ever after); STATUS_IO, STATUS_NOMEM or STATUS_LIMIT (tables
 * beyond base/limits.h) if the file cannot be read on. */
enum status trace_next(struct trace *trace, const struct event **out, struct diag *diag) WARN_UNUSED;

const struct trace_info *trace_info(const struct trace *trace);

/* What was said about the recording: python, root, loop, argv, ... (formats/trace.md); empty when it was not. */
struct text trace_meta(const struct trace *trace, const char *name);

/* All of it, in order of first appearance. */
const struct meta_pair *trace_meta_pairs(const struct trace *trace, size_t *count);

/* Rows of the tables read so far; NULL, or the empty text, when there is no such row (never for row 0). */
const struct trace_site *trace_site(const struct trace *trace, uint64_t number);
const struct trace_function *trace_function(const struct trace *trace, uint64_t number);
/* The first function whose number is greater, or NULL: start with 0. */
const struct trace_function *trace_next_function(const struct trace *trace, uint64_t number);
/* Likewise. */
const struct trace_site *trace_next_site(const struct trace *trace, uint64_t number);

struct text trace_string(const struct trace *trace, uint64_t number);
/* The text of a function, from its line on; empty where it is not known. */
struct text trace_text(const struct trace *trace, uint64_t function);

/* The first of the ignores read so far, NULL when there is none. */
const struct trace_ignore *trace_ignores(const struct trace *trace);

#endif
