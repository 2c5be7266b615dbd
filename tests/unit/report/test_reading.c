/* In: reports of ours, and what only looks like one. Out: the same bytes again, or where something is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/fixture.h"
#include "report/reading.h"

static void write_json(struct buffer *json, struct report_input input)
{
    input.version = "0.1.0";
    buffer_init(json);
    assert_int_equal(report_write(report_format_find("json"), &input, json), STATUS_OK);
}

static void read_string(struct reading *reading, const char *content)
{
    struct diag diag = DIAG_NONE;
    reading_init(reading);
    if (reading_parse(reading, text_of(content), &diag) != STATUS_OK)
        fail_msg("%s", diag.message);
}

/* Nothing of what is written gets lost on the way. */
static void assert_survives(const struct report_trace *traces, size_t count, struct finding_list *list)
{
    struct buffer written, again;
    struct reading reading;
    write_json(&written, (struct report_input){.traces = traces, .trace_count = count, .list = list});
    read_string(&reading, buffer_string(&written));
    write_json(&again, reading_report(&reading));
    assert_string_equal(buffer_string(&again), buffer_string(&written));
    buffer_fini(&written);
    buffer_fini(&again);
    reading_fini(&reading);
    finding_list_fini(list);
}

static void test_round_trip(void **state)
{
    (void)state;
    struct report_trace traces[] = {fixture_trace(), fixture_torn_trace()};
    struct finding_list list;
    traces[1].imported = true;
    traces[1].events_before = UINT64_C(1) << 50;
    traces[1].unfollowed = 7;
    assert_int_equal(fixture_list(&list), STATUS_OK);
    assert_survives(traces, 2, &list);
    assert_int_equal(fixture_forms(&list), STATUS_OK);
    assert_survives(traces, 2, &list);
    finding_list_init(&list);
    assert_survives(traces, 1, &list);
}

/* What people are shown is the same, too. */
static void test_other_formats(void **state)
{
    (void)state;
    static const char *const formats[] = {"text", "markdown"};
    struct report_trace traces[] = {fixture_trace(), fixture_torn_trace()};
    struct finding_list list;
    struct reading reading;
    struct buffer json, before, after;
    assert_int_equal(fixture_forms(&list), STATUS_OK);
    struct report_input input = {.traces = traces, .trace_count = 2, .list = &list, .version = "0.1.0"};
    write_json(&json, input);
    read_string(&reading, buffer_string(&json));
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        buffer_init(&before);
        buffer_init(&after);
        struct report_input read_back = reading_report(&reading);
        assert_int_equal(report_write(report_format_find(formats[i]), &input, &before), STATUS_OK);
        assert_int_equal(report_write(report_format_find(formats[i]), &read_back, &after), STATUS_OK);
        assert_string_equal(buffer_string(&after), buffer_string(&before));
        buffer_fini(&before);
        buffer_fini(&after);
    }
    buffer_fini(&json);
    reading_fini(&reading);
    finding_list_fini(&list);
}

/* The fixed report with one piece of it replaced, the first time that it stands there. */
static void assert_refused(const char *piece, const char *instead, enum status status, const char *sentence)
{
    struct report_trace trace = fixture_trace();
    struct finding_list list;
    struct reading reading;
    struct buffer json, changed;
    struct diag diag = DIAG_NONE;
    assert_int_equal(fixture_list(&list), STATUS_OK);
    write_json(&json, (struct report_input){.traces = &trace, .trace_count = 1, .list = &list});
    const char *at = strstr(buffer_string(&json), piece);
    if (at == NULL)
        fail_msg("there is no `%s`", piece);
    buffer_init(&changed);
    buffer_add(&changed, (struct text){buffer_string(&json), (size_t)(at - buffer_string(&json))});
    buffer_add_string(&changed, instead);
    buffer_add_string(&changed, at + strlen(piece));
    reading_init(&reading);
    assert_int_equal(reading_parse(&reading, buffer_text(&changed), &diag), status);
    if (strstr(diag.message, sentence) == NULL)
        fail_msg("`%s` does not say `%s`", diag.message, sentence);
    reading_fini(&reading);
    buffer_fini(&json);
    buffer_fini(&changed);
    finding_list_fini(&list);
}

