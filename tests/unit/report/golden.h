/* Reports compared with the files in golden/. STALEREAD_UPDATE_GOLDEN=1 writes the files instead. */
#ifndef STALEREAD_TESTS_REPORT_GOLDEN_H
#define STALEREAD_TESTS_REPORT_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buffer.h"

enum { golden_file_bytes_max = 1 << 20 };

/* golden/NAME beside this file. */
static inline FILE *golden_open(const char *name, const char *mode)
{
    char path[4096];
    const char *slash = strrchr(__FILE__, '/');
    assert_non_null(slash);
    snprintf(path, sizeof path, "%.*s/golden/%s", (int)(slash - __FILE__), __FILE__, name);
    FILE *file = fopen(path, mode);
    if (file == NULL)
        fail_msg("%s cannot be opened", path);
    return file;
}

static inline void golden_check(const struct buffer *report, const char *name)
{
    if (getenv("STALEREAD_UPDATE_GOLDEN") != NULL) {
        FILE *file = golden_open(name, "wb");
        assert_int_equal(buffer_write(report, file), STATUS_OK);
        assert_int_equal(fclose(file), 0);
        return;
    }
    static char expected[golden_file_bytes_max];
    FILE *file = golden_open(name, "rb");
    size_t length = fread(expected, 1, sizeof expected - 1, file);
    fclose(file);
    expected[length] = '\0';
    assert_string_equal(buffer_string(report), expected);
}

#endif
