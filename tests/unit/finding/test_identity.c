/* In: variations of one finding. Out: which of them are the same bug. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/identity.h"
#include "finding/sample.h"

static void assert_same(const struct finding *one, const struct finding *other)
{
    assert_true(identity_of(one) == identity_of(other));
}

static void assert_differs(const struct finding *one, const struct finding *other)
{
    assert_true(identity_of(one) != identity_of(other));
}

/* Everything that a commit elsewhere, another machine or another run may change. */
static void test_survives(void **state)
{
    (void)state;
    struct finding one = sample_finding(), other = sample_finding();
    other.first.line += 100;
    other.window.line += 100;
    other.other.line += 100;
    other.last.line += 100;
    other.first.actor = other.last.actor = TEXT("worker-7");
    other.other.actor = TEXT("worker-8");
    other.first.file = other.other.file = other.last.file = TEXT("/srv/app/counter.py");
    other.window.source = TEXT("await asyncio.sleep(0.1)");
    other.status = FINDING_OBSERVED;
    other.confidence = FINDING_LOW;
    other.count = 77;
    other.order = 1;
    other.cell.key = TEXT("'k'");
    other.cell.text = TEXT("Counter.value['k']");
    other.values.read = TEXT("41");
    other.between_threads = other.every_run = other.released_between = true;
    sample_hold(&other.last, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    assert_same(&one, &other);
}

static void test_white_space(void **state)
{
    (void)state;
    static const char *const same[] = {"self.value=value+1", "  self.value =\tvalue + 1 ",
                                       "self.value = value + 1\r\n"};
    struct finding one = sample_finding(), other = sample_finding();
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        other.last.source = text_of(same[i]);
        assert_same(&one, &other);
    }
    one.last.source = TEXT("x = not y");
    other.last.source = TEXT("x = noty");
    assert_differs(&one, &other);
    other.last.source = TEXT("x  =  not  y");
    assert_same(&one, &other);
}

/* The same code as people and formatters write it. */
static void test_formatting(void **state)
{
    (void)state;
    static const char *const same[] = {
        "self.data['it\\'s'] = await self.load(key, other)",
        "self.data[\"it's\"]=await self.load(key,other)  # staleread: ignore why",
        "self.data[ \"it's\" ] = await self.load( key, other, )",
        "self.data[\"it's\"] = ( await self.load( key, other, ) )",
        "self.data['it\\'s'] = await self.load( \\ key, other)#",
    };
    struct finding one = sample_finding(), other = sample_finding();
    one.last.source = text_of(same[0]);
    for (size_t i = 1; i < sizeof same / sizeof *same; i++) {
        other.last.source = text_of(same[i]);
        assert_same(&one, &other);
    }
    static const char *const others[] = {
        "self.data['it\\'s '] = await self.load(key, other)",
        "self.data['it\\'s'] = await self.load(other, key)",
        "self.data['# it\\'s'] = await self.load(key, other)",
        "self.data['it\\'s'] = await self.load(key)",
        "self.data['it\\'s'] = await self.load['key', 'other']",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        other.last.source = text_of(others[i]);
        assert_differs(&one, &other);
    }
}

/* A global is the same in a script and imported, and in a package of another name. */
static void test_modules(void **state)
{
    (void)state;
    static const char *const owners[] = {"state", "app.state", "company.app.state", "__main__"};
    struct finding one = sample_finding(), other = sample_finding();
    one.first.file = other.first.file = TEXT("app/state.py");
    one.cell.owner = TEXT("state");
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        other.cell.owner = text_of(owners[i]);
        assert_same(&one, &other);
    }
    other.first.file = TEXT("app/states.py");
    assert_differs(&one, &other);
    other.first.file = TEXT("state.py");
    assert_same(&one, &other);
}

static void test_parsing(void **state)
{
    (void)state;
    uint64_t identity = 7;
    assert_true(identity_parse(TEXT("SR-0123456789ab"), &identity));
    assert_int_equal(identity, 0x0123456789AB);
    static const char *const wrong[] = {"", "SR-0123456789a", "SR-0123456789abc", "SR-0123456789aB",
                                        "SX-0123456789ab"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(identity_parse(text_of(wrong[i]), &identity));
}

static void test_tells_apart(void **state)
{
    (void)state;
    const struct finding one = sample_finding();
    struct finding others[] = {one, one, one, one, one, one, one};
    others[0].kind = FINDING_CHECK_THEN_ACT;
    others[1].cell.owner = TEXT("Meter");
    others[2].cell.attribute = TEXT("total");
    others[3].first.source = TEXT("value = self._value");
    others[4].last.source = TEXT("self.value = value + 2");
    others[5].other.function = TEXT("Counter.reset");
    others[6].cell.owner = TEXT("Counterv");
    others[6].cell.attribute = TEXT("alue");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_differs(&one, &others[i]);
        for (size_t k = 0; k < i; k++)
            assert_differs(&others[k], &others[i]);
    }
}

/* load() in common, two writers: whoever comes second, it is one bug. */
static void test_symmetric(void **state)
{
    (void)state;
    struct finding one = sample_finding();
    one.last.function = TEXT("Counter.up");
    one.other.function = TEXT("Counter.down");
    struct finding other = one;
    other.last = one.other;
    other.other = one.last;
    assert_same(&one, &other);

    /* The read is no write. */
    other = one;
    other.first = one.last;
    other.last = one.first;
    assert_differs(&one, &other);
}

/* What is in the files of others must never change. */
static void test_is_pinned(void **state)
{
    (void)state;
    struct finding one = sample_finding();
    char id[identity_bytes_max];
    identity_print(identity_of(&one), id);
    assert_string_equal(id, "SR-d2184f5e6e30");
    identity_print(UINT64_C(0xFFFF000000000001), id);
    assert_string_equal(id, "SR-000000000001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_survives),    cmocka_unit_test(test_white_space),
        cmocka_unit_test(test_formatting),  cmocka_unit_test(test_modules),
        cmocka_unit_test(test_tells_apart), cmocka_unit_test(test_symmetric),
        cmocka_unit_test(test_is_pinned),   cmocka_unit_test(test_parsing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
