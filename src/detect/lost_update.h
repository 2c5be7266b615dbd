/* T reads x; U writes x; T writes x with a value made from its read. */
#ifndef STALEREAD_DETECT_LOST_UPDATE_H
#define STALEREAD_DETECT_LOST_UPDATE_H

#include "detect/detector.h"

extern const struct detector lost_update;

#endif
