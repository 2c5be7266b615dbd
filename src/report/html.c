/*
 * In:   what is reported.
 * Out:  one page of HTML that needs nothing else: no network, no other file, and no script to be read.
 * Holds: scripts and styles other than our own two are refused by the page itself, and so is every request. Everything is in the
 *       document; the script only sorts out what to look at.
 */
#include "report/formats.h"
#include "report/html_assets.h"
#include "report/html_escape.h"
#include "report/html_finding.h"
#include "report/html_run.h"
#include "report/novelty.h"
#include "report/tally.h"
#include "report/wording.h"

#include "finding/phrase.h"

/* ---- Head ---- */

static void add_policy(struct buffer *out)
{
    buffer_add_string(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                           "style-src 'sha256-");
    buffer_add(out, html_assets_style_hash);
    buffer_add_string(out, "'; script-src 'sha256-");
    buffer_add(out, html_assets_script_hash);
    buffer_add_string(out, "'; img-src data:; base-uri 'none'; form-action 'none'\">\n");
}

static void add_title(struct buffer *out, const struct report_input *input, const struct tally *tally)
{
    if (tally->shown == 0)
        buffer_add_string(out, "Nothing");
    else
        phrase_add_count(out, tally->shown, novelty_one(input), novelty_many(input));
    buffer_add_string(out, " in ");
    if (input->trace_count == 1)
        html_escape_string(out, input->traces[0].path);
    else
        phrase_add_count(out, input->trace_count, "trace", "traces");
}

static void add_head(struct buffer *out, const struct report_input *input, const struct tally *tally)
{
    buffer_add_string(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    add_policy(out);
    buffer_add_string(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                           "<meta name=\"color-scheme\" content=\"light dark\">\n"
                           "<meta name=\"referrer\" content=\"no-referrer\">\n"
                           "<link rel=\"icon\" href=\"data:,\">\n<title>");
    add_title(out, input, tally);
    buffer_add_string(out, " · staleread</title>\n<style>");
    buffer_add(out, html_assets_style);
    buffer_add_string(out, "</style>\n</head>\n");
}

/* ---- Above the list ---- */

static void add_chips(struct buffer *out, const struct tally *tally)
{
    buffer_add_string(out, "<p class=\"chips\">");
    for (int status = FINDING_CONFIRMED; status >= FINDING_PREDICTED; status--) {
        const char *name = kinds_status_name((enum finding_status)status);
        if (tally->by_status[status] == 0)
            continue;
        buffer_add_format(out, "<span class=\"chip %s\">", name);
        phrase_add_count(out, tally->by_status[status], name, name);
        buffer_add_string(out, "</span> ");
    }
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++) {
        const char *name = kinds_name((enum finding_kind)kind);
        if (tally->by_kind[kind] == 0)
            continue;
        buffer_add_string(out, "<span class=\"chip\">");
        phrase_add_count(out, tally->by_kind[kind], name, name);
        buffer_add_string(out, "</span> ");
    }
    buffer_add_string(out, "</p>\n");
}

static void add_warnings(struct buffer *out, const struct report_input *input)
{
    struct buffer lines;
    buffer_init(&lines);
    wording_add_warnings(&lines, input);
    if (lines.length > 0) {
        buffer_add_string(out,
                          "<aside class=\"mind\" aria-labelledby=\"mind\">\n<h2 id=\"mind\">Mind</h2>\n");
        html_escape_list(out, &lines);
        buffer_add_string(out, "</aside>\n");
    }
    buffer_fini_part(&lines, out);
}

static void add_header(struct buffer *out, const struct report_input *input, const struct tally *tally)
{
    buffer_add_string(out, "<header>\n<p class=\"tool\">staleread <button type=\"button\" id=\"theme\" "
                           "hidden>Theme: as the system</button></p>\n<h1>");
    add_title(out, input, tally);
    buffer_add_string(out, "</h1>\n");
    if (tally->shown != 0)
        add_chips(out, tally);
    buffer_add_string(out, "</header>\n");
}

/* Hidden until the script makes it work, and says what there is to choose from. */
static void add_filters(struct buffer *out)
{
    static const char *const choices[][2] = {
        {"kind", "Kind"}, {"status", "Status"}, {"confidence", "Confidence"}, {"file", "File"}};
    buffer_add_string(out, "<form id=\"filters\" role=\"search\" aria-label=\"Filter the findings\" hidden>\n"
                           "<label class=\"words\">Text <input type=\"search\" id=\"words\" "
                           "autocomplete=\"off\" spellcheck=\"false\"></label>\n");
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        buffer_add_format(out,
                          "<label>%s <select id=\"by-%s\"><option value=\"\">all</option></select></label>\n",
                          choices[i][1], choices[i][0]);
    buffer_add_string(out,
                      "<label class=\"keys\"><input type=\"checkbox\" id=\"keys\" checked> Keys: "
                      "<kbd>j</kbd> <kbd>k</kbd> next, previous; <kbd>Enter</kbd> opens; <kbd>/</kbd> "
                      "search; <kbd>Esc</kbd> closes</label>\n<output id=\"count\"></output>\n</form>\n");
}

/* ---- The page ---- */

static void add_findings(struct buffer *out, const struct report_input *input, const struct tally *tally)
{
    struct tally_cursor cursor = {0};
    buffer_add_string(out, "<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>\n");
    if (tally->listed == 0) {
        buffer_add_string(out, "<p>None. What that is worth, the end of this page says.</p>\n</section>\n");
        return;
    }
    if (tally->listed > 1)
        add_filters(out);
    buffer_add_string(out, "<ol id=\"list\">\n");
    for (const struct finding *finding; (finding = tally_next(input, tally, &cursor)) != NULL;)
        html_finding_add(out, input, finding, cursor.listed == 1);
    buffer_add_string(out, "</ol>\n</section>\n");
}

static void add_summary(struct buffer *out, const struct report_input *input, const struct tally *tally)
{
    struct buffer lines;
    buffer_init(&lines);
    wording_add_summary(&lines, input, tally);
    buffer_add_string(out, "<section aria-labelledby=\"summary\">\n"
                           "<h2 id=\"summary\">What this report tells, and what it does not</h2>\n");
    html_escape_list(out, &lines);
    buffer_add_string(out, "</section>\n");
    buffer_fini_part(&lines, out);
}

void html_report(const struct report_input *input, struct buffer *out)
{
    struct tally tally = tally_of(input);
    add_head(out, input, &tally);
    buffer_add_string(out, "<body>\n<a class=\"skip\" href=\"#findings\">To the findings</a>\n");
    add_header(out, input, &tally);
    buffer_add_string(out, "<main>\n");
    add_warnings(out, input);
    add_findings(out, input, &tally);
    html_run_add(out, input, &tally);
    add_summary(out, input, &tally);
    buffer_add_string(out, "</main>\n<footer><p>staleread ");
    html_escape_string(out, input->version);
    buffer_add_string(out, ". This page is one file, and asks nobody for anything.</p></footer>\n<script>");
    buffer_add(out, html_assets_script);
    buffer_add_string(out, "</script>\n</body>\n</html>\n");
}
