/* In: ignores of the source, findings on and beside their lines. Out: what is ignored, and which of them are of use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/ignores.h"
#include "finding/sample.h"

static struct ignore sample_ignore(uint32_t line, const char *kinds)
{
    return (struct ignore){.file = TEXT("counter.py"),
                           .line = line,
                           .first_line = line,
                           .last_line = line,
                           .kinds = text_of(kinds),
                           .reason = TEXT("seen"),
                           .is_reached = true};
}

static void add(struct ignores *ignores, struct ignore ignore)
{
    assert_int_equal(ignores_add(ignores, &ignore), STATUS_OK);
}

/* How many of one sample finding (read on 9, await on 10, writes on 11) are ignored. */
static size_t ignored(struct ignores *ignores)
{
    struct finding_list list;
    struct finding finding = sample_finding();
    finding_list_init(&list);
    assert_int_equal(finding_list_add(&list, &finding), STATUS_OK);
    assert_int_equal(finding_list_finish(&list, NULL), STATUS_OK);
    ignores_apply(ignores, &list);
    bool is_ignored = list.findings.items[0].ignored_by != 0;
    assert_int_equal(finding_list_shows(&list.findings.items[0], FINDING_LOW), !is_ignored);
    assert_int_equal(finding_list_fails(&list, FINDING_FAIL_ON_PREDICTED, FINDING_LOW), !is_ignored);
    finding_list_fini(&list);
    return is_ignored;
}

static void assert_applied(struct ignore ignore, bool expected)
{
    struct ignores ignores;
    ignores_init(&ignores);
    add(&ignores, ignore);
    assert_int_equal(ignored(&ignores), expected);
    assert_int_equal(ignores.rows.items[0].used, expected);
    ignores_fini(&ignores);
}

static void test_lines(void **state)
{
    (void)state;
    for (uint32_t line = 7; line <= 13; line++)
        assert_applied(sample_ignore(line, ""), line >= 9 && line <= 11);
    struct ignore wide = sample_ignore(30, "");
    wide.first_line = 2;
    assert_applied(wide, true);
    wide.last_line = 8;
    assert_applied(wide, false);
    struct ignore elsewhere = sample_ignore(9, "");
    elsewhere.file = TEXT("counter.pyi");
    assert_applied(elsewhere, false);
    assert_applied(sample_ignore(0, ""), false); /* a place of no line is none */
}

static void test_kinds(void **state)
{
    (void)state;
    assert_applied(sample_ignore(9, "lost-update"), true);
    assert_applied(sample_ignore(9, "stale-read,\tlost-update ,"), true);
    assert_applied(sample_ignore(9, "stale-read"), false);
    assert_applied(sample_ignore(9, "lost-updat"), false);
    assert_applied(sample_ignore(9, "lost-update-s,lost"), false);
    assert_applied(sample_ignore(9, ","), false); /* something stands there, and it is no kind */
}

static void test_unknown_kinds(void **state)
{
    (void)state;
    struct ignore ignore = sample_ignore(9, " lost-updat ,, stale-read,x");
    struct text name;
    size_t cursor = 0;
    assert_true(ignores_next_unknown(&ignore, &cursor, &name));
    assert_true(text_equals(name, "lost-updat"));
    assert_true(ignores_next_unknown(&ignore, &cursor, &name));
    assert_true(text_equals(name, "x"));
    assert_false(ignores_next_unknown(&ignore, &cursor, &name));
}

/* The same comment of several traces is one, and knows what any of them knows; in the order of files and lines. */
static void test_merging(void **state)
{
    (void)state;
    struct ignores ignores;
    struct ignore late = sample_ignore(50, ""), other = sample_ignore(50, "stale-read");
    late.is_reached = false;
    ignores_init(&ignores);
    add(&ignores, late);
    add(&ignores, other);
    assert_int_equal(ignores.rows.count, 2);
    assert_int_equal(ignores_state(&ignores.rows.items[0]), IGNORE_NOT_REACHED);
    late.is_reached = true;
    add(&ignores, late);
    add(&ignores, sample_ignore(7, ""));
    assert_int_equal(ignores.rows.count, 3);
    assert_int_equal(ignored(&ignores), false);
    assert_int_equal(ignores.rows.items[0].line, 7);
    assert_int_equal(ignores_state(&ignores.rows.items[1]), IGNORE_UNUSED);
    assert_int_equal(ignores.rows.items[2].kinds.length, 10);
    ignores_fini(&ignores);
}

static void test_states(void **state)
{
    (void)state;
    struct ignore ignore = sample_ignore(9, "");
    assert_int_equal(ignores_state(&ignore), IGNORE_UNUSED);
    ignore.is_void = true;
    assert_int_equal(ignores_state(&ignore), IGNORE_VOID);
    ignore.used = 1;
    assert_int_equal(ignores_state(&ignore), IGNORE_USED);
    ignore = (struct ignore){0};
    assert_int_equal(ignores_state(&ignore), IGNORE_NOT_REACHED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),   cmocka_unit_test(test_kinds),  cmocka_unit_test(test_unknown_kinds),
        cmocka_unit_test(test_merging), cmocka_unit_test(test_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
