/* One asyncio lock on two loops; a primitive of asyncio used on a foreign thread; locks taken in opposite orders. */
#ifndef STALEREAD_DETECT_LOCK_MISUSE_H
#define STALEREAD_DETECT_LOCK_MISUSE_H

#include "detect/detector.h"

extern const struct detector lock_misuse;

#endif
