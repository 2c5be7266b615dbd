/* T makes U; U writes x; T writes x what it should have written before. */
#ifndef STALEREAD_DETECT_LATE_WRITE_H
#define STALEREAD_DETECT_LATE_WRITE_H

#include "detect/detector.h"

extern const struct detector late_write;

#endif
