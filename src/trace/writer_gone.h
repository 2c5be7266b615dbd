/* Whether the process that writes a file has left it. */
#ifndef STALEREAD_TRACE_WRITER_GONE_H
#define STALEREAD_TRACE_WRITER_GONE_H

#include <stdbool.h>
#include <stdint.h>

/* Whether nobody has the file open for writing and there is no process of this id (0: not known; the former will do).
 * False in doubt. The descriptor is open for reading only. */
bool writer_gone(int descriptor, uint32_t process);

#endif
