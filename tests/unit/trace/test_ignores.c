/* Ignores come out as they went in, the latest first; what is cut off is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trace/tables.h"

static const unsigned char payload[] = {
    4, 7, 1, 12, 12, 14, 1, 2, 3,     /* of file 1, line 12, covers 12 to 14 */
    4, 8, 5, 30, 31, 31, 2, 0, 0, 77, /* 77 is a newer writer's */
};

static void test_rows(void **state)
{
    (void)state;
    struct tables tables;
    tables_init(&tables);
    assert_null(tables_ignores(&tables));
    assert_int_equal(tables_add(&tables, payload, sizeof payload, NULL), STATUS_OK);
    const struct trace_ignore *second = tables_ignores(&tables), *first = second->next;
    assert_int_equal(second->file, 5);
    assert_int_equal(second->flags, IGNORE_FLAG_VOID);
    assert_int_equal(first->line, 12);
    assert_int_equal(first->first_line, 12);
    assert_int_equal(first->last_line, 14);
    assert_int_equal(first->flags, IGNORE_FLAG_REACHED);
    assert_int_equal(first->kinds, 2);
    assert_int_equal(first->reason, 3);
    assert_null(first->next);
    tables_fini(&tables);
}

static void test_cuts(void **state)
{
    (void)state;
    enum { first_bytes = 9 };
    for (size_t cut = 1; cut < sizeof payload; cut++) {
        struct tables tables;
        tables_init(&tables);
        bool whole = cut == first_bytes;
        assert_int_equal(tables_add(&tables, payload, cut, NULL), whole ? STATUS_OK : STATUS_BAD_INPUT);
        assert_int_equal(tables_ignores(&tables) != NULL, cut >= first_bytes);
        tables_fini(&tables);
    }
    unsigned char shorter[] = {4, 6, 1, 12, 12, 14, 1, 2};
    struct tables tables;
    tables_init(&tables);
    assert_int_equal(tables_add(&tables, shorter, sizeof shorter, NULL), STATUS_BAD_INPUT);
    assert_null(tables_ignores(&tables));
    tables_fini(&tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_cuts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
