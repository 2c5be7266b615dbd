/* Rows come out as they went in; what is cut off is refused, and what was there before stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trace/meta.h"
#include "trace/tables.h"

/* A string, a function with a parameter and sources, and a site with an argument. */
static const unsigned char payload[] = {
    1, 4,  1, 'a', 'b', 'c',                                 /* string 1 */
    2, 14, 7, 1,   2,   30,  5, 1,  9,  2, 2, 3, 1, 4, 1, 6, /* function 7 */
    3, 23, 3, 7,   4,   31,  8, 32, 9,  6, 1, 2, 3, 1, 3, 0,
    1, 2,  1, 1,   2,   0,   1, 8,  77, /* site 3; 77 is a newer writer's */
};

/* The text of function 7. */
static const unsigned char text[] = {5, 5, 7, 'd', 'e', 'f', '\n'};

/* The same without what stands at a record's end only where there is any. */
static const unsigned char shorter[] = {
    2, 12, 7, 1, 2, 30, 5, 1,  9, 2, 2, 3, 1, 4, /* function 7 */
    3, 15, 3, 7, 4, 31, 8, 32, 9, 6, 1, 2, 3, 1, 3, 0, 0,
};

static struct tables *tables_of(void **state)
{
    return *state;
}

static int set_up(void **state)
{
    static struct tables tables;
    *state = &tables;
    tables_init(&tables);
    return 0;
}

static int tear_down(void **state)
{
    tables_fini(tables_of(state));
    return 0;
}

static void test_a_function_may_have_a_text(void **state)
{
    struct tables *tables = tables_of(state);
    assert_int_equal(tables_add(tables, payload, sizeof payload, NULL), STATUS_OK);
    assert_int_equal(tables_text(tables, 7).length, 0);
    assert_int_equal(tables_add(tables, text, sizeof text, NULL), STATUS_OK);
    assert_true(text_equals(tables_text(tables, 7), "def\n"));
    assert_int_equal(tables_text(tables, 8).length, 0);
    assert_true(text_equals(tables_string(tables, 1), "abc"));
    assert_int_equal(tables_string(tables, 7).length, 0);
    assert_int_equal(tables->string_count, 1);
}

static void test_rows_come_out_as_they_went_in(void **state)
{
    struct tables *tables = tables_of(state);
    assert_int_equal(tables_add(tables, payload, sizeof payload, NULL), STATUS_OK);
    assert_true(text_equals(tables_string(tables, 1), "abc"));
    const struct trace_function *function = tables_function(tables, 7);
    assert_non_null(function);
    assert_int_equal(function->name, 1);
    assert_int_equal(function->file, 2);
    assert_int_equal(function->line, 30);
    assert_int_equal(function->flags, 5);
    assert_int_equal(function->parameter_count, 1);
    assert_int_equal(function->parameters[0], 9);
    assert_int_equal(function->return_data.count, 2);
    assert_int_equal(function->return_data.references[1], 3);
    assert_int_equal(function->return_control.references[0], 4);
    assert_int_equal(function->return_waited.count, 1);
    assert_int_equal(function->return_waited.references[0], 6);
    const struct trace_site *site = tables_site(tables, 3);
    assert_non_null(site);
    assert_int_equal(site->function, 7);
    assert_int_equal(site->operation, SITE_CALL);
    assert_int_equal(site->line, 31);
    assert_int_equal(site->end_column, 9);
    assert_int_equal(site->name, 3);
    assert_int_equal(site->data.references[0], 3);
    assert_true(trace_source_is_parameter(site->data.references[0]));
    assert_int_equal(trace_source_number(site->data.references[0]), 1);
    assert_int_equal(site->control.count, 0);
    assert_int_equal(site->argument_count, 1);
    assert_int_equal(site->arguments[0].slot, 2);
    assert_int_equal(site->arguments[0].name, 1);
    assert_int_equal(site->arguments[0].data.references[0], 2);
    assert_int_equal(site->arguments[0].control.count, 0);
    assert_int_equal(site->waited.count, 1);
    assert_int_equal(site->waited.references[0], 8);
}

