/* In: a target's name. Out: its row. Must hold: the first row is the one that is meant where none is named. */
#include "export/targets.h"

#include <string.h>

static const struct export_target *const table[] = {&target_perfetto, &target_chrome};

const struct export_target *const *targets_table(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}

const struct export_target *targets_find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

const char *targets_category(enum export_category category)
{
    static const char *const names[EXPORT_CATEGORY_COUNT] = {
        [EXPORT_STEP] = "step",       [EXPORT_CALL] = "call",           [EXPORT_WAIT] = "wait",
        [EXPORT_ACTOR] = "actor",     [EXPORT_LOCK] = "lock",           [EXPORT_ORDER] = "order",
        [EXPORT_FINDING] = "finding", [EXPORT_RECORDING] = "recording",
    };
    return names[category];
}
