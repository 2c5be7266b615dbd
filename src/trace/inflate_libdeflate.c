/* In: a deflated payload. Out: its bytes, by libdeflate. Built where CMake finds it, in place of inflate_zlib.c.
 * Must hold: as inflate.h says; not a byte behind the end of the stream is passed over. */
#include "trace/inflate.h"

#include <libdeflate.h>

void inflater_init(struct inflater *inflater)
{
    inflater->state = NULL;
}

void inflater_fini(struct inflater *inflater)
{
    if (inflater->state != NULL)
        libdeflate_free_decompressor(inflater->state);
    inflater->state = NULL;
}

enum status inflater_run(struct inflater *inflater, const unsigned char *stored, size_t stored_bytes,
                         unsigned char *inflated, size_t inflated_bytes)
{
    size_t taken_bytes = 0;
    if (inflater->state == NULL)
        inflater->state = libdeflate_alloc_decompressor();
    if (inflater->state == NULL)
        return STATUS_NOMEM;
    enum libdeflate_result result = libdeflate_zlib_decompress_ex(
        inflater->state, stored, stored_bytes, inflated, inflated_bytes, &taken_bytes, NULL);
    return result == LIBDEFLATE_SUCCESS && taken_bytes == stored_bytes ? STATUS_OK : STATUS_BAD_INPUT;
}

uint32_t inflate_crc32(const unsigned char *bytes, size_t length)
{
    return libdeflate_crc32(0, bytes, length);
}

const char *inflate_library(void)
{
    return "libdeflate " LIBDEFLATE_VERSION_STRING;
}
