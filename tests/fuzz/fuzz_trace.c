/* Damages traces at random and analyzes them, for as long as it is told to. In: traces. Out: nothing, or a crash.
 *
 *     fuzz_trace SECONDS LAST SEED.srt...
 *
 * A frame's content is changed where it is inflated, and its checksums are made right again, so that what is broken
 * gets past the frames into the tables, the columns and the replay. The same seeds give the same files in the same
 * order. A process of its own analyzes many of them, so that leaks show at its end, too; when it ends badly they are
 * gone through again one by one, and what did it is left in LAST. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/limits.h"
#include "base/vector.h"
#include "detect/analysis.h"
#include "trace/bytes.h"
#include "trace/frame.h"
#include "trace/reader.h"

enum { frames_max = 64, changes_max = 6, insert_bytes_max = 40, batch_files = 250 };

struct piece {
    struct frame_header header;
    unsigned char *payload;
};

struct seed {
    unsigned char file_header[header_bytes];
    struct piece pieces[frames_max];
    size_t piece_count;
};

struct file {
    VECTOR(unsigned char) content;
};

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* ---- seeds ---- */

static bool load_seed(struct seed *seed, const char *path)
{
    struct frame_reader reader;
    struct frame frame;
    struct diag diag = DIAG_NONE;
    FILE *file = fopen(path, "rb");
    bool loaded = file != NULL && fread(seed->file_header, 1, header_bytes, file) == header_bytes;
    if (file != NULL)
        fclose(file);
    loaded = frame_reader_init(&reader, path, NULL, &diag) == STATUS_OK && loaded;
    seed->piece_count = 0;
    while (loaded && seed->piece_count < frames_max &&
           frame_reader_next(&reader, &frame, &diag) == STATUS_OK) {
        struct piece *piece = &seed->pieces[seed->piece_count++];
        piece->header = frame.header;
        piece->payload = must(malloc(frame.header.inflated_bytes + 1));
        memcpy(piece->payload, frame.payload, frame.header.inflated_bytes);
    }
    frame_reader_fini(&reader);
    return loaded;
}

static void release_seed(struct seed *seed)
{
    for (size_t i = 0; i < seed->piece_count; i++)
        free(seed->pieces[i].payload);
}

/* ---- damage ---- */

static void change_bytes(unsigned char *bytes, size_t length, uint64_t *random)
{
    static const unsigned char telling[] = {0, 1, 2, 3, 4, 5, 8, 16, 24, 0x7F, 0x80, 0xFE, 0xFF};
    size_t at = next_random(random) % length;
    switch (next_random(random) % 4) {
    case 0:
        bytes[at] ^= (unsigned char)(1u << next_random(random) % 8);
        break;
    case 1:
        bytes[at] = telling[next_random(random) % sizeof telling];
        break;
    case 2:
        bytes[at] = (unsigned char)next_random(random);
        break;
    default: {
        size_t from = next_random(random) % length;
        size_t room = length - (at > from ? at : from);
        memmove(bytes + at, bytes + from, next_random(random) % (room + 1));
    }
    }
}

/* Takes some bytes out of the middle, or doubles them. */
static unsigned char *change_length(unsigned char *bytes, size_t *length, uint64_t *random)
{
    size_t at = next_random(random) % (*length + 1);
    size_t span = next_random(random) % insert_bytes_max;
    if (span > *length - at)
        span = *length - at;
    if (next_random(random) % 2 == 0) {
        memmove(bytes + at, bytes + at + span, *length - at - span);
        *length -= span;
        return bytes;
    }
    if (*length + span > frame_inflated_bytes_max)
        return bytes;
    bytes = must(realloc(bytes, *length + span + 1));
    memmove(bytes + at + span, bytes + at, *length - at);
    *length += span;
    return bytes;
}

static void put(struct file *file, const void *bytes, size_t length)
{
    if (VECTOR_RESERVE(&file->content, file->content.count + length) != STATUS_OK)
        abort();
    if (length != 0)
        memcpy(file->content.items + file->content.count, bytes, length);
    file->content.count += length;
}

static void put_u32(unsigned char *to, uint32_t number)
{
    for (size_t i = 0; i < 4; i++)
        to[i] = (unsigned char)(number >> (8 * i));
}

static void put_frame(struct file *file, const struct frame_header *frame, const unsigned char *payload,
                      size_t length)
{
    unsigned char header[frame_header_bytes] = {'S', 'R', 'F', 'R', frame->kind, 0};
    put_u32(header + 8, frame->number);
    put_u32(header + 12, (uint32_t)length);
    put_u32(header + 16, (uint32_t)length);
    put_u32(header + 20, (uint32_t)crc32(0, payload, (uInt)length));
    put_u32(header + 24, frame->event_count);
    put_u32(header + 28, (uint32_t)crc32(0, header, 28));
    put(file, header, sizeof header);
    put(file, payload, length);
}

