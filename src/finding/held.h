/*
 * Which locks a finding's places hold, and why none of them kept the write out of the window.
 *
 * Locks are told apart by name only: two objects of one class have two locks of one name (held_twin).
 */
#ifndef STALEREAD_FINDING_HELD_H
#define STALEREAD_FINDING_HELD_H

#include <stdbool.h>

#include "finding/finding.h"

/* Whether the lock lets one actor in at a time, among those of this finding: a semaphore of several permits
 * does not, nor does anything of asyncio between threads. */
bool held_excludes(const struct finding *finding, const struct finding_lock *lock);

bool held_at(const struct finding_place *place, const struct finding_lock *lock);

/* Each returns a lock that would exclude, or NULL: */

/* given back between first and last, and taken again */
const struct finding_lock *held_released(const struct finding *finding);

/* held from first to last, but not by the other */
const struct finding_lock *held_missing(const struct finding *finding);

/* held by the other and at last, but taken after first */
const struct finding_lock *held_late(const struct finding *finding);

/* held by all, and still of no use: it must be two locks of one name */
const struct finding_lock *held_twin(const struct finding *finding);

#endif
