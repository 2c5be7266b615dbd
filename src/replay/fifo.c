/* Handles that were queued and not seen to run.
 *
 * In: handles as they are queued and run, backlogs as they are sent and received. Out: which handles run before which. What
 * must hold: what a view counts is never changed. */
#include "replay/fifo.h"

#include "base/heap.h"
#include "replay/actor.h"

struct handle *fifo_handle_new(struct fifo *fifo, const struct actor *sender, uint64_t loop, bool is_wake)
{
    struct handle *handle = heap_take(fifo->heap, sizeof *handle);
    if (handle != NULL)
        *handle = (struct handle){
            .references = 1,
            .number = ++fifo->handles,
            .loop = loop,
            .sender = sender->number,
            .slot = sender->slot,
            .epoch = sender->epoch,
            .is_wake = is_wake,
        };
    return handle;
}

struct handle *fifo_handle_retain(struct handle *handle)
{
    handle->references++;
    return handle;
}

void fifo_handle_release(struct fifo *fifo, struct handle *handle)
{
    if (handle == NULL || --handle->references > 0)
        return;
    actor_release(handle->runner);
    clock_release(fifo->clocks, handle->ran.clock);
    fifo_view_release(fifo, &handle->left);
    heap_give(fifo->heap, handle, sizeof *handle);
}

void fifo_backlog_release(struct fifo *fifo, struct backlog *backlog)
{
    if (backlog == NULL || --backlog->references > 0)
        return;
    for (uint32_t i = 0; i < backlog->count; i++)
        fifo_handle_release(fifo, backlog->handles[i]);
    heap_give(fifo->heap, backlog, sizeof *backlog);
}

void fifo_view_release(struct fifo *fifo, struct backlog_view *view)
{
    fifo_backlog_release(fifo, view->backlog);
    *view = (struct backlog_view){0};
}

void fifo_look(struct fifo *fifo, struct backlog_view *view, struct backlog *backlog)
{
    if (backlog != NULL)
        backlog->references++;
    fifo_view_release(fifo, view);
    *view = (struct backlog_view){backlog, backlog == NULL ? 0 : backlog->count};
}

/* Whether the handle at that place, of the first `count`, says nothing to somebody who has this clock. */
static inline bool is_needless(const struct backlog *backlog, uint32_t count, uint32_t place,
                               const struct clock *known)
{
    const struct handle *handle = backlog->handles[place];
    if (handle->is_gone)
        return true;
    if (handle->runner == NULL)
        return false;
    return (place + 1 < count && fifo_stands_for(backlog->handles[place + 1], handle)) ||
           clock_get(known, handle->ran.slot) >= handle->ran.epoch;
}

/* A backlog of those handles of *backlog, from number `from` on, that are needed; takes the place of *backlog. */
static enum status renew(struct fifo *fifo, struct backlog **backlog, uint32_t from,
                         const struct clock *known)
{
    const struct backlog *old = *backlog;
    struct backlog *made = heap_take(fifo->heap, sizeof *made);
    if (made == NULL)
        return STATUS_NOMEM;
    made->references = 1;
    made->count = 0;
    for (uint32_t i = from; old != NULL && i < old->count; i++)
        if (!is_needless(old, old->count, i, known))
            made->handles[made->count++] = fifo_handle_retain(old->handles[i]);
    fifo_backlog_release(fifo, *backlog);
    *backlog = made;
    return STATUS_OK;
}

enum status fifo_add(struct fifo *fifo, struct backlog **backlog, struct handle *handle)
{
    bool is_full = *backlog != NULL && (*backlog)->count == backlog_handles_max;
    if ((*backlog == NULL || is_full) &&
        renew(fifo, backlog, is_full ? backlog_handles_max / 4 : 0, NULL) != STATUS_OK)
        return STATUS_NOMEM;
    (*backlog)->handles[(*backlog)->count++] = fifo_handle_retain(handle);
    return STATUS_OK;
}

