/* Lock acquisitions and sets of them.
 *
 * In: acquire and release, in the order of the trace. Out: immutable sets. What must hold: an acquisition lives as
 * long as a set refers to it, so that a window can ask later when it was released. */
#include "replay/lockset.h"

#include <stddef.h>
#include <stdlib.h>

bool lock_excludes(const struct lock *lock)
{
    return lock->permits == 1 && !lock->is_signal && !lock->is_broken;
}

bool lock_is_asyncio(const struct lock *lock)
{
    return lock->is_flag || lock->kind == LOCK_ASYNCIO || lock->kind == LOCK_ASYNCIO_SEMAPHORE;
}

static void acquisition_release(struct acquisition *acquisition)
{
    if (--acquisition->references == 0)
        free(acquisition);
}

void lockset_release(struct lockset *set)
{
    if (set == NULL || --set->references > 0)
        return;
    for (uint32_t i = 0; i < set->count; i++)
        acquisition_release(set->held[i]);
    free(set);
}

/* A set with room for `count`, whose members are still to be filled in; NULL: no memory. */
static struct lockset *set_new(uint32_t count)
{
    struct lockset *set = malloc(sizeof *set + count * sizeof set->held[0]);
    if (set != NULL)
        *set = (struct lockset){.references = 1, .count = count};
    return set;
}

/* Copies the members of `from` except number `without`; returns how many. */
static uint32_t set_copy(struct lockset *to, const struct lockset *from, uint32_t without)
{
    uint32_t copied = 0;
    for (uint32_t i = 0; from != NULL && i < from->count; i++) {
        if (i == without)
            continue;
        to->held[copied] = from->held[i];
        to->held[copied++]->references++;
    }
    return copied;
}

/* Puts the acquisition into *set, which counts it from then on. */
static enum status set_add(struct lockset **set, struct acquisition *acquisition)
{
    uint32_t count = *set == NULL ? 0 : (*set)->count;
    struct lockset *grown = set_new(count + 1);
    if (grown == NULL)
        return STATUS_NOMEM;
    set_copy(grown, *set, UINT32_MAX);
    grown->held[count] = acquisition;
    acquisition->references++;
    lockset_release(*set);
    *set = grown;
    return STATUS_OK;
}

enum status lockset_acquire(struct lockset **set, const struct lock *lock, uint64_t now)
{
    struct acquisition *acquisition = malloc(sizeof *acquisition);
    if (acquisition == NULL)
        return STATUS_NOMEM;
    *acquisition = (struct acquisition){.references = 1, .lock = lock, .since = now};
    enum status status = set_add(set, acquisition);
    acquisition_release(acquisition);
    return status;
}

enum status lockset_include_latest(struct lockset **set, const struct lockset *from)
{
    return set_add(set, from->held[from->count - 1]);
}

enum status lockset_drop(struct lockset **set, const struct lock *lock, const struct trace_site *site,
                         uint64_t now, bool *held)
{
    uint32_t at = *set == NULL ? 0 : (*set)->count;
    while (at > 0 && (*set)->held[at - 1]->lock != lock)
        at--;
    *held = at > 0;
    if (at == 0)
        return STATUS_OK;
    struct lockset *rest = NULL;
    if ((*set)->count > 1) {
        rest = set_new((*set)->count - 1);
        if (rest == NULL)
            return STATUS_NOMEM;
        set_copy(rest, *set, at - 1);
    }
    (*set)->held[at - 1]->released = now;
    (*set)->held[at - 1]->released_at = site;
    lockset_release(*set);
    *set = rest;
    return STATUS_OK;
}

static void set_add_held(struct lockset *to, const struct lockset *from)
{
    for (uint32_t i = 0; from != NULL && i < from->count; i++) {
        if (from->held[i]->released != 0)
            continue;
        to->held[to->count] = from->held[i];
        to->held[to->count++]->references++;
    }
}

enum status lockset_held(struct lockset **out, struct lockset *own, const struct lockset *lent)
{
    *out = NULL;
    if (lent == NULL) {
        *out = lockset_retain(own);
        return STATUS_OK;
    }
    struct lockset *set = set_new((own == NULL ? 0 : own->count) + lent->count);
    if (set == NULL)
        return STATUS_NOMEM;
    set->count = 0;
    set_add_held(set, lent);
    set_add_held(set, own);
    *out = set;
    return STATUS_OK;
}

enum status lockset_add_flags(struct lockset **set, const struct lockset *from, uint64_t since)
{
    uint32_t count = *set == NULL ? 0 : (*set)->count;
    struct lockset *grown = set_new(count + (from == NULL ? 0 : from->count));
    if (grown == NULL)
        return STATUS_NOMEM;
    grown->count = set_copy(grown, *set, UINT32_MAX);
    for (uint32_t i = 0; from != NULL && i < from->count; i++) {
        struct acquisition *flag = from->held[i];
        if (!flag->lock->is_flag || flag->since < since || flag->released != 0)
            continue;
        grown->held[grown->count++] = flag;
        flag->references++;
    }
    lockset_release(*set);
    *set = grown;
    return STATUS_OK;
}

const struct acquisition *lockset_find(const struct lockset *set, const struct lock *lock)
{
    for (uint32_t i = set == NULL ? 0 : set->count; i-- > 0;)
        if (set->held[i]->lock == lock && set->held[i]->released == 0)
            return set->held[i];
    return NULL;
}

uint32_t lockset_flags(const struct lockset *set)
{
    uint32_t flags = 0;
    for (uint32_t i = 0; set != NULL && i < set->count; i++)
        flags += set->held[i]->lock->is_flag;
    return flags;
}

bool lockset_holds(const struct lockset *set, const struct lock *lock, const struct acquisition *except)
{
    for (uint32_t i = 0; set != NULL && i < set->count; i++)
        if (set->held[i]->lock == lock && set->held[i] != except)
            return true;
    return false;
}

bool lockset_share(const struct lockset *one, const struct lockset *other, bool apart)
{
    for (uint32_t i = 0; one != NULL && i < one->count; i++)
        if (!one->held[i]->lock->is_flag &&
            lockset_holds(other, one->held[i]->lock, apart ? one->held[i] : NULL))
            return true;
    return false;
}
