/* T checks and acts under the same lock, but by two acquisitions. */
#ifndef STALEREAD_DETECT_LOCK_RELEASED_BETWEEN_H
#define STALEREAD_DETECT_LOCK_RELEASED_BETWEEN_H

#include "detect/detector.h"

extern const struct detector lock_released_between;

#endif
