/* In: values. Out: a column as formats/trace.md has it.
 * Must hold: what columns_decode makes of it are the same values. */
#include "trace/column_writer.h"

#include <stdbool.h>

#include "trace/bytes_out.h"

enum { encoding_constant = 0, encoding_delta = 16 };

/* What all values of a column have in common. */
struct extent {
    uint64_t least, greatest;
    int64_t fall, rise; /* the least and the greatest step from one value to the next */
};

static struct extent extent_of(const uint64_t *values, size_t count, size_t stride)
{
    struct extent extent = {.least = values[0], .greatest = values[0]};
    for (size_t i = 1; i < count; i++) {
        uint64_t value = values[i * stride];
        int64_t step = (int64_t)(value - values[(i - 1) * stride]);
        extent.least = value < extent.least ? value : extent.least;
        extent.greatest = value > extent.greatest ? value : extent.greatest;
        extent.fall = i == 1 || step < extent.fall ? step : extent.fall;
        extent.rise = i == 1 || step > extent.rise ? step : extent.rise;
    }
    return extent;
}

static unsigned plain_bytes(const struct extent *extent)
{
    uint64_t span = extent->greatest - extent->least;
    return span <= UINT8_MAX ? 1 : span <= UINT16_MAX ? 2 : span <= UINT32_MAX ? 4 : 8;
}

static bool fits(int64_t fall, int64_t rise, unsigned bytes)
{
    int64_t half = (int64_t)1 << (8 * bytes - 1);
    return fall >= -half && rise < half;
}

static unsigned delta_bytes(const struct extent *extent)
{
    for (unsigned bytes = 1; bytes <= 4; bytes *= 2)
        if (fits(extent->fall, extent->rise, bytes))
            return bytes;
    return 8;
}

/* The lowest byte of each number, then the second lowest of each, and so on: of values[first] and those behind it, less
 * `base`, or less the value before where `is_delta`. */
static void add_planes(struct buffer *to, const uint64_t *values, size_t first, size_t count, size_t stride,
                       uint64_t base, bool is_delta, unsigned bytes)
{
    char plane[512];
    for (unsigned shift = 0; shift < 8 * bytes; shift += 8) {
        size_t filled = 0;
        for (size_t i = first; i < count; i++) {
            uint64_t from = is_delta ? values[(i - 1) * stride] : base;
            plane[filled++] = (char)((values[i * stride] - from) >> shift & 0xFF);
            if (filled == sizeof plane || i + 1 == count) {
                buffer_add(to, (struct text){plane, filled});
                filled = 0;
            }
        }
    }
}

void column_write(struct buffer *to, const uint64_t *values, size_t count, size_t stride)
{
    struct extent extent = extent_of(values, count, stride);
    unsigned plain = plain_bytes(&extent);
    unsigned delta = delta_bytes(&extent);
    if (extent.least == extent.greatest) {
        bytes_add(to, encoding_constant, 1);
        bytes_add(to, values[0], 8);
    } else if (plain <= delta) {
        bytes_add(to, plain, 1);
        bytes_add(to, extent.least, 8);
        add_planes(to, values, 0, count, stride, extent.least, false, plain);
    } else {
        bytes_add(to, encoding_delta + delta, 1);
        bytes_add(to, values[0], 8);
        add_planes(to, values, 1, count, stride, 0, true, delta);
    }
}
