/* Memory of every size is aligned, stays where it is, and is its owner's alone. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

enum { pieces_max = 3000 };

static size_t bytes_of(size_t i)
{
    return i % 100 == 99 ? 40000 + i : i % 70;
}

static void test_pieces_keep_their_content(void **state)
{
    (void)state;
    struct arena arena;
    static unsigned char *pieces[pieces_max];
    arena_init(&arena, 0);
    for (size_t i = 0; i < pieces_max; i++) {
        pieces[i] = arena_alloc(&arena, bytes_of(i));
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        memset(pieces[i], (int)(i % 251), bytes_of(i));
    }
    for (size_t i = 0; i < pieces_max; i++)
        for (size_t j = 0; j < bytes_of(i); j++)
            assert_int_equal(pieces[i][j], i % 251);
    arena_fini(&arena);
}

static void test_the_bound_holds(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 200000);
    size_t given = 0;
    while (arena_alloc(&arena, 100) != NULL)
        given += 100;
    assert_in_range(given, 100000, 200000);
    assert_null(arena_alloc(&arena, 150000));
    assert_in_range(arena.used_bytes, given, 200000);
    arena_fini(&arena);
    assert_non_null(arena_alloc(&arena, 100));
    arena_fini(&arena);
}

static void test_sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_null(arena_alloc(&arena, PTRDIFF_MAX));
    assert_null(arena_calloc(&arena, SIZE_MAX / 2, 4));
    assert_null(arena_text(&arena, (struct text){.bytes = "", .length = SIZE_MAX}).bytes);
    arena_fini(&arena);
}

static void test_copies_end_with_a_zero(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct text copy = arena_text(&arena, (struct text){.bytes = "abcdef", .length = 3});
    assert_int_equal(copy.length, 3);
    assert_string_equal(copy.bytes, "abc");
    assert_string_equal(arena_text(&arena, TEXT_NONE).bytes, "");
    const unsigned char *zeros = arena_calloc(&arena, 50, 3);
    for (size_t i = 0; i < 150; i++)
        assert_int_equal(zeros[i], 0);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_keep_their_content),
        cmocka_unit_test(test_the_bound_holds),
        cmocka_unit_test(test_sizes_that_overflow_are_refused),
        cmocka_unit_test(test_copies_end_with_a_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
