/*
 * In:   the fixed list of fixture.h.
 * Out:  each format, compared with the files in golden/.
 *
 * STALEREAD_UPDATE_GOLDEN=1 writes the files instead; look at what changed before you commit it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/fixture.h"
#include "report/golden.h"

static void write_report(struct buffer *out, const struct report_input *input, const char *format)
{
    const struct report_format *found = report_format_find(format);
    assert_non_null(found);
    buffer_init(out);
    assert_int_equal(report_write(found, input, out), STATUS_OK);
}

/* The whole list, two traces, rules of which one is of no use. */
static void check_detail(const char *format, enum report_detail detail, const char *golden)
{
    struct finding_list list;
    assert_int_equal(fixture_list(&list), STATUS_OK);
    struct rules_suppression suppression = {
        .cell = TEXT("Pool.*"), .kind = TEXT("lost-update"), .reason = TEXT("reviewed \x1b[1m"), .line = 7};
    struct rules rules;
    rules_init(&rules);
    assert_int_equal(VECTOR_PUSH(&rules.suppressions, suppression), STATUS_OK);
    rules_apply(&rules, &list);

    struct report_trace traces[] = {fixture_trace(), fixture_torn_trace()};
    struct report_input input = {
        .version = "0.1.0",
        .traces = traces,
        .trace_count = 2,
        .list = &list,
        .rules = &rules,
        .rules_path = "rules.yaml",
        .confidence = FINDING_MEDIUM,
        .detail = detail,
    };
    struct buffer once, twice;
    write_report(&once, &input, format);
    write_report(&twice, &input, format);
    assert_string_equal(buffer_string(&once), buffer_string(&twice));
    golden_check(&once, golden);
    buffer_fini(&once);
    buffer_fini(&twice);
    rules_fini(&rules);
    finding_list_fini(&list);
}

static void check_full(const char *format, const char *golden)
{
    check_detail(format, REPORT_NORMAL, golden);
}

static void test_text(void **state)
{
    (void)state;
    check_full("text", "full.txt");
    check_detail("text", REPORT_BRIEF, "brief.txt");
    check_detail("text", REPORT_FULL, "verbose.txt");
}

static void test_json(void **state)
{
    (void)state;
    check_full("json", "full.json");
}

static void test_markdown(void **state)
{
    (void)state;
    check_full("markdown", "full.md");
}

static void test_sarif(void **state)
{
    (void)state;
    check_full("sarif", "full.sarif");
}

static void test_junit(void **state)
{
    (void)state;
    check_full("junit", "full.xml");
}

static void test_github(void **state)
{
    (void)state;
    check_full("github", "full.github");
}

/* What every form of every kind reads like. */
static void test_every_form(void **state)
{
    (void)state;
    struct finding_list list;
    assert_int_equal(fixture_forms(&list), STATUS_OK);
    assert_int_equal(list.findings.count, FINDING_FORM_COUNT - 1 + 3);
    struct report_trace trace = fixture_trace();
    struct report_input input = {.version = "0.1.0", .traces = &trace, .trace_count = 1, .list = &list};
    struct buffer report;
    write_report(&report, &input, "text");
    golden_check(&report, "forms.txt");
    buffer_fini(&report);
    finding_list_fini(&list);
}

/* One trace in which nothing was found. */
static void check_empty(const char *format, const char *golden)
{
    struct finding_list list;
    finding_list_init(&list);
    assert_int_equal(finding_list_finish(&list, NULL), STATUS_OK);
    struct report_trace trace = fixture_trace();
    struct report_input input = {
        .version = "0.1.0", .traces = &trace, .trace_count = 1, .list = &list, .confidence = FINDING_MEDIUM};
    struct buffer report;
    write_report(&report, &input, format);
    golden_check(&report, golden);
    buffer_fini(&report);
    finding_list_fini(&list);
}

static void test_nothing_found(void **state)
{
    (void)state;
    check_empty("text", "empty.txt");
    check_empty("json", "empty.json");
    check_empty("markdown", "empty.md");
    check_empty("sarif", "empty.sarif");
    check_empty("junit", "empty.xml");
    check_empty("github", "empty.github");
}

