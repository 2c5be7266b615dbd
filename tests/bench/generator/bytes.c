/* In: numbers. Out: bytes as formats/trace.md lays them down. Must hold: a column is encoded as the agent encodes it. */
#include "bytes.h"

#include <stdlib.h>
#include <string.h>

#include "sink.h"

unsigned char *bytes_extend(struct bytes *bytes, size_t by)
{
    while (bytes->length + by > bytes->capacity) {
        bytes->capacity = bytes->capacity * 2 + 65536;
        bytes->start = realloc(bytes->start, bytes->capacity);
        if (bytes->start == NULL)
            sink_fail("out of memory");
    }
    bytes->length += by;
    return bytes->start + bytes->length - by;
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->start);
    *bytes = (struct bytes){.length = 0};
}

void bytes_add(struct bytes *bytes, const void *from, size_t length)
{
    if (length != 0)
        memcpy(bytes_extend(bytes, length), from, length);
}

void bytes_add_little(struct bytes *bytes, uint64_t number, unsigned width)
{
    unsigned char *to = bytes_extend(bytes, width);
    for (unsigned i = 0; i < width; i++)
        to[i] = (unsigned char)(number >> 8 * i);
}

void bytes_add_varint(struct bytes *bytes, uint64_t number)
{
    for (; number > 0x7f; number >>= 7)
        bytes_add_little(bytes, (number & 0x7f) | 0x80, 1);
    bytes_add_little(bytes, number, 1);
}

void bytes_add_text(struct bytes *bytes, const char *text)
{
    bytes_add_varint(bytes, strlen(text));
    bytes_add(bytes, text, strlen(text));
}

static unsigned unsigned_width(uint64_t span)
{
    return span < UINT64_C(1) << 8 ? 1 : span < UINT64_C(1) << 16 ? 2 : span < UINT64_C(1) << 32 ? 4 : 8;
}

/* Of numbers modulo 2^64, taken as signed ones. */
static unsigned delta_width(const uint64_t *column, size_t count)
{
    uint64_t reach = 0; /* the sign folded away */
    for (size_t i = 1; i < count; i++) {
        uint64_t step = column[i] - column[i - 1];
        reach |= step >> 63 != 0 ? ~step : step;
    }
    return reach < UINT64_C(1) << 7 ? 1 : reach < UINT64_C(1) << 15 ? 2 : reach < UINT64_C(1) << 31 ? 4 : 8;
}

static void add_plane(unsigned char *to, const uint64_t *column, size_t count, uint64_t base, unsigned shift)
{
    for (size_t i = 0; i < count; i++)
        to[i] = (unsigned char)((column[i] - base) >> shift);
}

static void add_delta_plane(unsigned char *to, const uint64_t *column, size_t count, unsigned shift)
{
    for (size_t i = 1; i < count; i++)
        to[i - 1] = (unsigned char)((column[i] - column[i - 1]) >> shift);
}

void bytes_add_column(struct bytes *bytes, const uint64_t *column, size_t count)
{
    uint64_t low = UINT64_MAX, high = 0;
    for (size_t i = 0; i < count; i++) {
        low = column[i] < low ? column[i] : low;
        high = column[i] > high ? column[i] : high;
    }
    unsigned plain = low == high ? 0 : unsigned_width(high - low);
    unsigned delta = plain > 1 && count > 2 ? delta_width(column, count) : 8;
    bool is_delta = plain > 1 && delta < plain;
    if (plain == 8)
        low = 0;
    bytes_add_little(bytes, is_delta ? 16 + delta : plain, 1);
    bytes_add_little(bytes, is_delta ? column[0] : low, 8);
    for (unsigned shift = 0; is_delta && shift < 8 * delta; shift += 8)
        add_delta_plane(bytes_extend(bytes, count - 1), column, count, shift);
    for (unsigned shift = 0; !is_delta && shift < 8 * plain; shift += 8)
        add_plane(bytes_extend(bytes, count), column, count, low, shift);
}
