/* A notify that nobody waits for, followed by a wait that needed it; an event that is cleared unseen, or replaced while
 * others wait for it. */
#ifndef STALEREAD_DETECT_LOST_WAKEUP_H
#define STALEREAD_DETECT_LOST_WAKEUP_H

#include "detect/detector.h"

extern const struct detector lost_wakeup;

#endif
