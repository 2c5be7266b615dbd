/* In: reports of ours, and what only looks like one. Out: what is known, or a sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/baseline.h"
#include "report/document.h"
#include "report/fixture.h"

static enum status read_string(struct baseline *baseline, const char *content, struct diag *diag)
{
    *diag = DIAG_NONE;
    baseline_init(baseline);
    return baseline_read(baseline, text_of(content), diag);
}

static void assert_refused(const char *content, enum status status, const char *sentence)
{
    struct baseline baseline;
    struct diag diag;
    assert_int_equal(read_string(&baseline, content, &diag), status);
    if (strstr(diag.message, sentence) == NULL)
        fail_msg("`%s` does not say `%s`", diag.message, sentence);
    baseline_fini(&baseline);
}

/* The report of the list, as --write-baseline has it. */
static void write_json(const struct finding_list *list, struct buffer *json)
{
    struct report_trace trace = fixture_trace();
    struct report_input input = {
        .version = "0.1.0", .traces = &trace, .trace_count = 1, .list = list, .confidence = FINDING_MEDIUM};
    buffer_init(json);
    assert_int_equal(report_write(report_format_find("json"), &input, json), STATUS_OK);
}

/* What one analysis reported, the next one knows; what it hid, it does not. */
static void test_round_trip(void **state)
{
    (void)state;
    struct finding_list list;
    struct baseline baseline;
    struct buffer json;
    struct diag diag;
    assert_int_equal(fixture_list(&list), STATUS_OK);
    write_json(&list, &json);
    assert_int_equal(read_string(&baseline, buffer_string(&json), &diag), STATUS_OK);
    assert_int_equal(baseline.entries.count, 4);

    baseline_apply(&baseline, &list);
    assert_int_equal(baseline_gone(&baseline), 0);
    assert_false(list.findings.items[0].known);
    assert_int_equal(list.findings.items[0].confidence, FINDING_LOW);
    for (size_t i = 1; i < list.findings.count; i++)
        assert_true(list.findings.items[i].known);
    assert_false(finding_list_fails(&list, FINDING_FAIL_ON_PREDICTED, FINDING_MEDIUM));
    assert_true(finding_list_fails(&list, FINDING_FAIL_ON_PREDICTED, FINDING_LOW));
    buffer_fini(&json);
    baseline_fini(&baseline);
    finding_list_fini(&list);
}

/* Ids are all that counts, each once; what a later version adds does no harm. */
static void test_only_ids_count(void **state)
{
    (void)state;
    struct baseline baseline;
    struct diag diag;
    assert_int_equal(
        read_string(&baseline,
                    "{\"schema\":\"staleread-report/1\",\"more\":{\"new\":[1,2,\"]]\\\"\"]},"
                    "\"findings\":[{\"id\":\"SR-0123456789ab\"},{\"x\":0,\"id\":\"SR-00000000000f\"},"
                    "{\"id\":\"SR-0123456789ab\",\"kind\":\"of a later version\"}]}\n",
                    &diag),
        STATUS_OK);
    assert_int_equal(baseline.entries.count, 2);
    assert_int_equal(baseline.entries.items[0].identity, 0x0123456789AB);
    assert_int_equal(baseline.entries.items[1].identity, 0xF);
    assert_int_equal(baseline_gone(&baseline), 2);
    baseline_fini(&baseline);
}

static void test_no_report(void **state)
{
    (void)state;
    assert_refused("", STATUS_BAD_INPUT, "no JSON, from byte 0 on");
    assert_refused("{\"schema\":\"staleread-report/1\",\"findings\":[", STATUS_BAD_INPUT, "no JSON");
    assert_refused("{\"schema\":\"staleread-report/1\",\"findings\":[]}{}", STATUS_BAD_INPUT, "no JSON");
    assert_refused("[]", STATUS_BAD_INPUT, "no report of staleread");
    assert_refused("{\"schema\":1}", STATUS_BAD_INPUT, "no report of staleread");
    assert_refused("{\"schema\":\"staleread-report/\"}", STATUS_BAD_INPUT, "there is no schema");
    assert_refused("{\"schema\":\"staleread-report/1x\"}", STATUS_BAD_INPUT, "there is no schema");
    assert_refused("{\"schema\":\"staleread-report/2\",\"findings\":[]}", STATUS_UNSUPPORTED, "newer");
    assert_refused("{\"schema\":\"staleread-report/1\"}", STATUS_BAD_INPUT, "without `findings`");
    assert_refused("{\"schema\":\"staleread-report/1\",\"findings\":[{}]}", STATUS_BAD_INPUT,
                   "finding 1 has no id");
    assert_refused("{\"schema\":\"staleread-report/1\",\"findings\":[{\"id\":\"SR-0123456789aB\"}]}",
                   STATUS_BAD_INPUT, "finding 1 has no id");
}

static void fill(char *bytes, size_t length, const char *piece)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = piece[i % strlen(piece)];
    bytes[length] = '\0';
}

/* Depth and number of values are refused before any memory is taken for them. */
static void test_limits(void **state)
{
    (void)state;
    enum { length = 2 * document_values_max + 2 };
    char *bytes = malloc(length + 1);
    assert_non_null(bytes);
    fill(bytes, length, "[");
    assert_refused(bytes, STATUS_BAD_INPUT, "nested too deep at byte 32");
    fill(bytes, length, "{\"a\":");
    assert_refused(bytes, STATUS_BAD_INPUT, "nested too deep");
    fill(bytes, length, ",0");
    bytes[0] = '[';
    assert_refused(bytes, STATUS_LIMIT, "more than 4194304 values");
    free(bytes);
}

/* A zero byte ends no report. */
static void test_zero_byte(void **state)
{
    (void)state;
    static const char content[] = "{\"schema\":\"staleread-report/1\",\"findings\":[]}\0{}";
    struct baseline baseline;
    struct diag diag = DIAG_NONE;
    baseline_init(&baseline);
    assert_int_equal(baseline_read(&baseline, (struct text){content, sizeof content - 1}, &diag),
                     STATUS_BAD_INPUT);
    baseline_fini(&baseline);
}

/* A report cut off anywhere is refused; it is never taken for a shorter one. */
static void test_every_cut(void **state)
{
    (void)state;
    struct finding_list list;
    struct buffer json;
    assert_int_equal(fixture_list(&list), STATUS_OK);
    write_json(&list, &json);
    for (size_t length = 0; length + 1 < json.length; length += 7) {
        char *cut = malloc(length + 1);
        assert_non_null(cut);
        memcpy(cut, json.bytes, length);
        cut[length] = '\0';
        assert_refused(cut, STATUS_BAD_INPUT, "no JSON");
        free(cut);
    }
    buffer_fini(&json);
    finding_list_fini(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_only_ids_count),
        cmocka_unit_test(test_no_report),  cmocka_unit_test(test_limits),
        cmocka_unit_test(test_zero_byte),  cmocka_unit_test(test_every_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
