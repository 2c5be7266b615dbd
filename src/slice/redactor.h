/* Pseudonyms for whatever in a trace is the user's own: names, texts, paths, larger numbers.
 *
 * The same word gets the same pseudonym, with the same key in every trace. What is surely Python's own stays, unless the program calls
 * something of its own by it: keywords, built-ins and classes of the library; functions behind their module's name; methods that were seen to be
 * called on built-in objects, on locks, queues and the like. So do marks between words, and so the structure of names, paths and lines
 * of source. */
#ifndef STALEREAD_SLICE_REDACTOR_H
#define STALEREAD_SLICE_REDACTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/status.h"
#include "slice/keyed.h"
#include "slice/record.h"

struct redactor {
    struct keyed keyed;
    struct map own;     /* hashes of words that the program calls something of its own by */
    struct map shown;   /* hashes of methods that were seen to be called on objects of Python's own */
    struct map objects; /* numbers of these objects */
    bool keeps_values;  /* whole numbers that were read and written stay */
    struct arena arena; /* of pseudonyms */
};

/* `key` is a file that nobody else has. What keyed_open returns; redactor_fini is to be called in any case. */
enum status redactor_init(struct redactor *redactor, const char *key, struct diag *diag) WARN_UNUSED;
void redactor_fini(struct redactor *redactor);

/* Learns what the program calls by names of its own, of the tables of a trace that was read to its end. STATUS_OK or STATUS_NOMEM. */
enum status redactor_learn(struct redactor *redactor, const struct trace *trace) WARN_UNUSED;
/* The same of the event. */
enum status redactor_learn_event(struct redactor *redactor, const struct trace *trace,
                                 const struct record *event) WARN_UNUSED;

/* The text with pseudonyms; `bytes` is NULL when there is no memory. It lives as long as the redactor. */
struct text redactor_text(struct redactor *redactor, struct text text) WARN_UNUSED;

/* Whole numbers of the event's keys and values, as far as they may tell something. */
void redactor_event(const struct redactor *redactor, struct record *event);

#endif