static void put_damaged_frame(struct file *file, const struct piece *piece, uint64_t *random)
{
    struct frame_header header = piece->header;
    size_t length = header.inflated_bytes;
    unsigned char *payload = must(malloc(length + 1));
    memcpy(payload, piece->payload, length);
    for (uint64_t left = next_random(random) % changes_max; left > 0; left--)
        if (length != 0 && next_random(random) % 8 != 0)
            change_bytes(payload, length, random);
        else
            payload = change_length(payload, &length, random);
    if (next_random(random) % 16 == 0)
        header.event_count += (uint32_t)(next_random(random) % 3) - 1;
    put_frame(file, &header, payload, length);
    free(payload);
}

/* Some frames are damaged, some left out, some come again. */
static void make_file(struct file *file, const struct seed *seed, uint64_t *random)
{
    file->content.count = 0;
    put(file, seed->file_header, header_bytes);
    for (size_t i = 0; i < seed->piece_count; i++) {
        const struct piece *piece = &seed->pieces[i];
        uint64_t fate = next_random(random) % 16;
        if (fate < 6)
            put_damaged_frame(file, piece, random);
        else if (fate < 15)
            put_frame(file, &piece->header, piece->payload, piece->header.inflated_bytes);
        if (fate == 14)
            put_damaged_frame(file, &seed->pieces[next_random(random) % seed->piece_count], random);
    }
    if (next_random(random) % 8 == 0)
        change_bytes(file->content.items, file->content.count, random);
}

/* ---- the run ---- */

static void write_file(const struct file *file, const char *path)
{
    FILE *to = fopen(path, "wb");
    if (to == NULL || fwrite(file->content.items, 1, file->content.count, to) != file->content.count ||
        fclose(to) != 0) {
        perror(path);
        exit(2);
    }
}

static void analyze(const char *path)
{
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    struct finding_list list;
    struct analysis_totals totals;
    const struct analysis_options options = {.progress = NULL};
    finding_list_init(&list);
    if (trace_open(&trace, path, &diag) == STATUS_OK) {
        enum status status = analysis_run(trace, &options, &list, &totals, &diag);
        if (status == STATUS_OK && finding_list_finish(&list, &diag) != STATUS_OK)
            diag_print(&diag, stderr);
        trace_close(trace);
    }
    finding_list_fini(&list);
}

struct fuzz {
    const struct seed *seeds;
    size_t seed_count;
    const char *last; /* where each file is written to */
    struct file file;
};

/* Makes the next files, and analyzes them unless told otherwise. */
static void run_files(struct fuzz *fuzz, uint64_t *random, size_t count, bool analyzed)
{
    for (size_t i = 0; i < count; i++) {
        make_file(&fuzz->file, &fuzz->seeds[next_random(random) % fuzz->seed_count], random);
        if (analyzed) {
            write_file(&fuzz->file, fuzz->last);
            analyze(fuzz->last);
        }
    }
}

/* The same in a process of its own. Whether that ended well; quietly so, if it need not be told twice. */
static bool run_apart(struct fuzz *fuzz, uint64_t random, size_t count, bool quiet)
{
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (quiet && freopen("/dev/null", "w", stderr) == NULL)
            exit(2);
        run_files(fuzz, &random, count, true);
        VECTOR_FINI(&fuzz->file.content);
        exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* Finds the one among the next files that does it, and leaves it in LAST. */
static void find_culprit(struct fuzz *fuzz, uint64_t random)
{
    for (size_t i = 0; i < batch_files; i++) {
        if (!run_apart(fuzz, random, 1, false)) {
            printf("this one is %s\n", fuzz->last);
            return;
        }
        run_files(fuzz, &random, 1, false);
    }
    puts("none of them does it alone");
}

static int run_fuzz(struct fuzz *fuzz, long seconds)
{
    uint64_t random = 0x9E3779B97F4A7C15ull, runs = 0;
    for (time_t end = time(NULL) + seconds; time(NULL) < end; runs += batch_files) {
        if (!run_apart(fuzz, random, batch_files, true)) {
            find_culprit(fuzz, random);
            return 1;
        }
        run_files(fuzz, &random, batch_files, false);
    }
    printf("%" PRIu64 " damaged traces analyzed\n", runs);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: fuzz_trace SECONDS LAST SEED.srt...\n", stderr);
        return 2;
    }
    struct seed *seeds = must(calloc((size_t)argc, sizeof *seeds));
    size_t seed_count = 0;
    for (int i = 3; i < argc; i++)
        if (load_seed(&seeds[seed_count], argv[i]))
            seed_count++;
    if (seed_count == 0) {
        fputs("fuzz_trace: none of the seeds is a trace\n", stderr);
        return 2;
    }
    struct fuzz fuzz = {.seeds = seeds, .seed_count = seed_count, .last = argv[2]};
    int exit_status = run_fuzz(&fuzz, strtol(argv[1], NULL, 10));
    VECTOR_FINI(&fuzz.file.content);
    for (size_t i = 0; i < seed_count; i++)
        release_seed(&seeds[i]);
    free(seeds);
    return exit_status;
}
