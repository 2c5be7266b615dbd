/* Blocks that are meant to be atomic, and are not: no order of whole blocks explains what the run did. */
#ifndef STALEREAD_DETECT_ATOMICITY_H
#define STALEREAD_DETECT_ATOMICITY_H

#include "detect/detector.h"

extern const struct detector atomicity;

#endif
