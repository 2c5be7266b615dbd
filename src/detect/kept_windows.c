/* In: windows, as they are judged. Out: those that writes to come are judged against.
 * Must hold: what a kept window refers to is counted, and its reads rest once nobody else asks about them. */
#include "detect/kept_windows.h"

#include <string.h>

#include "replay/stable.h"

enum {
    cell_windows_max = 16,
    sweep_at_least = 1 << 14, /* windows: a few megabytes */
};

void kept_windows_init(struct kept_windows *kept, struct replay *replay, bool is_eager)
{
    *kept = (struct kept_windows){.replay = replay, .is_eager = is_eager, .sweep_at = sweep_at_least};
}

static void window_retain(struct window *window)
{
    read_keep(window->read);
    actor_retain(window->actor);
    cell_retain(window->act_cell);
    lockset_retain(window->act_locks);
    for (int i = 0; i < window_rechecks_max; i++)
        read_keep(window->rechecked[i]);
}

static void window_release(struct cell_table *cells, struct window *window)
{
    read_release_kept(cells, window->read);
    actor_release(window->actor);
    cell_release(cells, window->act_cell);
    lockset_release(window->act_locks);
    for (int i = 0; i < window_rechecks_max; i++)
        read_release_kept(cells, window->rechecked[i]);
}

static size_t windows_bytes(uint32_t room)
{
    return sizeof(struct cell_windows) + room * sizeof(struct window);
}

void kept_windows_forget(struct cell_windows *windows)
{
    struct replay *replay = windows->all->replay;
    for (uint32_t i = 0; i < windows->count; i++)
        window_release(&replay->cells, &windows->windows[i]);
    windows->all->count -= windows->count;
    heap_give(&replay->heap, windows, windows_bytes(windows->room));
}

void kept_windows_remove(struct cell_windows *windows, uint32_t place)
{
    struct window removed = windows->windows[place];
    windows->count--;
    windows->all->count--;
    memmove(&windows->windows[place], &windows->windows[place + 1],
            (windows->count - place) * sizeof windows->windows[0]);
    window_release(&windows->all->replay->cells, &removed);
}

/* Room for one more, up to the limit: most cells have few. */
static enum status make_room(struct kept_windows *kept, struct cell *cell)
{
    struct cell_windows *old = cell->windows;
    if (old != NULL && (old->count < old->room || old->room == cell_windows_max))
        return STATUS_OK;
    uint32_t room = old == NULL ? 1 : 2 * old->room;
    struct cell_windows *grown =
        heap_grow(&kept->replay->heap, old, old != NULL ? windows_bytes(old->room) : 0, windows_bytes(room));
    if (grown == NULL)
        return STATUS_NOMEM;
    if (old == NULL)
        grown->count = 0;
    grown->all = kept;
    grown->room = room;
    cell->windows = grown;
    return STATUS_OK;
}

enum status kept_windows_add(struct kept_windows *kept, const struct window *window)
{
    struct cell *cell = window->read->cell;
    if (cell->object->is_dropped)
        return STATUS_OK; /* nobody can write it any more */
    if (make_room(kept, cell) != STATUS_OK)
        return STATUS_NOMEM;
    struct cell_windows *windows = cell->windows;
    uint32_t place = windows->count < cell_windows_max ? windows->count : 0;
    for (uint32_t i = 0; i < windows->count; i++) {
        const struct window *other = &windows->windows[i];
        if (other->actor == window->actor && other->act_site == window->act_site &&
            other->read_site == window->read_site)
            place = i;
    }
    if (place < windows->count)
        kept_windows_remove(windows, place);
    kept->count++;
    windows->windows[windows->count] = *window;
    window_retain(&windows->windows[windows->count++]);
    return STATUS_OK;
}

/* Those of one cell. */
static void forget_stable(struct cell_windows *windows, const struct stable *stable)
{
    for (uint32_t i = windows->count; i-- > 0;)
        if (stable_has(stable, windows->windows[i].act_slot, windows->windows[i].act_epoch))
            kept_windows_remove(windows, i);
}

/* A cell's windows that are none take no room. */
static void forget_all_stable(struct kept_windows *kept, const struct stable *stable)
{
    size_t cursor = 0;
    for (struct cell *cell; (cell = cell_index_next(&kept->replay->cells.index, &cursor)) != NULL;) {
        if (cell->windows == NULL)
            continue;
        forget_stable(cell->windows, stable);
        if (cell->windows->count > 0)
            continue;
        kept_windows_forget(cell->windows);
        cell->windows = NULL;
    }
}

enum status kept_windows_thin_out(struct kept_windows *kept)
{
    if (kept->count < kept->sweep_at && !kept->is_eager)
        return STATUS_OK;
    struct stable stable;
    enum status status = stable_find(kept->replay, &stable);
    if (status == STATUS_OK) {
        forget_all_stable(kept, &stable);
        stable_fini(&stable);
    }
    kept->sweep_at = kept->count < sweep_at_least / 2 ? sweep_at_least : 2 * kept->count;
    return status == STATUS_LIMIT ? STATUS_OK : status;
}
