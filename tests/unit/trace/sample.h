/* Committed traces in memory, and what reading a file comes to in one number. */
#ifndef STALEREAD_UNIT_TRACE_SAMPLE_H
#define STALEREAD_UNIT_TRACE_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/map.h"
#include "trace/reader.h"

struct sample {
    unsigned char *bytes;
    size_t length;
};

static inline struct sample sample_load(const char *path)
{
    struct sample sample = {.length = 0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long length = ftell(file);
    assert_true(length >= 0);
    rewind(file);
    sample.bytes = malloc((size_t)length + 1);
    assert_non_null(sample.bytes);
    sample.length = fread(sample.bytes, 1, (size_t)length, file);
    assert_int_equal(sample.length, length);
    fclose(file);
    return sample;
}

/* A file that is gone when the test ends. The descriptor writes to it, `path` opens it. */
static inline int sample_open(char *path, size_t path_bytes)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    int descriptor = fileno(file);
    snprintf(path, path_bytes, "/proc/self/fd/%d", descriptor);
    return descriptor;
}

static inline uint64_t sample_mix_event(uint64_t sum, const struct event *event)
{
    sum = map_mix(sum, (uint64_t)event->kind << 32 | event->thread);
    sum = map_mix(sum, event->number << 1 | event->is_state);
    for (size_t i = 0; i < event->field_count; i++)
        sum = map_mix(sum, event->field[i]);
    return sum;
}

#endif
