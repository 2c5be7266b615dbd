/* In: an encoded column. Out: its values.
 * Must hold: nothing is read beyond the cursor; sums are modulo 2^64, as the format says. */
#include "trace/columns.h"

enum { encoding_constant = 0, encoding_plain_max = 8, encoding_delta = 16 };

/* Number i of `count` that are stored by plane. */
static inline uint64_t planar(const unsigned char *planes, size_t count, size_t width, size_t i)
{
    uint64_t number = 0;
    for (size_t plane = 0; plane < width; plane++)
        number |= (uint64_t)planes[plane * count + i] << (8 * plane);
    return number;
}

static inline void decode_plain(const unsigned char *planes, size_t count, size_t width, uint64_t base,
                                uint64_t *values, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        values[i * stride] = base + planar(planes, count, width, i);
}

static inline void decode_delta(const unsigned char *planes, size_t count, size_t width, uint64_t first,
                                uint64_t *values, size_t stride)
{
    uint64_t sign = (uint64_t)1 << (8 * width - 1);
    uint64_t value = first;
    values[0] = first;
    for (size_t i = 0; i + 1 < count; i++) {
        value += (planar(planes, count - 1, width, i) ^ sign) - sign;
        values[(i + 1) * stride] = value;
    }
}

/* The widths are spelt out so that the compiler makes a tight loop of each. */
static void decode(uint8_t encoding, const unsigned char *planes, size_t count, uint64_t base,
                   uint64_t *values, size_t stride)
{
    switch (encoding) {
    case encoding_constant:
        for (size_t i = 0; i < count; i++)
            values[i * stride] = base;
        break;
    case 1:
        decode_plain(planes, count, 1, base, values, stride);
        break;
    case 2:
        decode_plain(planes, count, 2, base, values, stride);
        break;
    case 4:
        decode_plain(planes, count, 4, base, values, stride);
        break;
    case 8:
        decode_plain(planes, count, 8, base, values, stride);
        break;
    case encoding_delta + 1:
        decode_delta(planes, count, 1, base, values, stride);
        break;
    case encoding_delta + 2:
        decode_delta(planes, count, 2, base, values, stride);
        break;
    case encoding_delta + 4:
        decode_delta(planes, count, 4, base, values, stride);
        break;
    default:
        decode_delta(planes, count, 8, base, values, stride);
        break;
    }
}

/* Bytes that each number of this encoding takes; false when there is no such encoding. */
static bool width_of(uint8_t encoding, size_t *width)
{
    *width = encoding & (encoding_delta - 1);
    if (encoding == encoding_constant)
        return true;
    return encoding <= encoding_delta + encoding_plain_max &&
           (*width == 1 || *width == 2 || *width == 4 || *width == 8);
}

bool columns_decode(struct bytes_cursor *cursor, size_t count, uint64_t *values, size_t stride)
{
    uint8_t encoding;
    uint64_t base;
    size_t width;
    if (!bytes_take_u8(cursor, &encoding) || !width_of(encoding, &width) || !bytes_take_u64(cursor, &base))
        return false;
    size_t stored = encoding > encoding_delta && count > 0 ? count - 1 : count;
    if (width != 0 && stored > bytes_left(cursor) / width)
        return false;
    const unsigned char *planes = bytes_take(cursor, stored * width);
    if (planes != NULL && values != NULL && count > 0)
        decode(encoding, planes, count, base, values, stride);
    return planes != NULL;
}
