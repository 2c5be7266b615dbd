/* In: a trace. Out: how long zlib alone takes to inflate its frames, in seconds, and how many bytes come out.
 * Must hold: nothing is measured but zlib: the file is in memory before. For good traces only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

enum { file_header_bytes = 32, frame_header_bytes = 32, inflated_bytes_max = 1048576, codec_zlib = 1 };

static void fail(const char *what)
{
    fprintf(stderr, "inflate: %s\n", what);
    exit(2);
}

static unsigned char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        fail("the file cannot be read");
    *length = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*length + 1);
    if (bytes == NULL || fread(bytes, 1, *length, file) != *length)
        fail("the file cannot be read");
    fclose(file);
    return bytes;
}

static size_t number_at(const unsigned char *bytes)
{
    return (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 24;
}

/* The bytes that come out of all frames. */
static size_t inflate_frames(const unsigned char *bytes, size_t length)
{
    static unsigned char inflated[inflated_bytes_max];
    size_t all = 0;
    for (size_t at = file_header_bytes; at + frame_header_bytes <= length;) {
        uLongf size = sizeof inflated;
        size_t stored = number_at(bytes + at + 16);
        if (bytes[at + 5] == codec_zlib &&
            uncompress(inflated, &size, bytes + at + frame_header_bytes, stored) != Z_OK)
            fail("a frame does not inflate");
        all += number_at(bytes + at + 12);
        at += frame_header_bytes + stored;
    }
    return all;
}

int main(int argc, char **argv)
{
    size_t length;
    if (argc != 2)
        fail("a trace is wanted");
    unsigned char *bytes = read_file(argv[1], &length);
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    size_t all = inflate_frames(bytes, length);
    clock_gettime(CLOCK_MONOTONIC, &after);
    double seconds = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    printf("%.6f %zu\n", seconds, all);
    free(bytes);
    return 0;
}
