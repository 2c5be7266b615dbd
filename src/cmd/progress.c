/* In: how far the readers are. Out: a line that overwrites itself.
 * Must hold: nothing is printed unless stderr is a terminal; the line is gone before anything else is said. */
#include "cmd/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

#define FIRST_AFTER_NANOSECONDS 1000000000ull
#define AGAIN_AFTER_NANOSECONDS 200000000ull

static uint64_t now_nanoseconds(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

void progress_init(struct progress *progress)
{
    *progress = (struct progress){.enabled = isatty(STDERR_FILENO) == 1};
    if (progress->enabled)
        progress->next_nanoseconds = now_nanoseconds() + FIRST_AFTER_NANOSECONDS;
}

/* Makes room for a new line, if it is time for one. */
static bool begin_line(struct progress *progress)
{
    if (!progress->enabled)
        return false;
    uint64_t now = now_nanoseconds();
    if (now < progress->next_nanoseconds)
        return false;
    progress->next_nanoseconds = now + AGAIN_AFTER_NANOSECONDS;
    progress->shown = true;
    fputs("\r\033[K", stderr);
    return true;
}

static void print_share(uint64_t bytes, uint64_t bytes_in_all)
{
    if (bytes_in_all != 0)
        fprintf(stderr, ": %" PRIu64 " %%", bytes * 100 / bytes_in_all);
}

void progress_show(struct progress *progress, const struct several_progress *how_far)
{
    if (!begin_line(progress))
        return;
    if (how_far->trace_count == 1)
        text_print(text_of(how_far->path), stderr);
    else
        fprintf(stderr, "%zu of %zu traces", how_far->done_count, how_far->trace_count);
    print_share(how_far->read_bytes, how_far->file_bytes);
    fprintf(stderr, ", %" PRIu64 " events", how_far->events);
}

static void show_look(void *context, unsigned look, const struct trace_info *info)
{
    if (!begin_line(context))
        return;
    text_print(text_of(info->path), stderr);
    fputs(", what happened around the findings", stderr);
    if (info->file_bytes != 0) {
        uint64_t percent = info->read_bytes * 100 / info->file_bytes;
        fprintf(stderr, ": %" PRIu64 " %%", (look * 100 + percent) / scene_looks);
    }
}

void progress_watch_look(struct progress *progress, struct judgement *judgement)
{
    judgement->scenes.progress = (struct scene_progress){show_look, progress};
}

void progress_say(struct progress *progress, const char *what)
{
    if (begin_line(progress))
        fputs(what, stderr);
}

void progress_say_of(struct progress *progress, const char *what, uint64_t bytes, uint64_t bytes_in_all)
{
    if (!begin_line(progress))
        return;
    fputs(what, stderr);
    print_share(bytes, bytes_in_all);
}

void progress_clear(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}
