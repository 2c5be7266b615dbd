/* In: a trace that somebody writes, and signals. Out: when to look again, and when no more.
 * Must hold: what was written before the writer left is read, whenever it is noticed that he is gone; signals are taken
 * from where they wait, so that no handler and no global is needed. */
#include "cmd/follow.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "trace/header.h"
#include "trace/writer_gone.h"

enum { look_again_nanoseconds = 100 * 1000 * 1000 };

void follow_begin(struct follow *follow)
{
    *follow = (struct follow){.is_watching = true};
    sigemptyset(&follow->watched);
    sigaddset(&follow->watched, SIGINT);
    sigaddset(&follow->watched, SIGTERM);
    sigaddset(&follow->watched, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &follow->watched, &follow->before);
}

void follow_end(struct follow *follow)
{
    pthread_sigmask(SIG_SETMASK, &follow->before, NULL);
}

/* Whether a signal has come, within so long. */
static bool is_signalled(struct follow *follow, long nanoseconds)
{
    struct timespec most = {.tv_nsec = nanoseconds};
    if (!follow->is_watching || sigtimedwait(&follow->watched, NULL, &most) <= 0)
        return !follow->is_watching;
    follow->is_watching = false;
    follow_end(follow);
    return true;
}

/* Whether the file has no whole header, and somebody who is going to write one. */
static bool is_begun_only(const char *path)
{
    struct stat about;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    bool begun = fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode) && about.st_size < header_bytes &&
                 !writer_gone(descriptor, 0);
    close(descriptor);
    return begun;
}

enum status follow_open(struct follow *follow, struct trace **trace, const char *path, struct diag *diag)
{
    enum status status;
    while ((status = trace_open(trace, path, diag)) == STATUS_BAD_INPUT && is_begun_only(path) &&
           !is_signalled(follow, look_again_nanoseconds))
        diag_clear(diag);
    if (status != STATUS_OK)
        return status;
    status = trace_follow(*trace, diag);
    if (status == STATUS_OK)
        return STATUS_OK;
    trace_close(*trace);
    *trace = NULL;
    return status;
}

void follow_wait(struct follow *follow, struct trace *trace, bool is_behind)
{
    bool is_over = is_behind && (follow->is_last_look || trace_info(trace)->complete);
    if (is_over || is_signalled(follow, is_behind ? look_again_nanoseconds : 0))
        trace_end_here(trace);
    else if (is_behind)
        follow->is_last_look = trace_is_abandoned(trace);
}
