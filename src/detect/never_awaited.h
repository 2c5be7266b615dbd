/* A coroutine never awaited; a task whose exception nobody took; a task destroyed while pending. */
#ifndef STALEREAD_DETECT_NEVER_AWAITED_H
#define STALEREAD_DETECT_NEVER_AWAITED_H

#include "detect/detector.h"

extern const struct detector never_awaited;

#endif
