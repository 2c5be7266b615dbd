/* In: a deflated payload. Out: its bytes, by zlib. Not built where there is inflate_libdeflate.c.
 * Must hold: as inflate.h says; not a byte behind the end of the stream is passed over. */
#include "trace/inflate.h"

#include <stdlib.h>
#include <zlib.h>

void inflater_init(struct inflater *inflater)
{
    inflater->state = NULL;
}

void inflater_fini(struct inflater *inflater)
{
    z_stream *stream = inflater->state;
    if (stream != NULL)
        inflateEnd(stream);
    free(stream);
    inflater->state = NULL;
}

/* The stream, ready to begin; NULL: no memory. */
static z_stream *open_stream(struct inflater *inflater)
{
    z_stream *stream = inflater->state;
    if (stream != NULL)
        return inflateReset(stream) == Z_OK ? stream : NULL;
    stream = calloc(1, sizeof *stream);
    if (stream == NULL || inflateInit(stream) != Z_OK) {
        free(stream);
        return NULL;
    }
    inflater->state = stream;
    return stream;
}

enum status inflater_run(struct inflater *inflater, const unsigned char *stored, size_t stored_bytes,
                         unsigned char *inflated, size_t inflated_bytes)
{
    unsigned char nothing;
    z_stream *stream = open_stream(inflater);
    if (stream == NULL)
        return STATUS_NOMEM;
    stream->next_in = (z_const Bytef *)stored;
    stream->avail_in = (uInt)stored_bytes;
    stream->next_out = inflated_bytes != 0 ? inflated : &nothing;
    stream->avail_out = (uInt)inflated_bytes;
    int result = inflate(stream, Z_FINISH);
    if (result == Z_MEM_ERROR)
        return STATUS_NOMEM;
    return result == Z_STREAM_END && stream->avail_in == 0 && stream->avail_out == 0 ? STATUS_OK
                                                                                     : STATUS_BAD_INPUT;
}

uint32_t inflate_crc32(const unsigned char *bytes, size_t length)
{
    return (uint32_t)crc32_z(0, bytes, length);
}

const char *inflate_library(void)
{
    return "zlib " ZLIB_VERSION;
}
