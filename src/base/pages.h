/* Large pieces of memory, asked to be mapped by large pages: what is looked up all over them then misses the processor's table of
 * pages less often. Of a trace with many cells that is a good part of the time. Systems without such pages ignore it. */
#ifndef STALEREAD_BASE_PAGES_H
#define STALEREAD_BASE_PAGES_H

#include <stddef.h>

enum { pages_large_bytes = 2 * 1024 * 1024 };

/* Memory for free(), with no particular content, and aligned to a large page if it is as large as one; NULL: there is none. */
void *pages_take(size_t bytes);

#endif
