/* The second look at a trace: the steps that drafts show are taken down. */
#ifndef STALEREAD_SCENE_RECORD_H
#define STALEREAD_SCENE_RECORD_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/status.h"
#include "replay/replay.h"
#include "scene/draft.h"
#include "scene/progress.h"
#include "scene/stacks.h"
#include "scene/words.h"
#include "trace/reader.h"

struct record {
    struct trace *trace;
    struct replay *replay; /* of what names and locks need */
    struct arena *arena;
    struct words words;
    struct stacks stacks; /* a step keeps the blocks that show it */
    struct draft *drafts;
    size_t draft_count;
    struct map begins; /* number of the event that begins a step -> the first struct draft_block of it */
    struct map actors; /* number -> the first struct follower of it */
    struct map tokens; /* that a step begins with in which an end lies -> likewise */
    struct draft_waiting notified; /* the latest event that tells of a condition notified */
    struct scene_overview *overview;
};

/* The drafts are planned. Theirs are the locksets, which must go (draft_fini) before record_close. */
enum status record_open(struct record *record, struct trace *trace, struct arena *arena, struct draft *drafts,
                        size_t count, struct scene_overview *overview, struct diag *diag) WARN_UNUSED;
void record_close(struct record *record);

/* Reads the trace to its end, where STATUS_OK is returned; otherwise what trace_next or replay_event return. */
enum status record_run(struct record *record, const struct scene_progress *progress, struct diag *diag)
    WARN_UNUSED;

#endif
