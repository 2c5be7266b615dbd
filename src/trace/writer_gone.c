/* In: a file that somebody may be writing to. Out: whether that is over.
 * Must hold: a writer that lives is never called gone, also one in another container, whose processes have other ids. */
#define _GNU_SOURCE /* leases */
#include "trace/writer_gone.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/types.h>

/* A lease for reading is given only where nobody has the file open for writing. Only its owner may ask; then, and on file
 * systems that have none, nothing is known. */
static bool is_unwritten(int descriptor, bool *is_known)
{
    *is_known = true;
#ifdef F_SETLEASE
    if (fcntl(descriptor, F_SETLEASE, F_RDLCK) == 0) {
        fcntl(descriptor, F_SETLEASE, F_UNLCK);
        return true;
    }
    if (errno == EAGAIN)
        return false;
#endif
    *is_known = false;
    return false;
}

static bool has_process(uint32_t process)
{
    return process > INT_MAX || kill((pid_t)process, 0) == 0 || errno != ESRCH;
}

bool writer_gone(int descriptor, uint32_t process)
{
    bool is_known;
    bool unwritten = is_unwritten(descriptor, &is_known);
    if (process == 0)
        return unwritten;
    /* A program that has closed the file in passing opens it again: as long as it lives, it is not gone. */
    return (unwritten || !is_known) && !has_process(process);
}
