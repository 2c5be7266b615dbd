/* In: findings whose texts live in the reporter's arena, the trace or literals. Out: occurrences in the list.
 * What must hold: the arena stays small however many findings there are; none is told whose texts had no room. */
#include "detect/reporter.h"

enum { arena_bytes_kept_max = 1 << 20 };

void reporter_init(struct reporter *reporter, struct replay *replay, struct finding_list *list)
{
    *reporter = (struct reporter){.replay = replay, .list = list};
    arena_init(&reporter->arena, 0);
}

void reporter_fini(struct reporter *reporter)
{
    arena_fini(&reporter->arena);
}

enum status reporter_add(struct reporter *reporter, const struct finding *finding)
{
    enum status added = reporter->arena.lacks ? STATUS_NOMEM : finding_list_add(reporter->list, finding);
    if (reporter->arena.used_bytes > arena_bytes_kept_max) {
        arena_fini(&reporter->arena);
        arena_init(&reporter->arena, 0);
    }
    return added;
}