static bool has(const struct backlog *backlog, const struct handle *handle)
{
    for (uint32_t i = 0; i < backlog->count; i++)
        if (backlog->handles[i] == handle)
            return true;
    return false;
}

/* Marks the first `count` handles of the backlog with a mark that none had before, and returns that. One that was full and was
 * renewed has lost some of them. */
static uint64_t mark_all(struct fifo *fifo, const struct backlog *backlog, uint32_t count)
{
    uint64_t mark = ++fifo->marks;
    for (uint32_t i = 0; i < count; i++)
        backlog->handles[i]->mark = mark;
    return mark;
}

bool fifo_has_all(struct fifo *fifo, const struct backlog_view *view, const struct backlog *backlog)
{
    if (view->backlog == backlog && view->count == backlog->count)
        return true;
    uint64_t mark = mark_all(fifo, view->backlog, view->count);
    for (uint32_t i = 0; i < backlog->count; i++) {
        const struct handle *handle = backlog->handles[i];
        if (handle->mark != mark && !is_needless(backlog, backlog->count, i, NULL))
            return false;
    }
    return true;
}

enum status fifo_add_all(struct fifo *fifo, struct backlog **backlog, const struct backlog_view *view,
                         const struct clock *known)
{
    if (view->backlog == *backlog || view->count == 0)
        return STATUS_OK;
    enum status status = STATUS_OK;
    uint64_t mark = mark_all(fifo, *backlog, *backlog != NULL ? (*backlog)->count : 0);
    const struct backlog *marked = *backlog;
    for (uint32_t i = 0; status == STATUS_OK && i < view->count; i++) {
        struct handle *handle = view->backlog->handles[i];
        if (handle->mark == mark && (*backlog == marked || has(*backlog, handle)))
            continue;
        if (!is_needless(view->backlog, view->count, i, known))
            status = fifo_add(fifo, backlog, handle);
    }
    return status;
}

/* Takes the needless handles out of a backlog that nobody else refers to, so that no view counts them. */
static void compact(struct fifo *fifo, struct backlog *backlog, const struct clock *known)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < backlog->count; i++) {
        struct handle *handle = backlog->handles[i];
        if (is_needless(backlog, backlog->count, i, known))
            fifo_handle_release(fifo, handle);
        else
            backlog->handles[kept++] = handle;
    }
    backlog->count = kept;
}

static bool has_needless(const struct backlog *backlog, const struct clock *known)
{
    for (uint32_t i = 0; i < backlog->count; i++)
        if (is_needless(backlog, backlog->count, i, known))
            return true;
    return false;
}

/* Takes out of *backlog what needs not be remembered by somebody who has this clock. */
static enum status thin_out(struct fifo *fifo, struct backlog **backlog, const struct clock *known)
{
    if (*backlog == NULL)
        return STATUS_OK;
    if ((*backlog)->references == 1)
        compact(fifo, *backlog, known);
    else if (has_needless(*backlog, known) && renew(fifo, backlog, 0, known) != STATUS_OK)
        return STATUS_NOMEM;
    if ((*backlog)->count == 0) {
        fifo_backlog_release(fifo, *backlog);
        *backlog = NULL;
    }
    return STATUS_OK;
}

enum status fifo_handle_begins(struct fifo *fifo, struct handle *handle, struct actor *runner)
{
    handle->is_begun = handle->is_gone = true;
    enum status status = thin_out(fifo, &runner->backlog, runner->clock);
    handle->is_gone = false;
    return status;
}

void fifo_handle_ran(struct fifo *fifo, struct handle *handle, struct actor *runner)
{
    if (handle->runner != NULL)
        return;
    handle->runner = actor_retain(runner);
    handle->ran = (struct instant){clock_retain(runner->clock), runner->slot, runner->epoch};
    fifo_look(fifo, &handle->left, runner->backlog);
}

void fifo_handle_settle(struct fifo *fifo, struct handle *handle)
{
    fifo_view_release(fifo, &handle->left);
}
