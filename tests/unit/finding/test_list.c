/* In: occurrences in every order. Out: one finding a bug, the same whatever the order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/identity.h"
#include "finding/list.h"
#include "finding/sample.h"

static void add(struct finding_list *list, const struct finding *finding)
{
    assert_int_equal(finding_list_add(list, finding), STATUS_OK);
}

/* Four occurrences of one bug, of rising worth; the actor tells them apart. */
static void make_occurrences(struct finding occurrences[4])
{
    static const char *const actors[] = {"A", "B", "C", "D"};
    for (size_t i = 0; i < 4; i++) {
        occurrences[i] = sample_finding();
        occurrences[i].first.actor = text_of(actors[i]);
        occurrences[i].order = 40 - i;
        occurrences[i].count = i + 1;
    }
    occurrences[0].confidence = FINDING_LOW;
    occurrences[2].confidence = FINDING_HIGH;
    occurrences[3].status = FINDING_OBSERVED;
    occurrences[3].confidence = FINDING_LOW;
}

static void assert_grouped(const size_t order[4])
{
    struct finding occurrences[4];
    make_occurrences(occurrences);
    struct finding_list list;
    finding_list_init(&list);
    for (size_t i = 0; i < 4; i++)
        add(&list, &occurrences[order[i]]);
    assert_int_equal(finding_list_finish(&list, NULL), STATUS_OK);
    assert_int_equal(list.findings.count, 1);
    const struct finding *finding = &list.findings.items[0];
    assert_int_equal(finding->count, 4); /* those of the highest status */
    assert_int_equal(finding->order, 37);
    assert_int_equal(finding->status, FINDING_OBSERVED);
    assert_int_equal(finding->confidence, FINDING_LOW);
    assert_true(text_equals(finding->first.actor, "D"));
    finding_list_fini(&list);
}

/* All 24 orders. */
static void test_order_does_not_matter(void **state)
{
    (void)state;
    for (size_t code = 0; code < 256; code++) {
        size_t order[4] = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6};
        unsigned seen = 0;
        for (size_t i = 0; i < 4; i++)
            seen |= 1u << order[i];
        if (seen == 0xF)
            assert_grouped(order);
    }
}

static void test_first_of_equals(void **state)
{
    (void)state;
    struct finding_list list;
    finding_list_init(&list);
    struct finding finding = sample_finding();
    finding.first.actor = TEXT("first");
    add(&list, &finding);
    finding.first.actor = TEXT("second");
    add(&list, &finding);
    assert_int_equal(list.findings.count, 1);
    assert_true(text_equals(list.findings.items[0].first.actor, "first"));
    finding_list_fini(&list);
}

static void add_at(struct finding_list *list, enum finding_status status, const char *cell)
{
    struct finding finding = sample_finding();
    finding.status = status;
    finding.cell.text = text_of(cell);
    add(list, &finding);
}

/* One bug at many keys is one finding that says how many: those of its status, whoever came first. */
static void test_cells(void **state)
{
    (void)state;
    struct finding_list list;
    finding_list_init(&list);
    add_at(&list, FINDING_PREDICTED, "d['a']");
    add_at(&list, FINDING_PREDICTED, "d['b']");
    add_at(&list, FINDING_PREDICTED, "d['a']");
    assert_int_equal(list.findings.items[0].cells, 2);
    add_at(&list, FINDING_OBSERVED, "d['b']");
    assert_int_equal(list.findings.items[0].cells, 1);
    add_at(&list, FINDING_PREDICTED, "d['c']");
    add_at(&list, FINDING_OBSERVED, "d['b']");
    assert_int_equal(list.findings.items[0].cells, 1);
    add_at(&list, FINDING_OBSERVED, "d['a']");
    assert_int_equal(list.findings.count, 1);
    assert_int_equal(list.findings.items[0].cells, 2);
    assert_int_equal(list.findings.items[0].count, 3);
    assert_true(text_equals(list.findings.items[0].cell.text, "d['b']"));
    finding_list_fini(&list);
}

/* What is handed in may be gone afterwards, and what stands in it of the list's own is not believed. */
static void test_copies(void **state)
{
    (void)state;
    char actor[] = "Task-1", lock[] = "Counter._lock";
    struct finding finding = sample_finding();
    finding.first.actor = text_of(actor);
    finding.count = 0;
    finding.suppressed_by = 3;
    sample_hold(&finding.last, lock, FINDING_LOCK_ASYNCIO, 1);
    struct finding_list list;
    finding_list_init(&list);
    add(&list, &finding);
    memset(actor, 'x', sizeof actor);
    memset(lock, 'x', sizeof lock);
    const struct finding *kept = &list.findings.items[0];
    assert_true(text_equals(kept->first.actor, "Task-1"));
    assert_true(text_equals(kept->last.locks[0].name, "Counter._lock"));
    assert_int_equal(kept->count, 1);
    assert_int_equal(kept->suppressed_by, 0);
    finding_list_fini(&list);
}

