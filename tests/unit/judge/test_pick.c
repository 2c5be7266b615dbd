/* In: a list of findings, and words. Out: the one that is meant, or why none is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "finding/sample.h"
#include "judge/pick.h"

static struct finding with_id(const char *id)
{
    struct finding finding = sample_finding();
    strcpy(finding.id, id);
    return finding;
}

static const char *picked(const char *word, struct diag *diag)
{
    struct finding findings[] = {with_id("SR-0123456789ab"), with_id("SR-0123ffffffff"),
                                 with_id("SR-fedcba987654")};
    const struct finding_list list = {.findings = {.items = findings, .count = 3}};
    const struct finding *found;
    *diag = DIAG_NONE;
    enum status status = pick_finding(&list, word, &found, diag);
    if (status != STATUS_OK) {
        assert_int_equal(status, STATUS_USAGE);
        assert_null(found);
        return NULL;
    }
    return memcpy(diag->file, found->id, sizeof found->id);
}

static void test_whole_and_beginnings(void **state)
{
    (void)state;
    struct diag diag;
    assert_string_equal(picked("SR-0123456789ab", &diag), "SR-0123456789ab");
    assert_string_equal(picked("SR-01234", &diag), "SR-0123456789ab");
    assert_string_equal(picked("f", &diag), "SR-fedcba987654");
    assert_string_equal(picked("sr-FED", &diag), "SR-fedcba987654");
}

static void test_nothing_is_guessed(void **state)
{
    (void)state;
    struct diag diag;
    assert_null(picked("SR-0123", &diag));
    assert_string_equal(diag.message,
                        "the ids of 2 findings begin with `SR-0123`: SR-0123456789ab, SR-0123ffffffff");
    assert_null(picked("", &diag));
    assert_null(picked("SR-0123456789abc", &diag));
    assert_non_null(strstr(diag.message, "no finding `SR-0123456789abc`"));
    assert_null(picked("123", &diag));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_and_beginnings),
        cmocka_unit_test(test_nothing_is_guessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
