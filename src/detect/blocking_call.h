/* A step that held its loop longer than a threshold. */
#ifndef STALEREAD_DETECT_BLOCKING_CALL_H
#define STALEREAD_DETECT_BLOCKING_CALL_H

#include "detect/detector.h"

extern const struct detector blocking_call;

#endif
