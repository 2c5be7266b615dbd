/* T reads x; U writes x; T, in a later step, goes on with what x no longer holds. */
#ifndef STALEREAD_DETECT_STALE_READ_H
#define STALEREAD_DETECT_STALE_READ_H

#include "detect/detector.h"

extern const struct detector stale_read;

#endif
