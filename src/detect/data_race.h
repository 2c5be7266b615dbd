/* Two threads at one cell, at least one of which writes, and nothing that orders them. */
#ifndef STALEREAD_DETECT_DATA_RACE_H
#define STALEREAD_DETECT_DATA_RACE_H

#include "detect/detector.h"

extern const struct detector data_race;

/* What a cell remembers goes. */
void data_race_forget(struct cell_touches *touches);

#endif
