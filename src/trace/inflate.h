/* Inflates payloads: by libdeflate where the build found it, else by zlib. Both take and refuse the same.
 *
 * An inflater may be used for any number of payloads, by one thread at a time. */
#ifndef STALEREAD_TRACE_INFLATE_H
#define STALEREAD_TRACE_INFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct inflater {
    void *state; /* the library's own; NULL: not needed yet */
};

void inflater_init(struct inflater *inflater);
void inflater_fini(struct inflater *inflater);

/* Inflates one zlib stream (RFC 1950) of just `stored_bytes` bytes to just `inflated_bytes` bytes, and never writes beyond
 * these. STATUS_OK, STATUS_NOMEM, or STATUS_BAD_INPUT: that is not what is stored there. */
enum status inflater_run(struct inflater *inflater, const unsigned char *stored, size_t stored_bytes,
                         unsigned char *inflated, size_t inflated_bytes) WARN_UNUSED;

/* CRC-32 as zlib has it. */
uint32_t inflate_crc32(const unsigned char *bytes, size_t length);

/* Which library that is: "libdeflate 1.14". */
const char *inflate_library(void);

#endif
