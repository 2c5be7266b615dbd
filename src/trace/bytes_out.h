/* Numbers into bytes, the other way round than trace/bytes.h. */
#ifndef STALEREAD_TRACE_BYTES_OUT_H
#define STALEREAD_TRACE_BYTES_OUT_H

#include <stdint.h>

#include "base/buffer.h"

static inline void bytes_store(unsigned char *to, uint64_t number, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        to[i] = (unsigned char)(number >> (8 * i));
}

static inline void bytes_add(struct buffer *buffer, uint64_t number, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        buffer_add_char(buffer, (char)(number >> (8 * i) & 0xFF));
}

static inline void bytes_add_varint(struct buffer *buffer, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        buffer_add_char(buffer, (char)(number | 0x80));
    buffer_add_char(buffer, (char)number);
}

/* A varint length and the bytes. */
static inline void bytes_add_text(struct buffer *buffer, struct text text)
{
    bytes_add_varint(buffer, text.length);
    buffer_add(buffer, text);
}

#endif
