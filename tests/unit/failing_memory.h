/* Allocators of which one call fails, the one after so many others. A program whose test is called test_no_memory is linked with the objects of
 * the whole program, so that the linker can put these in place of theirs (CMakeLists.txt). Once in each program. */
#ifndef STALEREAD_TESTS_FAILING_MEMORY_H
#define STALEREAD_TESTS_FAILING_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* How many allocations go well before one fails; SIZE_MAX: none does. */
static size_t until_failure = SIZE_MAX;
static int has_failed;

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes_each);
void *__real_realloc(void *items, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes_each);
void *__wrap_realloc(void *items, size_t bytes);

static int fails(void)
{
    if (until_failure-- != 0)
        return 0;
    has_failed = 1;
    return 1;
}

void *__wrap_malloc(size_t bytes)
{
    return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes_each)
{
    return fails() ? NULL : __real_calloc(count, bytes_each);
}

void *__wrap_realloc(void *items, size_t bytes)
{
    return fails() ? NULL : __real_realloc(items, bytes);
}

#endif
