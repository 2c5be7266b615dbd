/* In: rules files, right and wrong. Out: what they say; where and how they are wrong; what they suppress. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/rules.h"
#include "finding/sample.h"
#include "report/tally.h"

static const char path[] = "test_rules.yaml";

static void write_file(const char *content, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void load(struct rules *rules, const char *content)
{
    struct diag diag = DIAG_NONE;
    write_file(content, strlen(content));
    rules_init(rules);
    if (rules_load(rules, path, &diag) != STATUS_OK)
        fail_msg("%s", diag.message);
}

static void assert_refused_bytes(const char *content, size_t length, enum status status, const char *message)
{
    struct diag diag = DIAG_NONE;
    struct rules rules;
    write_file(content, length);
    rules_init(&rules);
    assert_int_equal(rules_load(&rules, path, &diag), status);
    if (strstr(diag.message, message) == NULL)
        fail_msg("\"%s\" instead of \"%s\"", diag.message, message);
    assert_string_equal(diag.file, path);
    rules_fini(&rules);
}

static void assert_refused(const char *content, const char *message)
{
    assert_refused_bytes(content, strlen(content), STATUS_BAD_INPUT, message);
}

static void test_all_keys(void **state)
{
    (void)state;
    struct rules rules;
    load(&rules,
         "# a comment\n"
         "version: 1\n"
         "watch:\n  - app.*\n  - \"*.plugins\"\n"
         "ignore:\n  - app.generated\n"
         "suppress:\n"
         "  - id: SR-0123456789ab\n    reason: seen\n"
         "  - cell: Cache._data*\n    file: app/*.py\n    function: Cache.*\n    kind: lost-*\n"
         "    reason: 'a cache; the loser''s value is as good'\n"
         "primitives:\n"
         "  - lock: {class: \"redis.asyncio.lock.Lock\", acquire: acquire, release: release, same: name}\n"
         "  - semaphore:\n      class: kit.Pool\n      acquire: [take, take_now]\n"
         "      release: give\n      permits: size\n"
         "  - event: {class: kit.Flag, set: fire, wait: fired, clear: lower}\n"
         "  - queue: {class: kit.Sender, put: send, close: close}\n"
         "  - queue: {class: kit.Receiver, get: receive}\n"
         "thresholds:\n  confidence: low\n  fail-on: observed\n  max-findings: 20\n");
    assert_int_equal(rules.watch.globs.count, 2);
    assert_true(text_equals(rules.watch.globs.items[1], "*.plugins"));
    assert_int_equal(rules.ignore.globs.count, 1);
    assert_int_equal(rules.suppressions.count, 2);
    const struct rules_suppression *rule = &rules.suppressions.items[1];
    assert_int_equal(rule->line, 11);
    assert_int_equal(rule->id.length, 0);
    assert_true(text_equals(rule->cell, "Cache._data*"));
    assert_true(text_equals(rule->file, "app/*.py"));
    assert_true(text_equals(rule->function, "Cache.*"));
    assert_true(text_equals(rule->kind, "lost-*"));
    assert_true(text_equals(rule->reason, "a cache; the loser's value is as good"));
    assert_true(rules.has_confidence && rules.confidence == FINDING_LOW);
    assert_true(rules.has_fail_on && rules.fail_on == FINDING_FAIL_ON_OBSERVED);
    assert_int_equal(rules.findings_max, 20);
    rules_fini(&rules);
}

static void test_little(void **state)
{
    (void)state;
    struct rules rules;
    load(&rules, "version: 1\nsuppress:\nwatch: []\nignore: ~\nthresholds:\n");
    assert_int_equal(rules.suppressions.count, 0);
    assert_false(rules.has_confidence || rules.has_fail_on);
    rules_fini(&rules);
}

static void test_wrong_shape(void **state)
{
    (void)state;
    assert_refused("", "line 1, column 1: the file is empty");
    assert_refused("# nothing\n", "the file is empty");
    assert_refused("just words\n", "line 1, column 1: no rules");
    assert_refused("- version: 1\n", "line 1, column 1: no rules");
    assert_refused("watch:\n  - a\n", "`version: 1` is missing");
    assert_refused("version: one\n", "line 1, column 10: `version` wants a whole number");
    assert_refused("version: -1\n", "`version` wants a whole number");
    assert_refused("version: [1]\n", "`version` wants a whole number");
    assert_refused("version: 1\nversion: 1\n", "line 2, column 1: `version` is given twice");
    assert_refused("version: 1\nwatch: a\n", "line 2, column 8: `watch` wants a list");
    assert_refused("version: 1\nwatch:\n  - [a]\n", "line 3, column 5: `watch` wants a text");
    assert_refused("version: 1\nwatch:\n  -\n", "`watch` is empty");
    assert_refused("version: 1\nwatches:\n  - a\n",
                   "line 2, column 1: unknown key `watches`; there are version, watch");
    assert_refused("version: 1\n<<: {}\n", "unknown key");
    assert_refused("version: 1\n? [a]\n: b\n", "a key is a plain word");
    assert_refused("version: 1\n---\nversion: 1\n", "a second document");
}

static void test_wrong_suppression(void **state)
{
    (void)state;
    assert_refused("version: 1\nsuppress:\n  - SR-0123456789ab\n",
                   "line 3, column 5: `suppress` wants keys and values");
    assert_refused("version: 1\nsuppress:\n  - cell: X.y\n",
                   "line 3, column 5: a suppression needs a `reason`");
    assert_refused("version: 1\nsuppress:\n  - cell: X.y\n    reason:\n",
                   "line 4, column 12: `reason` is empty");
    assert_refused("version: 1\nsuppress:\n  - cell: X.y\n    reason: ''\n", "`reason` is empty");
    assert_refused("version: 1\nsuppress:\n  - reason: because\n", "needs at least one of id, cell");
    assert_refused("version: 1\nsuppress:\n  - id: SR-12\n    reason: x\n",
                   "line 3, column 9: `id` wants SR-");
    assert_refused("version: 1\nsuppress:\n  - id: SR-0123456789AB\n    reason: x\n", "`id` wants SR-");
    assert_refused("version: 1\nsuppress:\n  - kind: lost-updat\n    reason: x\n",
                   "there is no kind `lost-updat`; did you mean `lost-update`?");
    assert_refused("version: 1\nsuppress:\n  - kind: races\n    reason: x\n", "there is no kind `races`");
    assert_refused("version: 1\nsuppress:\n  - cell: a\n    cell: b\n    reason: x\n",
                   "line 4, column 5: `cell` is given twice");
    assert_refused("version: 1\nsuppress:\n  - line: 3\n    reason: x\n",
                   "unknown key `line`; there are id, cell");
    assert_refused("version: 1\nthresholds:\n  confidence: great\n", "`confidence` is low, medium or high");
    assert_refused("version: 1\nthresholds:\n  fail-on: confirmed\n",
                   "`fail-on` is predicted, observed or never");
    assert_refused("version: 1\nthresholds:\n  max-findings: 0\n",
                   "`max-findings` wants a whole number from 1");
    assert_refused("version: 1\nthresholds:\n  max-findings: 99999999999999999999\n", "`max-findings` wants");
    assert_refused("version: 1\nthresholds: low\n", "`thresholds` wants keys and values");
}

static void assert_primitive_refused(const char *primitive, const char *message)
{
    char content[256];
    snprintf(content, sizeof content, "version: 1\nprimitives:\n  - %s\n", primitive);
    assert_refused(content, message);
}

static void test_wrong_primitive(void **state)
{
    (void)state;
    assert_refused("version: 1\nprimitives: lock\n", "line 2, column 13: `primitives` wants a list");
    assert_primitive_refused("x", "line 3, column 5: `primitives` wants keys and values");
    assert_primitive_refused("mutex: {class: a.B}",
                             "unknown key `mutex`; there are lock, semaphore, event, queue");
    assert_primitive_refused("lock: {class: a.B, acquire: take}", "line 3, column 11: `release` is missing");
    assert_primitive_refused("lock: {acquire: take, release: give}", "`class` is missing");
    assert_primitive_refused("lock: {class: B, acquire: take, release: give}", "`class` is written in full");
    assert_primitive_refused("lock: {class: a..B, acquire: take, release: give}", "`class` is written in");
    assert_primitive_refused("lock: {class: a.B, acquire: a-b}", "`acquire` wants a name, not `a-b`");
    assert_primitive_refused("lock: {class: a.B, acquire: [ ]}", "`acquire` is empty");
    assert_primitive_refused("lock: {class: a.B, acquire: {}}", "`acquire` wants a list");
    assert_primitive_refused("lock: {class: a.B, enter: take}", "unknown key `enter`; there are class,");
    assert_primitive_refused("semaphore: {class: a.B, acquire: t, release: g}", "`permits` is missing");
    assert_primitive_refused("semaphore: {class: a.B, permits: 1x}", "`permits` wants a whole number");
    assert_primitive_refused("event: {class: a.B, clear: lower}", "`set` is missing");
    assert_primitive_refused("queue: {class: a.B}", "`put` is missing");
    assert_primitive_refused("{event: {class: a.B, set: s}, queue: {class: a.B, put: s}}",
                             "line 3, column 5: a primitive is one of");
}

static void test_no_yaml(void **state)
{
    (void)state;
    assert_refused("version: 1\n\twatch: a\n", "line 2");
    assert_refused("version: 1\nwatch: [a\n", "no YAML");
    assert_refused("version: 1\nwatch:\n  - *.plugins\n", "no YAML");
    assert_refused("version: 1\nwatch:\n  - *plugins\n", "goes in quotes");
    assert_refused("version: 1\nwatch: &a\n  - x\n", "anchors are not used");
    assert_refused("version: 1\nwatch:\n  - !!python/object:os.system x\n", "tags are not used");
    assert_refused("version: 1\nwatch:\n  - \"a\\0b\"\n", "zero byte");
    assert_refused_bytes("version: 1\n# \xFF\xFE\n", 15, STATUS_BAD_INPUT, "no YAML");
    assert_refused_bytes("\0\0\0\0", 4, STATUS_BAD_INPUT, "no YAML");
    assert_refused_bytes("version: 2\nnew: 1\n", 18, STATUS_UNSUPPORTED, "version 2 is newer");
}

/* A billion laughs, endless nesting, a huge file: an error, at once. */
static void test_bombs(void **state)
{
    (void)state;
    assert_refused("version: 1\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "unknown key `a`");
    size_t length = rules_file_bytes_max;
    char *content = malloc(length + 1);
    assert_non_null(content);
    memset(content, '[', length + 1);
    assert_refused_bytes(content, length, STATUS_BAD_INPUT, "no rules");
    memset(content, '{', length + 1);
    memcpy(content, "version: 1\nwatch: ", 18);
    assert_refused_bytes(content, length, STATUS_BAD_INPUT, "`watch` wants a list");
    memset(content, '#', length + 1);
    assert_refused_bytes(content, length + 1, STATUS_LIMIT, "larger than");
    assert_refused_bytes(content, length, STATUS_BAD_INPUT, "the file is empty");
    free(content);
}

/* Cut at every byte, a file is right or refused, never worse. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    static const char content[] =
        "version: 1\nwatch:\n  - \"a\"\nsuppress:\n  - id: SR-0123456789ab\n    reason: 'x'\n"
        "thresholds: {confidence: low}\n";
    for (size_t length = 0; length < sizeof content; length++) {
        struct rules rules;
        struct diag diag = DIAG_NONE;
        write_file(content, length);
        rules_init(&rules);
        enum status status = rules_load(&rules, path, &diag);
        assert_int_equal(status, diag.status);
        assert_int_equal(status != STATUS_OK, diag.message[0] != '\0');
        rules_fini(&rules);
    }
}

static void test_no_file(void **state)
{
    (void)state;
    struct rules rules;
    struct diag diag = DIAG_NONE;
    rules_init(&rules);
    assert_int_equal(rules_load(&rules, "no/such/rules.yaml", &diag), STATUS_IO);
    assert_non_null(strstr(diag.message, "cannot be opened: No such file"));
    diag_clear(&diag);
    assert_int_equal(rules_load(&rules, ".", &diag), STATUS_IO);
    assert_non_null(strstr(diag.message, "directory"));
    rules_fini(&rules);
}

/* ---- Suppressing ---- */

static void make_list(struct finding_list *list)
{
    struct finding counter = sample_finding();
    struct finding cache = sample_check("if key not in self._data:", "self._data[key] = value");
    cache.cell = (struct finding_cell){.owner = TEXT("Cache"),
                                       .attribute = TEXT("_data"),
                                       .key = TEXT("'k'"),
                                       .text = TEXT("Cache._data['k']")};
    cache.first.file = cache.last.file = TEXT("app/cache.py");
    cache.other.file = TEXT("app/filler.py");
    cache.first.function = TEXT("Cache.get");
    cache.last.function = TEXT("Cache._fill");
    cache.other.function = TEXT("refill");
    finding_list_init(list);
    assert_int_equal(finding_list_add(list, &counter), STATUS_OK);
    assert_int_equal(finding_list_add(list, &cache), STATUS_OK);
    assert_int_equal(finding_list_finish(list, NULL), STATUS_OK);
}

/* The rule suppresses the cache's finding, or nothing; never the counter's. */
static void assert_suppresses(const char *fields, bool expected)
{
    char content[512];
    snprintf(content, sizeof content, "version: 1\nsuppress:\n  - {%s, reason: known}\n", fields);
    struct rules rules;
    struct finding_list list;
    load(&rules, content);
    make_list(&list);
    rules_apply(&rules, &list);
    for (size_t i = 0; i < list.findings.count; i++) {
        const struct finding *finding = &list.findings.items[i];
        bool suppressed = expected && finding->kind == FINDING_CHECK_THEN_ACT;
        if (finding->suppressed_by != (suppressed ? 1 : 0))
            fail_msg("%s: %s", fields, kinds_name(finding->kind));
    }
    assert_int_equal(rules.suppressions.items[0].used, expected);
    rules_fini(&rules);
    finding_list_fini(&list);
}

static void test_each_field(void **state)
{
    (void)state;
    assert_suppresses("cell: \"Cache._data['k']\"", true);
    assert_suppresses("cell: \"Cache._data[*\"", true);
    assert_suppresses("cell: Cache._data", true);
    assert_suppresses("cell: \"*._data\"", true);
    assert_suppresses("cell: _data", false);
    assert_suppresses("file: app/cache.py", true);
    assert_suppresses("file: \"app/*\"", true);
    assert_suppresses("file: app/filler.py", true);
    assert_suppresses("file: cache.py", false);
    assert_suppresses("function: Cache._fill", true);
    assert_suppresses("function: \"Cache.*\"", true);
    assert_suppresses("function: \"re*\"", true);
    assert_suppresses("function: Cache", false);
    assert_suppresses("kind: check-then-act", true);
    assert_suppresses("kind: \"check-*\"", true);
    assert_suppresses("id: SR-000000000000", false);
    assert_suppresses("cell: \"Cache.*\", kind: lost-update", false);
    assert_suppresses("cell: \"Cache.*\", file: \"*/cache.py\", function: \"*\", kind: \"*\"", true);
}

static void test_by_id(void **state)
{
    (void)state;
    struct finding_list list;
    make_list(&list);
    assert_int_equal(list.findings.items[1].kind, FINDING_CHECK_THEN_ACT);
    char fields[64];
    snprintf(fields, sizeof fields, "id: %s", list.findings.items[1].id);
    finding_list_fini(&list);
    assert_suppresses(fields, true);
}

/* The first rule that matches gets the finding, but both were of use; what matched nothing is named. */
static void test_use(void **state)
{
    (void)state;
    struct rules rules;
    struct finding_list list;
    load(&rules, "version: 1\nsuppress:\n"
                 "  - {cell: 'Nobody.*', reason: gone}\n"
                 "  - {cell: 'Cache.*', reason: one}\n"
                 "  - {cell: '*', reason: all}\n"
                 "  - {kind: lost-update, function: main, reason: gone}\n");
    make_list(&list);
    rules_apply(&rules, &list);
    assert_int_equal(list.findings.items[0].suppressed_by, 3);
    assert_int_equal(list.findings.items[1].suppressed_by, 2);
    assert_int_equal(rules.suppressions.items[1].used, 1);
    assert_int_equal(rules.suppressions.items[2].used, 2);

    struct report_input input = {.list = &list, .rules = &rules};
    size_t number = 0;
    assert_ptr_equal(tally_next_unused(&input, &number), &rules.suppressions.items[0]);
    assert_int_equal(number, 1);
    assert_ptr_equal(tally_next_unused(&input, &number), &rules.suppressions.items[3]);
    assert_int_equal(number, 4);
    assert_null(tally_next_unused(&input, &number));
    rules_fini(&rules);
    finding_list_fini(&list);
}

static int remove_file(void **state)
{
    (void)state;
    remove(path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_keys),        cmocka_unit_test(test_little),
        cmocka_unit_test(test_wrong_shape),     cmocka_unit_test(test_no_yaml),
        cmocka_unit_test(test_bombs),           cmocka_unit_test(test_wrong_suppression),
        cmocka_unit_test(test_wrong_primitive), cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_each_field),      cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_by_id),           cmocka_unit_test(test_use),
    };
    return cmocka_run_group_tests(tests, NULL, remove_file);
}
