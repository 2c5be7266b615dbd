/* Damages reports at random and reads them as baselines, for as long as it is told to. In: JSON reports. Out: nothing,
 * or a crash.
 *
 *     fuzz_baseline SECONDS LAST SEED.json...
 *
 * What is being read stands in LAST, so that a crash leaves it there. The same seeds give the same files in the same
 * order. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/baseline.h"

enum { content_bytes_max = 1 << 16, changes_max = 8, piece_bytes_max = 64 };

struct content {
    char bytes[content_bytes_max + 1];
    size_t length;
};

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* As much of a file as there is room for. */
static void load(struct content *content, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    content->length = fread(content->bytes, 1, content_bytes_max, file);
    fclose(file);
}

/* One change: a byte, a telling piece of text, a piece taken out, a piece doubled. */
static void change(struct content *content, uint64_t *random)
{
    static const char *const pieces[] = {"\"",
                                         "\\",
                                         "[[[[",
                                         "{",
                                         "}",
                                         "]",
                                         ",",
                                         ":",
                                         "null",
                                         "1e999",
                                         "\\u0",
                                         "\\ud800",
                                         "SR-0",
                                         "\"id\":",
                                         "\"findings\":",
                                         "\"schema\":\"staleread-report/",
                                         "-",
                                         "\xFF"};
    size_t at = next_random(random) % (content->length + 1);
    size_t rest = content->length - at;
    size_t span = next_random(random) % piece_bytes_max;
    span = span < rest ? span : rest;
    if (next_random(random) % 4 == 0) {
        memmove(content->bytes + at, content->bytes + at + span, rest - span);
        content->length -= span;
        return;
    }
    const char *piece = pieces[next_random(random) % (sizeof pieces / sizeof *pieces)];
    size_t length = strlen(piece);
    if (content->length + length > content_bytes_max)
        return;
    memmove(content->bytes + at + length, content->bytes + at, rest);
    memcpy(content->bytes + at, piece, length);
    content->length += length;
}

static void keep(const struct content *content, const char *path)
{
    FILE *to = fopen(path, "wb");
    if (to == NULL || fwrite(content->bytes, 1, content->length, to) != content->length || fclose(to) != 0) {
        perror(path);
        exit(2);
    }
}

/* Whether it was taken for a report. In memory of its own size, so that a byte too far is seen. */
static int read_once(const struct content *content)
{
    struct baseline baseline;
    struct diag diag = DIAG_NONE;
    char *exact = malloc(content->length + 1);
    if (exact == NULL)
        abort();
    memcpy(exact, content->bytes, content->length);
    exact[content->length] = '\0';
    baseline_init(&baseline);
    enum status status = baseline_read(&baseline, (struct text){exact, content->length}, &diag);
    if (status != STATUS_OK && diag.message[0] == '\0')
        abort();
    baseline_fini(&baseline);
    free(exact);
    return status == STATUS_OK;
}

int main(int argc, char **argv)
{
    static struct content content;
    uint64_t random = 0x9E3779B97F4A7C15ull, runs = 0, taken = 0;
    if (argc < 4) {
        fputs("usage: fuzz_baseline SECONDS LAST SEED.json...\n", stderr);
        return 2;
    }
    for (time_t end = time(NULL) + strtol(argv[1], NULL, 10); time(NULL) < end; runs++) {
        load(&content, argv[3 + next_random(&random) % (uint64_t)(argc - 3)]);
        for (uint64_t left = next_random(&random) % changes_max; left > 0; left--)
            change(&content, &random);
        keep(&content, argv[2]);
        taken += (uint64_t)read_once(&content);
    }
    printf("%" PRIu64 " damaged reports read, %" PRIu64 " of them still whole\n", runs, taken);
    return 0;
}
