/* In: what kind of run, how large, a seed and a file's name. Out: the file.
 *
 *     generate mixed|steady|short|forgotten trace|std EVENTS CALLS SEED FILE
 *     generate cells trace CELLS 0 SEED FILE
 *
 * mixed: workers that do all that programs do. steady: the same with few entries, each of which has soon been written by as many as
 * are remembered: what lives after 10^7 events is what lives after 10^8. short: steps of one short call each. forgotten: the same, and nobody
 * waits for anybody. Each worker makes CALLS calls. The same words give the same bytes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "play.h"

void sink_fail(const char *what)
{
    fprintf(stderr, "generate: %s\n", what);
    exit(2);
}

void *sink_memory(size_t count, size_t bytes_each)
{
    void *memory = calloc(count, bytes_each);
    if (memory == NULL)
        sink_fail("out of memory");
    return memory;
}

static uint64_t number(const char *word)
{
    char *end;
    errno = 0;
    uint64_t taken = strtoull(word, &end, 10);
    if (errno != 0 || *word < '0' || *word > '9' || *end != '\0')
        sink_fail("a number is wanted");
    return taken;
}

static void generate(struct sink *sink, const char *kind, bool is_std, uint64_t size, uint64_t calls,
                     uint64_t seed)
{
    struct play_profile profile = {
        .calls = calls > 0 ? (uint32_t)calls : 1,
        .keys = strcmp(kind, "steady") == 0 ? play_keys_steady : play_keys,
        .is_short = strcmp(kind, "mixed") != 0 && strcmp(kind, "steady") != 0,
        .is_joined = strcmp(kind, "forgotten") != 0,
        .is_guarded = is_std,
    };
    if (strcmp(kind, "cells") == 0)
        play_cells(sink, seed, size);
    else if (!profile.is_short || !profile.is_joined || strcmp(kind, "short") == 0)
        play_run(sink, profile, seed, size);
    else
        sink_fail("there is no such kind of run");
}

int main(int argc, char **argv)
{
    if (argc != 7)
        sink_fail("KIND trace|std SIZE CALLS SEED FILE are wanted");
    bool is_std = strcmp(argv[2], "std") == 0;
    FILE *file = fopen(argv[6], "wb");
    if (file == NULL)
        sink_fail(strerror(errno));
    struct sink *sink = is_std ? sink_open_std(file) : sink_open_trace(file);
    generate(sink, argv[1], is_std, number(argv[3]), number(argv[4]), number(argv[5]));
    sink->close(sink);
    if (fclose(file) != 0)
        sink_fail(strerror(errno));
    return 0;
}
