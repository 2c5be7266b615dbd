/* In: a size. Out: memory.
 * Must hold: nothing but time depends on what kind of pages it gets. */
#define _DEFAULT_SOURCE /* madvise; POSIX has nothing of the kind */
#include "base/pages.h"

#include <stdlib.h>
#include <sys/mman.h>

void *pages_take(size_t bytes)
{
    void *taken;
    if (bytes < pages_large_bytes)
        return malloc(bytes);
    if (posix_memalign(&taken, pages_large_bytes, bytes) != 0)
        return NULL;
#ifdef MADV_HUGEPAGE
    (void)madvise(taken, bytes / pages_large_bytes * pages_large_bytes, MADV_HUGEPAGE);
#endif
    return taken;
}
