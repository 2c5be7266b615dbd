/* A plain finding to vary: one method of a counter, three tasks. */
#ifndef STALEREAD_TESTS_FINDING_SAMPLE_H
#define STALEREAD_TESTS_FINDING_SAMPLE_H

#include "finding/finding.h"

static inline struct finding_place sample_place(uint32_t line, const char *actor, const char *source)
{
    return (struct finding_place){.file = TEXT("counter.py"),
                                  .function = TEXT("Counter.increment"),
                                  .line = line,
                                  .actor = text_of(actor),
                                  .source = text_of(source)};
}

static inline struct finding sample_finding(void)
{
    return (struct finding){
        .kind = FINDING_LOST_UPDATE,
        .status = FINDING_PREDICTED,
        .confidence = FINDING_MEDIUM,
        .count = 1,
        .order = 10,
        .cell = {.owner = TEXT("Counter"), .attribute = TEXT("value"), .text = TEXT("Counter.value")},
        .first = sample_place(9, "Task-1", "value = self.value"),
        .window = sample_place(10, "", "await asyncio.sleep(0)"),
        .other = sample_place(11, "Task-2", "self.value = value + 1"),
        .last = sample_place(11, "Task-1", "self.value = value + 1"),
    };
}

/* The same as a check and an act. */
static inline struct finding sample_check(const char *check, const char *act)
{
    struct finding finding = sample_finding();
    finding.kind = FINDING_CHECK_THEN_ACT;
    finding.first.source = text_of(check);
    finding.last.source = text_of(act);
    finding.other.source = text_of(act);
    return finding;
}

static inline void sample_hold(struct finding_place *place, const char *name, enum finding_lock_kind kind,
                               uint64_t permits)
{
    place->locks[place->lock_count++] =
        (struct finding_lock){.name = text_of(name), .kind = kind, .permits = permits};
}

#endif
