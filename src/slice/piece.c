/* In: events, in any order, perhaps several times. Out: pieces in the order of the trace.
 * Must hold: each event is there once, so that its number finds it. */
#include "slice/piece.h"

#include <stdlib.h>

void pieces_init(struct pieces *pieces, size_t count_max)
{
    *pieces = (struct pieces){.count_max = count_max};
}

void pieces_fini(struct pieces *pieces)
{
    VECTOR_FINI(&pieces->all);
}

enum status pieces_add(struct pieces *pieces, const struct piece *piece)
{
    if (pieces->count_max != 0 && pieces->all.count == pieces->count_max)
        return STATUS_LIMIT;
    return VECTOR_PUSH(&pieces->all, *piece);
}

/* A gap has the number of what comes behind it. */
static int compare(const void *first, const void *second)
{
    const struct record *one = &((const struct piece *)first)->event;
    const struct record *other = &((const struct piece *)second)->event;
    if (one->number != other->number)
        return one->number > other->number ? 1 : -1;
    return (one->kind != EVENT_GAP) - (other->kind != EVENT_GAP);
}

/* Of one event the piece that knows most of where it stands comes first. */
static int compare_roles(const void *first, const void *second)
{
    const struct piece *one = first, *other = second;
    int order = compare(first, second);
    return order != 0 ? order : (one->role > other->role) - (one->role < other->role);
}

void pieces_sort(struct pieces *pieces)
{
    struct piece *items = pieces->all.items;
    size_t kept = 0;
    if (pieces->all.count > 1)
        qsort(items, pieces->all.count, sizeof *items, compare_roles);
    for (size_t i = 0; i < pieces->all.count; i++)
        if (kept == 0 || compare(&items[kept - 1], &items[i]) != 0)
            items[kept++] = items[i];
    pieces->all.count = kept;
}

size_t pieces_find(const struct pieces *pieces, uint64_t number)
{
    if (number == 0 || pieces->all.count == 0)
        return PIECE_NONE;
    const struct piece wanted = {.event = {.kind = EVENT_CLOCK, .number = number - 1}}; /* any but a gap */
    const struct piece *found =
        bsearch(&wanted, pieces->all.items, pieces->all.count, sizeof wanted, compare);
    return found != NULL ? (size_t)(found - pieces->all.items) : PIECE_NONE;
}

bool piece_happens(const struct piece *piece)
{
    switch (piece->event.kind) {
    case EVENT_KEEP:
    case EVENT_LOCAL:
    case EVENT_DROP:
        return false;
    default:
        return piece->role == PIECE_FREE || piece->role == PIECE_CLOSER;
    }
}
