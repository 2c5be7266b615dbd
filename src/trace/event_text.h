/* An event as a line of text, as `staleread dump` prints it: names in place of numbers wherever the trace has them. */
#ifndef STALEREAD_TRACE_EVENT_TEXT_H
#define STALEREAD_TRACE_EVENT_TEXT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/map.h"
#include "base/status.h"
#include "trace/reader.h"

struct event_text {
    const struct trace *trace;
    struct buffer line;      /* whose status tells whether there was memory for all of it */
    struct map keys;         /* key number -> string */
    struct map values;       /* value number -> string */
    struct map fingerprints; /* fingerprint -> number by first appearance */
    bool times;              /* shown, too */
    bool numbers;            /* of events, too */
};

void event_text_init(struct event_text *out, const struct trace *trace);
void event_text_fini(struct event_text *out);

/* Learns what the event says of names; to be called with each event, in order. STATUS_OK or STATUS_NOMEM. */
enum status event_text_learn(struct event_text *out, const struct event *event) WARN_UNUSED;

/* Appends it to the line, without a newline. */
void event_text_add(struct event_text *out, const struct event *event);

#endif
