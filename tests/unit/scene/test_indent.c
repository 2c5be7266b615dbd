/* In: statements, and where expressions stand in them. Out: how far to the right they begin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "scene/indent.h"

enum { unknown = -1 };

static int indent(const char *source, const struct indent_site *sites, size_t count)
{
    uint32_t found;
    return indent_of(text_of(source), sites, count, &found) ? (int)found : unknown;
}

static void test_one(void **state)
{
    (void)state;
    const struct indent_site read = {TEXT("self.value"), 16};
    assert_int_equal(indent("value = self.value", &read, 1), 8);
    const struct indent_site whole = {TEXT("await self.save()"), 4};
    assert_int_equal(indent("await self.save()", &whole, 1), 4);
}

/* Which of the two it is, the other site tells. */
static void test_several(void **state)
{
    (void)state;
    const struct indent_site sites[] = {{TEXT("a.n"), 14}, {TEXT("a.n"), 8}};
    assert_int_equal(indent("a.n = a.n + 1", sites, 2), 8);
    assert_int_equal(indent("a.n = a.n + 1", sites, 1), unknown);
}

/* On the second line of a statement, or where the text was shortened. */
static void test_none(void **state)
{
    (void)state;
    const struct indent_site before = {TEXT("b"), 2}, elsewhere = {TEXT("z"), 20}, cut = {TEXT("call(…"), 4};
    assert_int_equal(indent("call(a, b)", &before, 1), unknown);
    assert_int_equal(indent("call(a, b)", &elsewhere, 1), unknown);
    assert_int_equal(indent("call(a, b)", &cut, 1), unknown);
    assert_int_equal(indent("call(a, b)", NULL, 0), unknown);
    const struct indent_site far = {TEXT("x"), 1000000};
    assert_int_equal(indent("x", &far, 1), unknown);
}

/* What cannot be found says nothing, and takes nothing from what can. */
static void test_shortened_beside_whole(void **state)
{
    (void)state;
    const struct indent_site sites[] = {{TEXT("call(…"), 4}, {TEXT("self.x"), 9}};
    assert_int_equal(indent("call(self.x, 'a long word')", sites, 2), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one),
        cmocka_unit_test(test_several),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_shortened_beside_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
