/* In: bytes. Out: numbers and pieces of them.
 * Must hold: nothing is read beyond the cursor's end; a refused read moves nothing. */
#include "trace/bytes.h"

bool bytes_take_u8(struct bytes_cursor *cursor, uint8_t *number)
{
    const unsigned char *taken = bytes_take(cursor, 1);
    if (taken == NULL)
        return false;
    *number = *taken;
    return true;
}

bool bytes_take_u64(struct bytes_cursor *cursor, uint64_t *number)
{
    const unsigned char *taken = bytes_take(cursor, 8);
    if (taken == NULL)
        return false;
    *number = bytes_u64(taken);
    return true;
}

bool bytes_take_varint(struct bytes_cursor *cursor, uint64_t *number)
{
    uint64_t sum = 0;
    const unsigned char *next = cursor->next;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (next == cursor->end)
            return false;
        uint64_t seven = *next & 0x7Fu;
        if (shift == 63 && seven > 1)
            return false;
        sum |= seven << shift;
        if ((*next++ & 0x80u) == 0) {
            cursor->next = next;
            *number = sum;
            return true;
        }
    }
    return false;
}

bool bytes_take_varint32(struct bytes_cursor *cursor, uint32_t *number)
{
    struct bytes_cursor start = *cursor;
    uint64_t wide;
    if (!bytes_take_varint(cursor, &wide))
        return false;
    if (wide > UINT32_MAX) {
        *cursor = start;
        return false;
    }
    *number = (uint32_t)wide;
    return true;
}

bool bytes_take_piece(struct bytes_cursor *cursor, struct bytes_cursor *piece)
{
    struct bytes_cursor start = *cursor;
    uint64_t length;
    const unsigned char *taken = NULL;
    if (bytes_take_varint(cursor, &length) && length <= bytes_left(cursor))
        taken = bytes_take(cursor, (size_t)length);
    if (taken == NULL) {
        *cursor = start;
        return false;
    }
    *piece = bytes_cursor(taken, (size_t)length);
    return true;
}

bool bytes_take_text(struct bytes_cursor *cursor, struct text *text)
{
    struct bytes_cursor piece;
    if (!bytes_take_piece(cursor, &piece))
        return false;
    *text = (struct text){.bytes = (const char *)piece.next, .length = bytes_left(&piece)};
    return true;
}
