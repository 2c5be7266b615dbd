/*
 * In:   a finding of the list.
 * Out:  an item of the page's list: what happened, the picture, the source, the advice.
 * Holds: whatever can be filtered by is an attribute of the item.
 */
#include "report/html_finding.h"

#include "finding/phrase.h"
#include "report/html_escape.h"
#include "report/html_moments.h"
#include "report/html_overview.h"
#include "report/html_picture.h"
#include "report/html_sketch.h"
#include "report/html_source.h"
#include "report/novelty.h"
#include "report/outcome.h"
#include "report/seen.h"
#include "report/symptom.h"
#include "report/view.h"
#include "report/wording.h"

enum { sightings_max = 10 };

/* ---- The line ---- */

/* The files of its places, each once, each on a line: what comes out of html_escape_text has none within. */
static void add_files(struct buffer *out, const struct view *view)
{
    for (size_t i = 0; i < view->step_count; i++) {
        struct text file = view->steps[i].place->file;
        bool is_new = file.length != 0;
        for (size_t j = 0; j < i; j++)
            is_new = is_new && !text_equal(view->steps[j].place->file, file);
        if (!is_new)
            continue;
        html_escape_text(out, file);
        buffer_add_string(out, "&#10;");
    }
}

static void open_item(struct buffer *out, const struct view *view, bool is_open)
{
    const struct finding *finding = view->finding;
    buffer_add_format(out,
                      "<li class=\"finding\" data-kind=\"%s\" data-status=\"%s\" data-confidence=\"%s\" "
                      "data-files=\"",
                      kinds_name(finding->kind), kinds_status_name(finding->status),
                      kinds_confidence_name(finding->confidence));
    add_files(out, view);
    buffer_add_format(out, "\">\n<details id=\"%s\"%s>\n", finding->id, is_open ? " open" : "");
}

static void add_line(struct buffer *out, const struct view *view)
{
    const struct finding *finding = view->finding;
    const char *status = kinds_status_name(finding->status);
    buffer_add_format(out, "<summary><span class=\"chip %s\">%s</span> <h3>%s <code>", status, status,
                      kinds_name(finding->kind));
    html_escape_text(out, finding->cell.text.length != 0 ? finding->cell.text : TEXT("?"));
    buffer_add_string(out, "</code>");
    wording_add_other_cells(out, finding);
    buffer_add_string(out, "</h3> <span class=\"aside\">");
    if (view->step_count != 0) {
        html_escape_location(out, view->steps[view->step_count - 1].place);
        buffer_add_string(out, " · ");
    }
    phrase_add_times(out, finding->count);
    buffer_add_format(out, " · %s confidence</span></summary>\n", kinds_confidence_name(finding->confidence));
}

/* ---- What is below it ---- */

static void add_symptom(struct buffer *out, const struct view *view)
{
    struct buffer sentence;
    buffer_init(&sentence);
    symptom_add(&sentence, view->finding);
    buffer_add_string(out, "<p>");
    html_escape_sentence(out, buffer_text(&sentence));
    buffer_add_string(out, "</p>\n");
    buffer_fini_part(&sentence, out);
}

static void add_outcome(struct buffer *out, const struct view *view)
{
    struct buffer lines;
    buffer_init(&lines);
    outcome_add(&lines, view->finding);
    seen_add(&lines, view->input, view->finding);
    novelty_add_known(&lines, view->input, view->finding);
    html_escape_list(out, &lines);
    buffer_fini_part(&lines, out);
}

static void add_advice(struct buffer *out, const struct view *view)
{
    buffer_add_string(out, "<h4>Advice</h4>\n<p>");
    html_escape_sentence(out, view->finding->advice.text);
    buffer_add_string(out, "</p>\n");
    html_sketch_add(out, view);
}

/* How often in which trace, where there are several: the first ones by name. */
static void add_sightings(struct buffer *out, const struct view *view)
{
    const struct finding *finding = view->finding;
    size_t named = finding->sighting_count < sightings_max ? finding->sighting_count : sightings_max;
    if (finding->sighting_count < 2)
        return;
    buffer_add_string(out, "<p class=\"note\">By trace: ");
    for (size_t i = 0; i < named; i++) {
        const struct finding_sighting *sighting = &finding->sightings[i];
        bool is_there = sighting->trace < view->input->trace_count;
        buffer_add_string(out, i == 0 ? "" : ", ");
        html_escape_code(out, is_there ? text_of(view->input->traces[sighting->trace].path) : TEXT_NONE);
        buffer_add_char(out, ' ');
        if (sighting->count != 0)
            phrase_add_times(out, sighting->count);
        else
            buffer_add_string(out, "not with this status");
    }
    if (named < finding->sighting_count) {
        buffer_add_string(out, ", and ");
        phrase_add_count(out, finding->sighting_count - named, "other", "others");
    }
    buffer_add_string(out, ".</p>\n");
}

/* Its name, by which rules, baselines and other people know it, and where it lies in its trace. */
static void add_identity(struct buffer *out, const struct view *view)
{
    const struct finding *finding = view->finding;
    buffer_add_format(out, "<p class=\"note\"><a href=\"#%s\">%s</a>", finding->id, finding->id);
    uint64_t event = html_overview_event(finding);
    if (view->trace != NULL && event < view->trace->events) {
        buffer_add_string(out, " at event ");
        phrase_add_number(out, event);
        buffer_add_string(out, " of ");
        phrase_add_number(out, view->trace->events);
        buffer_add_string(out, " in ");
        html_escape_code(out, text_of(view->trace->path));
    }
    buffer_add_format(out, ". <code>staleread explain %s</code> tells what the kind means.</p>\n",
                      kinds_name(finding->kind));
}

void html_finding_add(struct buffer *out, const struct report_input *input, const struct finding *finding,
                      bool is_open)
{
    struct view view;
    view_of(&view, input, finding);
    open_item(out, &view, is_open);
    add_line(out, &view);
    buffer_add_string(out, "<div class=\"body\">\n");
    add_symptom(out, &view);
    add_outcome(out, &view);
    html_picture_add(out, &view);
    html_moments_add(out, &view);
    html_source_add(out, &view);
    add_advice(out, &view);
    add_sightings(out, &view);
    add_identity(out, &view);
    buffer_add_string(out, "</div>\n</details>\n</li>\n");
}
