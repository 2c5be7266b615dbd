/* The first 32 bytes of a trace file. */
#ifndef STALEREAD_TRACE_HEADER_H
#define STALEREAD_TRACE_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/status.h"

enum { header_bytes = 32, header_major = 1, header_minor = 0 };

enum header_flag { HEADER_RING = 1 };

struct header {
    uint16_t major, minor;
    uint32_t process;
    uint64_t start_nanoseconds; /* since 1970-01-01 UTC */
    uint32_t flags;             /* enum header_flag */
};

/* STATUS_BAD_INPUT: no trace, or its header is damaged; STATUS_UNSUPPORTED: another major version. `length` is what
 * there is of the file, up to header_bytes. */
enum status header_parse(const unsigned char *bytes, size_t length, struct header *header, struct diag *diag)
    WARN_UNUSED;

/* The other way round. */
void header_write(const struct header *header, unsigned char bytes[static header_bytes]);

#endif