static void test_what_is_wrong_has_a_place(void **state)
{
    (void)state;
    assert_refused("\"traces\":\t[", "\"traces\":\t0,\"x\":[", STATUS_BAD_INPUT, "traces: no array");
    assert_refused("\"path\":", "\"pat\":", STATUS_BAD_INPUT, "traces[0].path: missing");
    assert_refused("\"events\":\t4004", "\"events\":\t-1", STATUS_BAD_INPUT,
                   "traces[0].events: no whole number");
    assert_refused("\"events\":\t4004", "\"events\":\t0.5", STATUS_BAD_INPUT, "traces[0].events: no whole");
    assert_refused("\"events\":\t4004", "\"events\":\t1e300", STATUS_BAD_INPUT, "traces[0].events: no whole");
    assert_refused("\"complete\":\ttrue", "\"complete\":\t1", STATUS_BAD_INPUT,
                   "traces[0].complete: neither");
    assert_refused("1767323045.123456789", "1767323045.1234567890", STATUS_BAD_INPUT,
                   "traces[0].start: no time");
    assert_refused("1767323045.", "99999999999999999999.", STATUS_BAD_INPUT, "traces[0].start: no time");
    assert_refused("\"Counter.reset\"", "7", STATUS_BAD_INPUT, "traces[0].unexercised.not_run[0]: no text");
    assert_refused("\"name\":\t\"argv\"", "\"name\":\tnull", STATUS_BAD_INPUT,
                   "traces[0].facts[0].name: no text");
    assert_refused("\"id\":\t\"SR-", "\"id\":\t\"SX-", STATUS_BAD_INPUT, "findings[0].id: no id like");
    assert_refused("\"kind\":\t\"", "\"kind\":\t\"future-", STATUS_UNSUPPORTED, "findings[0].kind: no word");
    assert_refused("\"form\":\tnull", "\"form\":\t\"odd\"", STATUS_UNSUPPORTED, "form: no word");
    assert_refused("\"traces\":\t[0]", "\"traces\":\t[1]", STATUS_BAD_INPUT, "findings[0].seen: no index");
    assert_refused("\"traces\":\t[0]", "\"traces\":\t[0, 0]", STATUS_BAD_INPUT,
                   "findings[0].seen: traces and");
    assert_refused("\"counts\":\t[", "\"counts\":\t[9", STATUS_BAD_INPUT,
                   "findings[0].seen: traces do not rise");
    assert_refused("\"trace\":\t0", "\"trace\":\t1", STATUS_BAD_INPUT, "findings[0].trace: no index");
    assert_refused("\"line\":\t", "\"line\":\t99999999999", STATUS_BAD_INPUT,
                   "findings[0].first.line: no whole");
    assert_refused("\"window\":\t{", "\"window\":\t7,\"x\":{", STATUS_BAD_INPUT, ".window: no object");
    assert_refused("\"locks\":\t{", "\"lock\":{", STATUS_BAD_INPUT, "findings[0].locks: missing");
    assert_refused("\"advice\":\t{", "\"advise\":{", STATUS_BAD_INPUT, "findings[0].advice: no object");
}

/* A report of before it was told where findings were seen, of one trace: it was that one. */
static void test_earlier_reports(void **state)
{
    (void)state;
    static const char report[] =
        "{\"schema\":\"staleread-report/1\",\"traces\":[{\"path\":\"a.srt\",\"complete\":true,\"events\":1,"
        "\"actors\":1,\"lost_events\":0,\"damaged_frames\":0,\"python\":null,\"loop\":null,\"started\":null}]"
        ","
        "\"findings\":[{\"id\":\"SR-0123456789ab\",\"kind\":\"lost-update\",\"form\":null,\"status\":"
        "\"observed\",\"confidence\":\"high\",\"count\":3,\"cell\":{\"owner\":\"C\",\"attribute\":\"v\","
        "\"key\":"
        "null,\"text\":\"C.v\"},\"first\":{\"file\":null,\"line\":1,\"function\":null,\"source\":null},"
        "\"window\":null,\"other\":{\"file\":null,\"line\":null,\"function\":null,\"source\":null},\"last\":"
        "{\"file\":null,\"line\":2,\"function\":null,\"source\":null},\"values\":{\"read\":null,\"other\":"
        "null,"
        "\"written\":null},\"locks\":{},\"advice\":{\"primitive\":\"await\",\"from_line\":null,\"to_line\":"
        "null,"
        "\"text\":\"Do.\"},\"between_threads\":false,\"every_run\":false,\"released_between\":false,"
        "\"lock_in_vain\":false,\"act_is_use\":false,\"acts_on_other_cell\":false}]}";
    struct reading reading;
    read_string(&reading, report);
    assert_int_equal(reading.list.findings.count, 1);
    const struct finding *finding = &reading.list.findings.items[0];
    assert_int_equal(finding->sighting_count, 1);
    assert_int_equal(finding->sightings[0].count, 3);
    assert_int_equal(finding->trace, 0);
    assert_int_equal(finding->first.line, 1);
    assert_int_equal(finding->other.line, 0);
    reading_fini(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_other_formats),
        cmocka_unit_test(test_what_is_wrong_has_a_place),
        cmocka_unit_test(test_earlier_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
