/* Pieces of a heap are apart from each other, come back, keep their content when they grow, and are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap.h"

enum { pieces_max = 5000 };

static size_t bytes_of(size_t i)
{
    return 1 + i % 1500;
}

static void assert_content(const unsigned char *piece, size_t i, size_t bytes)
{
    for (size_t j = 0; j < bytes; j++)
        assert_int_equal(piece[j], i % 251);
}

static void test_pieces_are_apart(void **state)
{
    (void)state;
    struct heap heap;
    static unsigned char *pieces[pieces_max];
    heap_init(&heap);
    for (size_t i = 0; i < pieces_max; i++) {
        pieces[i] = heap_take(&heap, bytes_of(i));
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % heap_unit_bytes, 0);
        memset(pieces[i], (int)(i % 251), bytes_of(i));
    }
    for (size_t i = 0; i < pieces_max; i += 2)
        heap_give(&heap, pieces[i], bytes_of(i));
    for (size_t i = 0; i < pieces_max; i += 2) {
        pieces[i] = heap_take(&heap, bytes_of(i));
        assert_non_null(pieces[i]);
        memset(pieces[i], (int)(i % 251), bytes_of(i));
    }
    for (size_t i = 0; i < pieces_max; i++) {
        assert_content(pieces[i], i, bytes_of(i));
        heap_give(&heap, pieces[i], bytes_of(i));
    }
    assert_int_equal(heap.used_bytes, 0);
    heap_fini(&heap);
}

static void test_what_is_used_is_counted(void **state)
{
    (void)state;
    struct heap heap;
    heap_init(&heap);
    void *small = heap_take(&heap, 20), *large = heap_take(&heap, 5000);
    assert_non_null(small);
    assert_non_null(large);
    assert_int_equal(heap.used_bytes, 32 + 5008); /* in units */
    heap_give(&heap, small, 20);
    assert_int_equal(heap.used_bytes, 5008);
    heap_give(&heap, large, 5000);
    heap_give(&heap, NULL, 20);
    assert_int_equal(heap.used_bytes, 0);
    heap_fini(&heap);
}

static void test_a_piece_grows(void **state)
{
    (void)state;
    struct heap heap;
    size_t bytes = 0;
    unsigned char *piece = NULL;
    heap_init(&heap);
    for (size_t grown_bytes = 8; grown_bytes < 10000; grown_bytes *= 3) {
        piece = heap_grow(&heap, piece, bytes, grown_bytes);
        assert_non_null(piece);
        assert_content(piece, 7, bytes);
        memset(piece, 7, grown_bytes);
        bytes = grown_bytes;
    }
    heap_give(&heap, piece, bytes);
    assert_int_equal(heap.used_bytes, 0);
    heap_fini(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_are_apart),
        cmocka_unit_test(test_what_is_used_is_counted),
        cmocka_unit_test(test_a_piece_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
