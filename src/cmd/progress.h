/* A line on stderr that says how far a long read is: only on a terminal, only once it has taken a while. */
#ifndef STALEREAD_CMD_PROGRESS_H
#define STALEREAD_CMD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "judge/several.h"

struct progress {
    bool enabled;
    bool shown;                /* a line stands there */
    uint64_t next_nanoseconds; /* when to show the next one */
};

void progress_init(struct progress *progress);

/* May be called as often as one likes. */
void progress_show(struct progress *progress, const struct several_progress *how_far);

/* Has it told how far the second look at the judgement's traces is (judgement_look_again). */
void progress_watch_look(struct progress *progress, struct judgement *judgement);

/* The same for work that is no reading: what is being done. */
void progress_say(struct progress *progress, const char *what);

/* The same, with how much of so many bytes is done; 0: it is not known how many there are. */
void progress_say_of(struct progress *progress, const char *what, uint64_t bytes, uint64_t bytes_in_all);

/* Takes the line away, so that something else can be printed. */
void progress_clear(struct progress *progress);

#endif