/* Many occurrences of many bugs: each in its own group, and the memory stays small. */
static void test_many(void **state)
{
    (void)state;
    enum { bugs = 100, rounds = 1000 };
    struct finding_list list;
    finding_list_init(&list);
    char sources[bugs][24];
    for (size_t bug = 0; bug < bugs; bug++)
        snprintf(sources[bug], sizeof sources[bug], "self.x%zu += 1", bug);
    for (size_t i = 0; i < (size_t)bugs * rounds; i++) {
        struct finding finding = sample_finding();
        finding.last.source = text_of(sources[i % bugs]);
        finding.order = i;
        add(&list, &finding);
    }
    assert_true(list.arena.used_bytes < 1024 * 1024);
    assert_int_equal(finding_list_finish(&list, NULL), STATUS_OK);
    assert_int_equal(list.findings.count, bugs);
    for (size_t bug = 0; bug < bugs; bug++) {
        assert_int_equal(list.findings.items[bug].count, rounds);
        assert_int_equal(list.findings.items[bug].order, bug);
        assert_true(text_equals(list.findings.items[bug].last.source, sources[bug]));
        assert_true(list.findings.items[bug].advice.text.length > 0);
    }
    finding_list_fini(&list);
}

/* Some occurrence of one of a few bugs, at one of a few cells. */
static struct finding some_occurrence(uint64_t *random, size_t number)
{
    static const char *const sources[] = {"a = self.a", "b = self.b", "c = self.c"};
    static const char *const cells[] = {"Counter.x['1']", "Counter.x['2']", "Counter.x['3']",
                                        "Counter.x['4']"};
    static const char *const actors[] = {"A", "B", "C", "D", "E"};
    struct finding finding = sample_finding();
    uint64_t bits = *random = map_mix(*random, number);
    finding.first.source = text_of(sources[bits % 3]);
    finding.cell.text = text_of(cells[bits >> 8 & 3]);
    finding.first.actor = text_of(actors[(bits >> 16) % 5]);
    finding.status = bits >> 24 & 7 ? FINDING_PREDICTED : FINDING_OBSERVED;
    finding.confidence = (bits >> 32) % 3;
    finding.count = bits >> 40 & 1;
    finding.order = bits >> 48 & 63;
    return finding;
}

static void assert_same(const struct finding_list *one, const struct finding_list *other)
{
    assert_int_equal(one->findings.count, other->findings.count);
    for (size_t i = 0; i < one->findings.count; i++) {
        const struct finding *left = &one->findings.items[i], *right = &other->findings.items[i];
        assert_string_equal(left->id, right->id);
        assert_int_equal(left->status, right->status);
        assert_int_equal(left->confidence, right->confidence);
        assert_int_equal(left->count, right->count);
        assert_int_equal(left->cells, right->cells);
        assert_int_equal(left->order, right->order);
        assert_true(text_equal(left->first.actor, right->first.actor));
        assert_true(text_equal(left->cell.text, right->cell.text));
    }
}

/* However occurrences are shared out among lists, together they are what one list would have been. */
static void test_joined_lists_are_one(void **state)
{
    (void)state;
    enum { seeds = 200, lists_max = 4, occurrences_max = 60 };
    for (uint64_t seed = 0; seed < seeds; seed++) {
        struct finding_list whole, joined, part;
        uint64_t random = seed;
        finding_list_init(&whole);
        finding_list_init(&joined);
        for (size_t i = 0; i < 1 + seed % lists_max; i++) {
            size_t count = (random = map_mix(random, i)) % occurrences_max;
            finding_list_init(&part);
            for (size_t j = 0; j < count; j++) {
                struct finding finding = some_occurrence(&random, j);
                add(&whole, &finding);
                add(&part, &finding);
            }
            assert_int_equal(finding_list_join(&joined, &part), STATUS_OK);
            finding_list_fini(&part);
            assert_same(&joined, &whole);
        }
        finding_list_fini(&whole);
        finding_list_fini(&joined);
    }
}

static void test_fails(void **state)
{
    (void)state;
    struct finding_list list;
    finding_list_init(&list);
    assert_false(finding_list_fails(&list, FINDING_FAIL_ON_PREDICTED, FINDING_LOW));
    struct finding finding = sample_finding();
    add(&list, &finding);
    assert_true(finding_list_fails(&list, FINDING_FAIL_ON_PREDICTED, FINDING_MEDIUM));
    assert_false(finding_list_fails(&list, FINDING_FAIL_ON_PREDICTED, FINDING_HIGH));
    assert_false(finding_list_fails(&list, FINDING_FAIL_ON_OBSERVED, FINDING_LOW));
    finding.status = FINDING_OBSERVED;
    add(&list, &finding);
    assert_true(finding_list_fails(&list, FINDING_FAIL_ON_OBSERVED, FINDING_LOW));
    assert_false(finding_list_fails(&list, FINDING_FAIL_ON_NEVER, FINDING_LOW));
    list.findings.items[0].suppressed_by = 1;
    assert_false(finding_list_fails(&list, FINDING_FAIL_ON_PREDICTED, FINDING_LOW));
    finding_list_fini(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_does_not_matter),
        cmocka_unit_test(test_first_of_equals),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_joined_lists_are_one),
        cmocka_unit_test(test_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
