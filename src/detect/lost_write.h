/* T writes x; U writes x; T uses x as if it were still its own. */
#ifndef STALEREAD_DETECT_LOST_WRITE_H
#define STALEREAD_DETECT_LOST_WRITE_H

#include "detect/detector.h"

extern const struct detector lost_write;

#endif
