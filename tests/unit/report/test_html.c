/*
 * In:   the fixed list of fixture.h, with the scenes of scenes.h.
 * Out:  the HTML report, compared with golden/full.html, in which style and script are left out.
 *
 * STALEREAD_UPDATE_GOLDEN=1 writes the file instead; look at what changed before you commit it. Whether the page works is
 * looked at in a browser (tests/browser).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/golden.h"
#include "report/html_assets.h"
#include "report/html_escape.h"
#include "report/scenes.h"

enum { findings_max = 8 };

/* What stands in the golden file instead of what changes with every touch of the style. */
static void leave_out(struct buffer *to, struct text page, struct text part, const char *instead)
{
    for (size_t i = 0; i < page.length;) {
        bool is_here = part.length <= page.length - i && memcmp(page.bytes + i, part.bytes, part.length) == 0;
        if (is_here)
            buffer_add_string(to, instead);
        else
            buffer_add_char(to, page.bytes[i]);
        i += is_here ? part.length : 1;
    }
}

static void leave_out_assets(struct buffer *page)
{
    const struct {
        struct text part;
        const char *instead;
    } parts[] = {{html_assets_style, "STYLE"},
                 {html_assets_script, "SCRIPT"},
                 {html_assets_style_hash, "STYLE-HASH"},
                 {html_assets_script_hash, "SCRIPT-HASH"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buffer without;
        buffer_init(&without);
        leave_out(&without, buffer_text(page), parts[i].part, parts[i].instead);
        buffer_fini(page);
        *page = without;
    }
}

static void write_page(struct buffer *out, const struct report_input *input)
{
    buffer_init(out);
    assert_int_equal(report_write(report_format_find("html"), input, out), STATUS_OK);
}

static void test_full(void **state)
{
    (void)state;
    struct finding_list list;
    const struct scene *scenes[findings_max];
    assert_int_equal(fixture_list(&list), STATUS_OK);
    assert_true(list.findings.count <= findings_max);
    scenes_of(&list, scenes);
    const struct report_fact facts[] = {{TEXT("platform"), TEXT("linux")},
                                        {TEXT("<b>argv"), TEXT("a.py --name '<script>'")}};
    struct report_trace traces[] = {fixture_trace(), fixture_torn_trace()};
    traces[0].overview = scenes_overview();
    traces[0].facts = facts;
    traces[0].fact_count = 2;
    struct report_input input = {.version = "0.1.0",
                                 .traces = traces,
                                 .trace_count = 2,
                                 .list = &list,
                                 .confidence = FINDING_MEDIUM,
                                 .scenes = scenes};
    struct buffer page;
    write_page(&page, &input);
    leave_out_assets(&page);
    golden_check(&page, "full.html");
    buffer_fini(&page);
    finding_list_fini(&list);
}

/* Without scenes every form of every kind still tells what can be told from its own places. */
static void test_every_form(void **state)
{
    (void)state;
    struct finding_list list;
    assert_int_equal(fixture_forms(&list), STATUS_OK);
    struct report_trace trace = fixture_trace();
    struct report_input input = {.version = "0.1.0", .traces = &trace, .trace_count = 1, .list = &list};
    struct buffer page;
    write_page(&page, &input);
    const char *rest = buffer_string(&page);
    for (size_t i = 0; i < list.findings.count; i++) {
        rest = strstr(rest, "<li class=\"finding\"");
        assert_non_null(rest);
        rest = strstr(rest, "<details class=\"moments\">");
        assert_non_null(rest);
    }
    buffer_fini(&page);
    finding_list_fini(&list);
}

static void test_nothing_found(void **state)
{
    (void)state;
    struct finding_list list;
    finding_list_init(&list);
    assert_int_equal(finding_list_finish(&list, NULL), STATUS_OK);
    struct report_trace trace = fixture_trace();
    struct report_input input = {.version = "0.1.0", .traces = &trace, .trace_count = 1, .list = &list};
    struct buffer page;
    write_page(&page, &input);
    leave_out_assets(&page);
    golden_check(&page, "empty.html");
    buffer_fini(&page);
    finding_list_fini(&list);
}

static void check_escaped(struct text text, const char *expected)
{
    struct buffer out;
    buffer_init(&out);
    html_escape_text(&out, text);
    assert_string_equal(buffer_string(&out), expected);
    buffer_fini(&out);
}

static void test_escapes(void **state)
{
    (void)state;
    check_escaped(TEXT("<script>"), "&lt;script&gt;");
    check_escaped(TEXT("\"'&"), "&quot;&#39;&amp;");
    check_escaped(TEXT("a\0b"), "a\\x00b");
    check_escaped(TEXT("\x1b[2J\n\r\t"), "\\x1b[2J\\n\\r\\t");
    check_escaped(TEXT("\xFF\xC3"), "\\xff\\xc3");
    check_escaped(TEXT("\xE2\x80\xAE"), "\\xe2\\x80\\xae");
    check_escaped(TEXT("\xC2\x85\xE2\x80\xA8"), "\\xc2\\x85\\xe2\\x80\\xa8");
    check_escaped(TEXT("é ⋯"), "é ⋯");
}

/* What is cut is cut between characters, and never within a reference. */
static void test_start(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    html_escape_start(&out, TEXT("é<é"), 1);
    html_escape_start(&out, TEXT("<<"), 1);
    html_escape_start(&out, TEXT("<<"), 2);
    assert_string_equal(buffer_string(&out), "é…&lt;…&lt;&lt;");
    buffer_fini(&out);
}

static void test_sentence(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out);
    html_escape_sentence(&out, TEXT("Hold `a<b` and `c`."));
    assert_string_equal(buffer_string(&out), "Hold <code>a&lt;b</code> and <code>c</code>.");
    buffer_clear(&out);
    html_escape_sentence(&out, TEXT("an `odd one"));
    assert_string_equal(buffer_string(&out), "an <code>odd one</code>");
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full),          cmocka_unit_test(test_every_form),
        cmocka_unit_test(test_nothing_found), cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_start),         cmocka_unit_test(test_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
