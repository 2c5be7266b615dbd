/* What an exported trace is made of, whoever is to show it: tracks, and on them slices, instants and counters, with arrows between
 * slices. Plain data, handed from export.c to a target (targets.h), which writes it down.
 *
 * What must hold of what a target is given: slices of one track nest or follow one another, they never overlap; a slice is told when it
 * is over, those inside another before it; each arrow leaves one slice or instant and reaches one. */
#ifndef STALEREAD_EXPORT_PICTURE_H
#define STALEREAD_EXPORT_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/status.h"
#include "base/text.h"

enum export_track_kind {
    EXPORT_PROCESS, /* the first track of all, which every other one belongs to */
    EXPORT_THREAD,
    EXPORT_LANE, /* of an actor, a lock, the findings; or a heading for such */
    EXPORT_COUNTER,
};

struct export_track {
    uint64_t id; /* from 1, rising by 1 */
    enum export_track_kind kind;
    uint64_t parent; /* a track told earlier; 0: of the process */
    uint32_t number; /* of the process: its id; of a thread: its index */
    struct text name;
    struct text description; /* empty: none */
};

enum export_category {
    EXPORT_STEP,
    EXPORT_CALL,
    EXPORT_WAIT,
    EXPORT_ACTOR,
    EXPORT_LOCK,
    EXPORT_ORDER,
    EXPORT_FINDING,
    EXPORT_RECORDING,
    EXPORT_CATEGORY_COUNT,
};

/* A text of which a target may keep a copy, because it is likely to come again (names of functions, say, not of tasks). */
struct export_text {
    struct text text;
    bool comes_again;
};

struct export_argument {
    const char *name; /* a literal */
    struct export_text text;
    uint64_t number; /* where `text` has no bytes (NULL) */
};

enum { export_arguments_max = 16 };

struct export_place {
    uint64_t key; /* the same for the same place; 0: there is none */
    struct text file;
    struct text function;
    uint32_t line;
};

/* A slice, or where `to` is `from` an instant. */
struct export_mark {
    uint64_t track;
    uint64_t from, to; /* nanoseconds of the axis */
    enum export_category category;
    struct export_text name;
    struct export_place place;
    struct export_argument arguments[export_arguments_max];
    size_t argument_count;
    const uint64_t *out; /* numbers of arrows that leave it, */
    size_t out_count;
    const uint64_t *in; /* or reach it */
    size_t in_count;
};

/* Writes to a stream what it is told (sink.h). */
struct export_target;

struct export_sink {
    const struct export_target *target;
    FILE *to;
    enum status status;  /* the first error */
    struct buffer chunk; /* that is not written yet */
};

struct export_target {
    const char *name;
    const char *summary;
    bool is_binary;
    struct export_sink *(*open)(FILE *to); /* NULL: no memory */
    void (*track)(struct export_sink *sink, const struct export_track *track);
    void (*mark)(struct export_sink *sink, const struct export_mark *mark);
    void (*count)(struct export_sink *sink, uint64_t track, uint64_t at, uint64_t value);
    void (*finish)(struct export_sink *sink); /* adds what belongs at the end; NULL: nothing does */
    void (*close)(struct export_sink *sink);  /* NULL is allowed */
};

#endif