static void test_a_list_that_is_left_out_is_empty(void **state)
{
    struct tables *tables = tables_of(state);
    assert_int_equal(tables_add(tables, shorter, sizeof shorter, NULL), STATUS_OK);
    assert_int_equal(tables_function(tables, 7)->return_control.count, 1);
    assert_int_equal(tables_function(tables, 7)->return_waited.count, 0);
    assert_int_equal(tables_site(tables, 3)->data.count, 1);
    assert_int_equal(tables_site(tables, 3)->waited.count, 0);
}

static void test_a_last_list_is_not_longer_than_its_record(void **state)
{
    struct tables *tables = tables_of(state);
    const unsigned char lying[] = {3, 16, 3, 7, 4, 31, 8, 32, 9, 6, 1, 2, 3, 1, 3, 0, 0, 1};
    struct diag diag = DIAG_NONE;
    assert_int_equal(tables_add(tables, lying, sizeof lying, &diag), STATUS_BAD_INPUT);
    assert_null(tables_site(tables, 3));
}

static void test_what_is_not_there_is_nothing(void **state)
{
    struct tables *tables = tables_of(state);
    assert_null(tables_site(tables, 0));
    assert_null(tables_site(tables, UINT64_MAX));
    assert_null(tables_function(tables, 12345));
    assert_int_equal(tables_string(tables, 1).length, 0);
    assert_int_equal(tables_string(tables, (uint64_t)1 << 40).length, 0);
}

static void test_every_cut_inside_a_record_is_refused(void **state)
{
    struct tables *tables = tables_of(state);
    for (size_t cut = 0; cut < sizeof payload; cut++) {
        int at_border = cut == 0 || cut == 6 || cut == 22;
        struct diag diag = DIAG_NONE;
        enum status status = tables_add(tables, payload, cut, &diag);
        assert_int_equal(status, at_border ? STATUS_OK : STATUS_BAD_INPUT);
        assert_int_equal(diag.status, status);
    }
    assert_true(text_equals(tables_string(tables, 1), "abc"));
}

static void test_a_row_given_again_replaces_the_former(void **state)
{
    struct tables *tables = tables_of(state);
    const unsigned char again[] = {1, 2, 1, 'x', 99, 1, 0};
    struct text former;
    assert_int_equal(tables_add(tables, payload, sizeof payload, NULL), STATUS_OK);
    former = tables_string(tables, 1);
    assert_int_equal(tables_add(tables, again, sizeof again, NULL), STATUS_OK);
    assert_true(text_equals(tables_string(tables, 1), "x"));
    assert_true(text_equals(former, "abc"));
}

static void test_meta_pairs_replace_each_other(void **state)
{
    (void)state;
    struct meta meta;
    const unsigned char first[] = {2, 1, 'a', 1, '1', 1, 'b', 2, '2', '2'};
    const unsigned char second[] = {1, 1, 'a', 0};
    meta_init(&meta);
    assert_int_equal(meta_add(&meta, first, sizeof first, NULL), STATUS_OK);
    assert_int_equal(meta_add(&meta, second, sizeof second, NULL), STATUS_OK);
    assert_int_equal(meta.pairs.count, 2);
    assert_int_equal(meta_get(&meta, TEXT("a")).length, 0);
    assert_true(text_equals(meta_get(&meta, TEXT("b")), "22"));
    assert_int_equal(meta_get(&meta, TEXT("c")).length, 0);
    meta_fini(&meta);
}

static void test_meta_takes_all_or_nothing(void **state)
{
    (void)state;
    struct meta meta;
    const unsigned char pairs[] = {2, 1, 'a', 1, '1', 1, 'b', 2, '2', '2'};
    meta_init(&meta);
    for (size_t cut = 0; cut < sizeof pairs; cut++) {
        assert_int_equal(meta_add(&meta, pairs, cut, NULL), STATUS_BAD_INPUT);
        assert_int_equal(meta.pairs.count, 0);
    }
    meta_fini(&meta);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows_come_out_as_they_went_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_function_may_have_a_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_list_that_is_left_out_is_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_last_list_is_not_longer_than_its_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_not_there_is_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_cut_inside_a_record_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_row_given_again_replaces_the_former, set_up, tear_down),
        cmocka_unit_test(test_meta_pairs_replace_each_other),
        cmocka_unit_test(test_meta_takes_all_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
