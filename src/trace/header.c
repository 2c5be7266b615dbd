/* In: the first bytes of a file. Out: what they say, or a sentence on why this is no trace that we can read.
 * Must hold: nothing but the magic is believed before the checksum is right. */
#include "trace/header.h"

#include <string.h>
#include <zlib.h>

#include "trace/bytes.h"
#include "trace/bytes_out.h"

static const unsigned char magic[8] = {0x89, 'S', 'R', 'T', '\r', '\n', 0x1A, '\n'};

enum { checked_bytes = 28 };

static enum status check(const unsigned char *bytes, size_t length, struct diag *diag)
{
    size_t compared = length < sizeof magic ? length : sizeof magic;
    if (length == 0)
        return diag_set(diag, STATUS_BAD_INPUT, "the file is empty: nothing was recorded in it");
    if (memcmp(bytes, magic, compared) != 0)
        return diag_set(diag, STATUS_BAD_INPUT,
                        "this is no trace of staleread; record one with `staleread record`");
    if (length < header_bytes)
        return diag_set(diag, STATUS_BAD_INPUT,
                        "the file stops inside its header: nothing was recorded in it");
    if (crc32(0, bytes, checked_bytes) != bytes_u32(bytes + checked_bytes))
        return diag_set(diag, STATUS_BAD_INPUT, "the header is damaged and no frame follows it");
    return STATUS_OK;
}

enum status header_parse(const unsigned char *bytes, size_t length, struct header *header, struct diag *diag)
{
    enum status status = check(bytes, length, diag);
    if (status != STATUS_OK)
        return status;
    *header = (struct header){
        .major = bytes_u16(bytes + 8),
        .minor = bytes_u16(bytes + 10),
        .process = bytes_u32(bytes + 12),
        .start_nanoseconds = bytes_u64(bytes + 16),
        .flags = bytes_u32(bytes + 24),
    };
    if (header->major > header_major)
        return diag_set(
            diag, STATUS_UNSUPPORTED,
            "the trace has format version %u.%u, this program reads up to %d.x; use a newer staleread",
            header->major, header->minor, header_major);
    if (header->major < header_major)
        return diag_set(diag, STATUS_UNSUPPORTED, "the trace has format version %u.%u, which there never was",
                        header->major, header->minor);
    if ((header->flags & ~(uint32_t)HEADER_RING) != 0)
        return diag_set(diag, STATUS_UNSUPPORTED,
                        "the trace is of a kind that this program does not know; use a newer staleread");
    return STATUS_OK;
}

void header_write(const struct header *header, unsigned char bytes[static header_bytes])
{
    memcpy(bytes, magic, sizeof magic);
    bytes_store(bytes + 8, header->major, 2);
    bytes_store(bytes + 10, header->minor, 2);
    bytes_store(bytes + 12, header->process, 4);
    bytes_store(bytes + 16, header->start_nanoseconds, 8);
    bytes_store(bytes + 24, header->flags, 4);
    bytes_store(bytes + checked_bytes, crc32(0, bytes, checked_bytes), 4);
}
