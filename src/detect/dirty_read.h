/* T writes x, suspends, writes x again; U uses the value in between. */
#ifndef STALEREAD_DETECT_DIRTY_READ_H
#define STALEREAD_DETECT_DIRTY_READ_H

#include "detect/detector.h"

extern const struct detector dirty_read;

#endif
