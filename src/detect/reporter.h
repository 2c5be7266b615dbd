/* Where detectors hand in what they found. */
#ifndef STALEREAD_DETECT_REPORTER_H
#define STALEREAD_DETECT_REPORTER_H

#include "base/arena.h"
#include "base/status.h"
#include "finding/list.h"
#include "replay/replay.h"

struct reporter {
    struct replay *replay;
    struct finding_list *list;      /* copies what it keeps */
    struct arena arena;             /* texts of the finding being put together; void after reporter_add */
    uint64_t blocking_microseconds; /* a step that held its loop for less is none */
};

void reporter_init(struct reporter *reporter, struct replay *replay, struct finding_list *list);
void reporter_fini(struct reporter *reporter);

/* STATUS_OK or STATUS_NOMEM. */
enum status reporter_add(struct reporter *reporter, const struct finding *finding) WARN_UNUSED;

#endif