/* No byte of a trace may reach a terminal as a command. */
static void test_nothing_raw(void **state)
{
    (void)state;
    size_t count;
    const struct report_format *formats = report_formats(&count);
    struct finding_list list;
    assert_int_equal(fixture_list(&list), STATUS_OK);
    struct report_trace trace = fixture_torn_trace();
    struct report_input input = {.version = "0.1.0", .traces = &trace, .trace_count = 1, .list = &list};
    for (size_t i = 0; i < count; i++) {
        struct buffer report;
        write_report(&report, &input, formats[i].name);
        struct text rest = buffer_text(&report);
        while (rest.length > 0) {
            bool layout =
                rest.bytes[0] == '\n' || (rest.bytes[0] == '\t' && strcmp(formats[i].name, "json") == 0);
            size_t length = layout ? 1 : text_printable(rest);
            if (length == 0)
                fail_msg("%s: byte 0x%02x", formats[i].name, (unsigned char)rest.bytes[0]);
            rest = (struct text){rest.bytes + length, rest.length - length};
        }
        buffer_fini(&report);
    }
    finding_list_fini(&list);
}

/* Names may be too long for a line, prose and sources may not. */
static void test_width(void **state)
{
    (void)state;
    struct finding_list list;
    struct finding counter = fixture_counter(), queue = fixture_queue();
    finding_list_init(&list);
    assert_int_equal(finding_list_add(&list, &counter), STATUS_OK);
    assert_int_equal(finding_list_add(&list, &queue), STATUS_OK);
    assert_int_equal(finding_list_finish(&list, NULL), STATUS_OK);
    struct report_trace trace = fixture_trace();
    for (uint32_t width = 60; width <= 200; width++) {
        struct report_input input = {
            .version = "0.1.0", .traces = &trace, .trace_count = 1, .list = &list, .width_columns = width};
        struct buffer report;
        write_report(&report, &input, "text");
        size_t columns = 0;
        for (size_t i = 0; i < report.length; i++) {
            columns =
                report.bytes[i] == '\n' ? 0 : columns + (((unsigned char)report.bytes[i] & 0xC0) != 0x80);
            assert_true(columns <= width);
        }
        buffer_fini(&report);
    }
    finding_list_fini(&list);
}

/* Colours come only when they are asked for, and every one ends. */
static void test_colour(void **state)
{
    (void)state;
    struct finding_list list;
    assert_int_equal(fixture_list(&list), STATUS_OK);
    struct report_trace trace = fixture_torn_trace();
    struct report_input input = {
        .version = "0.1.0", .traces = &trace, .trace_count = 1, .list = &list, .colour = true};
    struct buffer report;
    write_report(&report, &input, "text");
    size_t starts = 0, ends = 0;
    for (const char *escape = buffer_string(&report); (escape = strchr(escape, '\x1b')) != NULL; escape++) {
        bool is_end = strncmp(escape, "\x1b[0m", 4) == 0;
        ends += is_end;
        starts += !is_end;
    }
    assert_true(starts > 0);
    assert_int_equal(starts, ends);
    buffer_fini(&report);
    finding_list_fini(&list);
}

/* What is suppressed or beyond max-findings is counted, not shown. */
static void test_not_shown(void **state)
{
    (void)state;
    struct finding_list list;
    assert_int_equal(fixture_list(&list), STATUS_OK);
    struct rules_suppression suppression = {.cell = TEXT("Feed.queue"), .reason = TEXT("known"), .line = 3};
    struct rules rules;
    rules_init(&rules);
    rules.findings_max = 1;
    assert_int_equal(VECTOR_PUSH(&rules.suppressions, suppression), STATUS_OK);
    rules_apply(&rules, &list);
    struct report_trace trace = fixture_trace();
    struct report_input input = {.version = "0.1.0",
                                 .traces = &trace,
                                 .trace_count = 1,
                                 .list = &list,
                                 .rules = &rules,
                                 .rules_path = "my.yaml",
                                 .confidence = FINDING_HIGH,
                                 .width_columns = 200};
    struct buffer report;
    write_report(&report, &input, "text");
    const char *text = buffer_string(&report);
    assert_null(strstr(text, "Feed.queue"));
    assert_non_null(strstr(text, "Counter.value"));
    assert_null(strstr(text, "ThreadedCounter.value"));
    assert_non_null(strstr(text, "1 finding is not listed"));
    assert_non_null(strstr(text, "2 findings of low or medium confidence are hidden"));
    assert_non_null(strstr(text, "1 finding is suppressed by `my.yaml`."));
    assert_null(strstr(text, "matched nothing"));
    buffer_fini(&report);
    rules_fini(&rules);
    finding_list_fini(&list);
}

