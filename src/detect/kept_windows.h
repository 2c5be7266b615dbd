/* Windows that no rival was found for yet, kept with the cell of their read for writes to come. */
#ifndef STALEREAD_DETECT_KEPT_WINDOWS_H
#define STALEREAD_DETECT_KEPT_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "detect/window.h"

/* Those of a cell, the latest. */
struct cell_windows {
    struct kept_windows *all;
    uint32_t count;
    uint32_t room;           /* for so many */
    struct window windows[]; /* oldest first */
};

/* Those of all cells. */
struct kept_windows {
    struct replay *replay;
    uint64_t count;
    bool is_eager;
    uint64_t sweep_at; /* when there are so many, those are looked for that can take no write any more */
};

/* `is_eager`: see analysis_options. */
void kept_windows_init(struct kept_windows *kept, struct replay *replay, bool is_eager);

/* Keeps the window, for which what it refers to is counted: in place of an older one of the same actor and sites, or else of
 * the oldest of its cell. STATUS_OK or STATUS_NOMEM. */
enum status kept_windows_add(struct kept_windows *kept, const struct window *window) WARN_UNUSED;

void kept_windows_remove(struct cell_windows *windows, uint32_t place);

/* Forgets windows that end before all that may still come, from time to time. Between two steps, when no write waits to be
 * judged. STATUS_OK or STATUS_NOMEM. */
enum status kept_windows_thin_out(struct kept_windows *kept) WARN_UNUSED;

/* All windows of a cell go. */
void kept_windows_forget(struct cell_windows *windows);

#endif
