/*
 * In:   a finding with the locks of its places.
 * Out:  the lock that an advice is to speak of.
 * Holds: of the four questions about a lock that excludes, at most one has an answer for the same lock.
 */
#include "finding/held.h"

bool held_excludes(const struct finding *finding, const struct finding_lock *lock)
{
    if (lock->kind == FINDING_LOCK_ASYNCIO_SEMAPHORE && lock->permits != 1)
        return false;
    return lock->kind == FINDING_LOCK_THREADING || !finding->between_threads;
}

bool held_at(const struct finding_place *place, const struct finding_lock *lock)
{
    for (uint32_t i = 0; i < place->lock_count; i++) {
        if (text_equal(place->locks[i].name, lock->name))
            return true;
    }
    return false;
}

/* A lock that last holds and that excludes, by who else holds it. */
static const struct finding_lock *find(const struct finding *finding, bool at_first, bool at_other)
{
    for (uint32_t i = 0; i < finding->last.lock_count; i++) {
        const struct finding_lock *lock = &finding->last.locks[i];
        if (held_excludes(finding, lock) && held_at(&finding->first, lock) == at_first &&
            held_at(&finding->other, lock) == at_other)
            return lock;
    }
    return NULL;
}

const struct finding_lock *held_released(const struct finding *finding)
{
    if (!finding->released_between)
        return NULL;
    const struct finding_lock *lock = find(finding, true, true);
    return lock != NULL ? lock : find(finding, true, false);
}

const struct finding_lock *held_missing(const struct finding *finding)
{
    return finding->released_between ? NULL : find(finding, true, false);
}

const struct finding_lock *held_late(const struct finding *finding)
{
    return finding->released_between ? NULL : find(finding, false, true);
}

const struct finding_lock *held_twin(const struct finding *finding)
{
    return finding->released_between ? NULL : find(finding, true, true);
}