enum { too_many = 25003 };

/* More findings than any of the formats for GitHub may have. */
static enum status list_too_many(struct finding_list *list)
{
    finding_list_init(list);
    for (int i = 0; i < too_many; i++) {
        char attribute[32];
        struct finding finding = fixture_counter();
        snprintf(attribute, sizeof attribute, "value_%d", i);
        finding.cell.attribute = finding.cell.text = text_of(attribute);
        finding.order = (uint64_t)i;
        if (finding_list_add(list, &finding) != STATUS_OK)
            return STATUS_NOMEM;
    }
    return finding_list_finish(list, NULL);
}

/* Not by strstr, which measures all that is left each time where a sanitizer looks on. */
static size_t count_of(const struct buffer *report, const char *part)
{
    size_t count = 0, length = strlen(part);
    const char *end = report->bytes + report->length;
    for (const char *at = report->bytes; (at = memchr(at, part[0], (size_t)(end - at))) != NULL; at++)
        count += (size_t)(end - at) >= length && memcmp(at, part, length) == 0;
    return count;
}

/* However many findings there are, GitHub takes what is written for it, and what is left out is told. */
static void test_limits(void **state)
{
    (void)state;
    struct finding_list list;
    assert_int_equal(list_too_many(&list), STATUS_OK);
    struct report_trace trace = fixture_trace();
    struct report_input input = {.version = "0.1.0", .traces = &trace, .trace_count = 1, .list = &list};
    struct buffer report;
    write_report(&report, &input, "sarif");
    assert_int_equal(count_of(&report, "\"ruleId\""), 25000);
    assert_int_equal(count_of(&report, "\"codeFlows\""), 5000);
    assert_int_equal(count_of(&report, "3 results are left out"), 1);
    buffer_fini(&report);

    write_report(&report, &input, "github");
    assert_int_equal(count_of(&report, "::error "), 10);
    assert_int_equal(count_of(&report, "24,993 findings have no annotation"), 1);
    buffer_fini(&report);

    write_report(&report, &input, "markdown");
    assert_in_range(report.length, 60000, 65536);
    size_t listed = count_of(&report, "`SR-"), in_full = count_of(&report, "**Advice.**");
    assert_true(in_full > 20 && listed > in_full + 50);
    char left_out[64];
    snprintf(left_out, sizeof left_out, "24,%zu more findings are not listed", too_many - listed - 24000);
    assert_int_equal(count_of(&report, left_out), 1);
    buffer_fini(&report);
    finding_list_fini(&list);
}

static void test_formats(void **state)
{
    (void)state;
    size_t count;
    const struct report_format *formats = report_formats(&count);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(report_format_find(formats[i].name), &formats[i]);
    assert_null(report_format_find("tex"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),        cmocka_unit_test(test_json),
        cmocka_unit_test(test_markdown),    cmocka_unit_test(test_sarif),
        cmocka_unit_test(test_junit),       cmocka_unit_test(test_github),
        cmocka_unit_test(test_every_form),  cmocka_unit_test(test_nothing_found),
        cmocka_unit_test(test_nothing_raw), cmocka_unit_test(test_width),
        cmocka_unit_test(test_colour),      cmocka_unit_test(test_not_shown),
        cmocka_unit_test(test_limits),      cmocka_unit_test(test_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
