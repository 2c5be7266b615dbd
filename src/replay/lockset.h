/* Locks, their acquisitions, and the sets of acquisitions that actors hold.
 *
 * A lock excludes others from a window only if one acquisition lasted over all of it: so sets hold acquisitions, not
 * locks. Sets are never changed once made: a snapshot is a counted reference. NULL is the empty set. */
#ifndef STALEREAD_REPLAY_LOCKSET_H
#define STALEREAD_REPLAY_LOCKSET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "trace/event_kinds.h"

struct actor;
struct instant;
struct object;
struct trace_site;

/* Releases of a semaphore that an acquire can still be matched with. */
enum { lock_releases_max = 64 };

struct lock {
    struct object *object; /* counted; names it */
    enum lock_kind kind;
    bool is_flag;   /* a home-made lock, see flags.c */
    bool is_broken; /* a flag that somebody set or cleared without holding it: no lock at all */
    uint64_t permits;
    bool is_signal;            /* released by somebody who did not hold it: orders, and excludes nobody */
    struct instant *released;  /* when its latest releases were: a ring of so many */
    uint64_t released_max;     /* `lock_releases_max` of a semaphore, of others one; 0: none was yet */
    struct clock *handed_over; /* counted: what its latest release knew, as this run went (run_order.h) */
    uint64_t release_count;
    uint64_t acquire_count;
    struct actor *holder;  /* counted; who acquired it last, NULL: nobody yet, */
    uint32_t holder_epoch; /* and when */
};

struct acquisition {
    uint32_t references;
    const struct lock *lock;
    uint64_t since;                       /* number of the event that acquired */
    const struct trace_site *acquired_at; /* NULL: unknown */
    bool is_located;                      /* in a trace that comes from elsewhere; then: */
    uint32_t location;                    /* where it was acquired */
    uint64_t released;                    /* number of the event that released; 0: held still */
    const struct trace_site *released_at; /* NULL: unknown, or held still */
};

struct lockset {
    uint32_t references;
    uint32_t count;
    struct acquisition *held[]; /* counted, in order of acquisition */
};

/* Whether at most one may hold the lock, and only holders release it. */
bool lock_excludes(const struct lock *lock);

/* Whether the lock belongs to an event loop, so that it means nothing to other loops (as flags do). */
bool lock_is_asyncio(const struct lock *lock);

static inline struct lockset *lockset_retain(struct lockset *set)
{
    if (set != NULL)
        set->references++;
    return set;
}

void lockset_release(struct lockset *set);

/* Puts a new acquisition into *set. STATUS_OK or STATUS_NOMEM. */
enum status lockset_acquire(struct lockset **set, const struct lock *lock, uint64_t now) WARN_UNUSED;

/* Puts the latest acquisition of `from` into *set as well. STATUS_OK or STATUS_NOMEM. */
enum status lockset_include_latest(struct lockset **set, const struct lockset *from) WARN_UNUSED;

/* Ends, at the site (which may be NULL), the latest acquisition of the lock in *set and takes it out; *held tells whether there was one. */
enum status lockset_drop(struct lockset **set, const struct lock *lock, const struct trace_site *site,
                         uint64_t now, bool *held) WARN_UNUSED;

/* Puts into *out the acquisitions of both sets that are held still. STATUS_OK or STATUS_NOMEM. */
enum status lockset_held(struct lockset **out, struct lockset *own, const struct lockset *lent) WARN_UNUSED;

/* Adds to *set the home-made locks of `from` that were taken since then and are held still. STATUS_OK or STATUS_NOMEM. */
enum status lockset_add_flags(struct lockset **set, const struct lockset *from, uint64_t since) WARN_UNUSED;

/* How many home-made locks are in the set. */
uint32_t lockset_flags(const struct lockset *set);

/* The latest acquisition of the lock in the set that is held still, or NULL. */
const struct acquisition *lockset_find(const struct lockset *set, const struct lock *lock);

/* Whether the set has an acquisition of the lock other than `except` (which may be NULL). */
bool lockset_holds(const struct lockset *set, const struct lock *lock, const struct acquisition *except);

/* Whether both have an acquisition of one real lock (no home-made one): by different acquisitions if `apart`. */
bool lockset_share(const struct lockset *one, const struct lockset *other, bool apart);

#endif
