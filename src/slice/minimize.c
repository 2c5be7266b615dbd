/* In: parts that will do together. Out: some of them that will do, too.
 * Must hold: each test is of fewer parts than the last that would do, so that it ends; the same parts give the same result. */
#include "slice/minimize.h"

#include <stdlib.h>
#include <string.h>

struct work {
    const struct minimize *task;
    unsigned char *kept;
    unsigned char *tried;
    size_t *alive; /* the groups that have a part that is kept, in their order */
    unsigned char *is_alive;
    size_t alive_count;
};

static size_t group_of(const struct minimize *task, size_t part)
{
    return task->groups != NULL ? task->groups[part] : part;
}

static void find_alive(struct work *work)
{
    const struct minimize *task = work->task;
    memset(work->is_alive, 0, task->group_count + 1);
    for (size_t i = 0; i < task->count; i++)
        if (work->kept[i])
            work->is_alive[group_of(task, i)] = 1;
    work->alive_count = 0;
    for (size_t i = 0; i < task->group_count; i++)
        if (work->is_alive[i])
            work->alive[work->alive_count++] = i;
}

static size_t count_parts(const struct work *work, const unsigned char *kept)
{
    size_t count = 0;
    for (size_t i = 0; i < work->task->count; i++)
        count += kept[i] != 0;
    return count;
}

/* Tries to do without alive[from] up to alive[to]. */
static enum status try_without(struct work *work, size_t from, size_t to, bool *will_do)
{
    const struct minimize *task = work->task;
    for (size_t i = from; i < to; i++)
        work->is_alive[work->alive[i]] = 0;
    for (size_t i = 0; i < task->count; i++)
        work->tried[i] = work->kept[i] && work->is_alive[group_of(task, i)];
    for (size_t i = from; i < to; i++)
        work->is_alive[work->alive[i]] = 1;
    *will_do = false;
    enum status status = task->test(task->context, work->tried, will_do);
    /* What others cannot be without may have come back. */
    *will_do = *will_do && count_parts(work, work->tried) < count_parts(work, work->kept);
    if (status == STATUS_OK && *will_do)
        memcpy(work->kept, work->tried, task->count);
    return status;
}

/* Goes over all groups once, from the last to the first, because what is later needs what was before. */
static enum status sweep(struct work *work, size_t size, bool *removed)
{
    enum status status = STATUS_OK;
    *removed = false;
    find_alive(work);
    for (size_t to = work->alive_count; to > 0 && status == STATUS_OK;) {
        size_t from = to > size ? to - size : 0;
        bool will_do;
        status = try_without(work, from, to, &will_do);
        to = from;
        if (status != STATUS_OK || !will_do)
            continue;
        *removed = true;
        find_alive(work); /* more may have gone; what stands before `from` still counts from the start */
        to = from < work->alive_count ? from : work->alive_count;
    }
    return status;
}

/* So many parts are worth being made fewer, once a quarter of them is left. */
enum { many = 1000 };

static bool has_shrunk(const struct work *work)
{
    return work->task->count > many && count_parts(work, work->kept) < work->task->count / 4;
}

static enum status run(struct work *work, bool *is_minimal)
{
    find_alive(work);
    size_t size = work->alive_count;
    enum status status = STATUS_OK;
    bool removed = true;
    while (status == STATUS_OK && (size > 1 || removed)) {
        size = size > 1 ? size / 2 : 1;
        status = sweep(work, size, &removed);
        if (status == STATUS_OK && removed && has_shrunk(work))
            return STATUS_OK;
    }
    *is_minimal = status == STATUS_OK;
    return status;
}

enum status minimize(const struct minimize *task, unsigned char *kept, bool *is_minimal)
{
    struct work work = {
        .task = task,
        .kept = kept,
        .tried = malloc(task->count + 1),
        .alive = calloc(task->group_count + 1, sizeof *work.alive),
        .is_alive = malloc(task->group_count + 1),
    };
    *is_minimal = false;
    bool has_room = work.tried != NULL && work.alive != NULL && work.is_alive != NULL;
    enum status status = has_room ? run(&work, is_minimal) : STATUS_NOMEM;
    free(work.tried);
    free(work.alive);
    free(work.is_alive);
    return status;
}
