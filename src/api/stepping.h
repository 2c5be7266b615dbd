/* A trace and the analysis that replays it step by step know each other, so that either may go first. */
#ifndef STALEREAD_API_STEPPING_H
#define STALEREAD_API_STEPPING_H

#include <staleread.h>

/* The analysis gives up the trace that it replays step by step, if there is one. */
void stepping_give_up(struct staleread_analysis *analysis);

#endif
