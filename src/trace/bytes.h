/* Numbers out of bytes that nobody has checked. A cursor never goes beyond its end: what does not fit is refused,
 * and the cursor stays where it was. */
#ifndef STALEREAD_TRACE_BYTES_H
#define STALEREAD_TRACE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

static inline uint16_t bytes_u16(const unsigned char *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static inline uint32_t bytes_u32(const unsigned char *bytes)
{
    return bytes_u16(bytes) | (uint32_t)bytes_u16(bytes + 2) << 16;
}

static inline uint64_t bytes_u64(const unsigned char *bytes)
{
    return bytes_u32(bytes) | (uint64_t)bytes_u32(bytes + 4) << 32;
}

struct bytes_cursor {
    const unsigned char *next;
    const unsigned char *end;
};

static inline struct bytes_cursor bytes_cursor(const unsigned char *bytes, size_t length)
{
    return (struct bytes_cursor){.next = bytes, .end = bytes + length};
}

static inline size_t bytes_left(const struct bytes_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->next);
}

/* The next `length` bytes, or NULL. */
static inline const unsigned char *bytes_take(struct bytes_cursor *cursor, size_t length)
{
    if (length > bytes_left(cursor))
        return NULL;
    const unsigned char *taken = cursor->next;
    cursor->next += length;
    return taken;
}

bool bytes_take_u8(struct bytes_cursor *cursor, uint8_t *number);
bool bytes_take_u64(struct bytes_cursor *cursor, uint64_t *number);

/* An unsigned LEB128 of at most 10 bytes and 64 bits. */
bool bytes_take_varint(struct bytes_cursor *cursor, uint64_t *number);

/* The same, refused beyond 32 bits. */
bool bytes_take_varint32(struct bytes_cursor *cursor, uint32_t *number);

/* A varint length and so many bytes, as a text or as a cursor of its own. */
bool bytes_take_text(struct bytes_cursor *cursor, struct text *text);
bool bytes_take_piece(struct bytes_cursor *cursor, struct bytes_cursor *piece);

#endif
