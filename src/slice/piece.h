/* Events of a trace that may go into a slice of it, each with what it cannot do without.
 *
 * What a piece needs is told by numbers of events, plus 1, so that 0 is none: the begin of its step, the call that it belongs
 * to, and, of what closes something (an `end`, a `leave`, a `release`), what it closes. */
#ifndef STALEREAD_SLICE_PIECE_H
#define STALEREAD_SLICE_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/vector.h"
#include "slice/record.h"

enum piece_role {
    PIECE_FREE,     /* may be left out, and everything that stands in it */
    PIECE_CLOSER,   /* comes and goes with what it closes */
    PIECE_DECLARED, /* an object, a lock, a key, a value, a loop: is there where something refers to it */
    PIECE_GAP,      /* is there where something stands before it and behind it */
    PIECE_CLOCK,    /* the latest one before everything is there */
};

struct piece {
    struct record event;
    enum piece_role role;
    uint64_t actor; /* who runs; 0: nobody that is known */
    uint64_t step;
    uint64_t base; /* of a begin: the step at the bottom of its thread, unless that is itself */
    uint64_t call; /* of an enter: the calling one */
    uint64_t opener;
};

struct pieces {
    VECTOR(struct piece) all;
    size_t count_max; /* 0: no bound */
};

/* No piece. */
#define PIECE_NONE SIZE_MAX

void pieces_init(struct pieces *pieces, size_t count_max);
void pieces_fini(struct pieces *pieces);

/* STATUS_OK, STATUS_NOMEM, or STATUS_LIMIT: there are too many. */
enum status pieces_add(struct pieces *pieces, const struct piece *piece) WARN_UNUSED;

/* Puts them into the order of the trace, each once. */
void pieces_sort(struct pieces *pieces);

/* The index of the piece whose event's number plus 1 this is; PIECE_NONE for 0, and where there is none. Sorted only. */
size_t pieces_find(const struct pieces *pieces, uint64_t number);

/* Whether a piece of this kind happens in a step, and not at any time: all but what is merely told. */
bool piece_happens(const struct piece *piece);

#endif
