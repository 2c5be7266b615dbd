/* T checks x; U writes x; T does what the check allowed: writes x, uses x, or writes what the check guards. */
#ifndef STALEREAD_DETECT_CHECK_THEN_ACT_H
#define STALEREAD_DETECT_CHECK_THEN_ACT_H

#include "detect/detector.h"

extern const struct detector check_then_act;

#endif
