/* In: occurrences in one trace after another, in one list or in several that are joined. Out: which traces each finding was seen in,
 * and how often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/list.h"
#include "finding/sample.h"

static void add(struct finding_list *list, const char *attribute, enum finding_status status, uint64_t count)
{
    struct finding finding = sample_finding();
    finding.cell.attribute = text_of(attribute);
    finding.status = status;
    finding.count = count;
    assert_int_equal(finding_list_add(list, &finding), STATUS_OK);
}

static void assert_seen(const struct finding_list *list, const char *attribute, size_t count,
                        const struct finding_sighting *expected)
{
    const struct finding *found = NULL;
    for (size_t i = 0; i < list->findings.count; i++)
        if (text_equals(list->findings.items[i].cell.attribute, attribute))
            found = &list->findings.items[i];
    assert_non_null(found);
    assert_int_equal(found->sighting_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(found->sightings[i].trace, expected[i].trace);
        assert_int_equal(found->sightings[i].count, expected[i].count);
    }
}

/* Three traces; in the last one both are seen, one of them with a higher status than before. */
static void fill(struct finding_list *list, uint32_t trace)
{
    list->trace = trace;
    if (trace != 1)
        add(list, "one", FINDING_PREDICTED, 2);
    add(list, "two", FINDING_PREDICTED, 3);
    if (trace == 2)
        add(list, "two", FINDING_OBSERVED, 5);
    add(list, "two", FINDING_PREDICTED, 4);
}

static void assert_all(struct finding_list *list)
{
    static const struct finding_sighting one[] = {{0, 2}, {2, 2}};
    static const struct finding_sighting two[] = {{0, 0}, {1, 0}, {2, 5}};
    assert_int_equal(finding_list_finish(list, NULL), STATUS_OK);
    assert_seen(list, "one", 2, one);
    assert_seen(list, "two", 3, two);
    finding_list_fini(list);
}

static void test_one_list(void **state)
{
    (void)state;
    struct finding_list list;
    finding_list_init(&list);
    for (uint32_t trace = 0; trace < 3; trace++)
        fill(&list, trace);
    assert_all(&list);
}

/* The first trace alone, then a list that has the other two. */
static void test_joined(void **state)
{
    (void)state;
    struct finding_list list, first, rest;
    finding_list_init(&list);
    finding_list_init(&first);
    finding_list_init(&rest);
    fill(&first, 0);
    rest.trace = 0;
    add(&rest, "two", FINDING_PREDICTED, 7);
    rest.trace = 1;
    add(&rest, "one", FINDING_PREDICTED, 2);
    add(&rest, "two", FINDING_OBSERVED, 5);
    assert_int_equal(finding_list_join(&list, &first), STATUS_OK);
    list.trace = 1;
    assert_int_equal(finding_list_join(&list, &rest), STATUS_OK);
    finding_list_fini(&first);
    finding_list_fini(&rest);
    assert_all(&list);
}

/* A trace that cannot be read to its end is not in the report; the next one takes its number. */
static void test_dropped(void **state)
{
    (void)state;
    static const struct finding_sighting two[] = {{0, 7}, {1, 1}};
    struct finding_list list;
    finding_list_init(&list);
    add(&list, "two", FINDING_PREDICTED, 7);
    list.trace = 1;
    add(&list, "two", FINDING_PREDICTED, 9);
    add(&list, "one", FINDING_PREDICTED, 9);
    finding_list_drop_trace(&list);
    add(&list, "two", FINDING_PREDICTED, 1);
    assert_int_equal(finding_list_finish(&list, NULL), STATUS_OK);
    assert_seen(&list, "two", 2, two);
    assert_seen(&list, "one", 0, NULL);
    finding_list_fini(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_list),
        cmocka_unit_test(test_joined),
        cmocka_unit_test(test_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
