/*
 * In:   findings with ids.
 * Out:  the same findings in the order of reports.
 * Holds: the order is total, so that sorting needs no stability.
 */
#include "finding/ranking.h"

#include <stdlib.h>
#include <string.h>

/* Negative where `one` is smaller. */
static int compare(uint64_t one, uint64_t other)
{
    return (one > other) - (one < other);
}

int ranking_compare(const struct finding *one, const struct finding *other)
{
    int order = compare(one->known, other->known);
    if (order == 0)
        order = compare(other->status, one->status);
    if (order == 0)
        order = compare(other->confidence, one->confidence);
    if (order == 0)
        order = compare(one->kind, other->kind);
    if (order == 0)
        order = compare(one->order, other->order);
    return order != 0 ? order : strcmp(one->id, other->id);
}

static int compare_items(const void *one, const void *other)
{
    return ranking_compare(one, other);
}

void ranking_sort(struct finding *findings, size_t count)
{
    if (count > 1)
        qsort(findings, count, sizeof *findings, compare_items);
}
