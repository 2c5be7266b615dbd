/* In: a slice, and what is known of its finding. Out: a zip file.
 * Must hold: each report is what `analyze` makes of the slice, to the byte, because a stranger will try that; the same slice gives the same
 * bytes; no temporary file stays. */
#include "bundle/bundle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle/about.h"
#include "bundle/packing.h"
#include "judge/judgement.h"
#include "judge/pick.h"
#include "report/report.h"

enum { path_bytes_max = 4096 };

/* A folder for files that have to be read as such. */
struct workshop {
    char folder[path_bytes_max - 64];
    char slice[path_bytes_max];
    char rules[path_bytes_max];
};

struct making {
    const struct bundle_request *request;
    struct diag *diag;
    struct workshop workshop;
    struct judgement judgement;
    const struct finding *finding; /* in the slice */
    struct buffer readme, environment, html, markdown, json, rules;
};

/* ---- temporary files ---- */

static enum status write_file(const char *path, struct text content, struct diag *diag)
{
    FILE *file = fopen(path, "wbx");
    bool is_written = file != NULL && fwrite(content.bytes, 1, content.length, file) == content.length;
    int error = errno;
    if (file != NULL && fclose(file) != 0 && is_written) {
        is_written = false;
        error = errno;
    }
    if (is_written)
        return STATUS_OK;
    diag_set_file(diag, path);
    return diag_set_errno(diag, error, "cannot be written");
}

static enum status open_workshop(struct making *making)
{
    struct workshop *workshop = &making->workshop;
    const char *below = getenv("TMPDIR");
    if (below == NULL || below[0] == '\0' || strlen(below) > path_bytes_max - 128)
        below = "/tmp";
    snprintf(workshop->folder, sizeof workshop->folder, "%s/staleread-XXXXXX", below);
    if (mkdtemp(workshop->folder) == NULL) {
        int error = errno;
        workshop->folder[0] = '\0';
        diag_set_file(making->diag, below);
        return diag_set_errno(making->diag, error, "no folder can be made there for temporary files");
    }
    snprintf(workshop->slice, sizeof workshop->slice, "%s/" ABOUT_SLICE, workshop->folder);
    snprintf(workshop->rules, sizeof workshop->rules, "%s/" ABOUT_RULES, workshop->folder);
    return write_file(workshop->slice, making->request->slice, making->diag);
}

static void close_workshop(struct workshop *workshop)
{
    if (workshop->folder[0] == '\0')
        return;
    unlink(workshop->slice);
    unlink(workshop->rules);
    rmdir(workshop->folder);
}

/* ---- the analysis of the slice ---- */

static ptrdiff_t read_text(void *context, void *into, size_t bytes)
{
    struct text *left = context;
    size_t count = bytes < left->length ? bytes : left->length;
    memcpy(into, left->bytes, count);
    *left = (struct text){left->bytes + count, left->length - count};
    return (ptrdiff_t)count;
}

/* Only the threshold of steps that hold their loop decides what is found; other rules only what is shown. */
static enum status take_rules(struct making *making)
{
    const struct bundle_request *request = making->request;
    if (request->blocking_milliseconds == 0 || request->finding->kind != FINDING_BLOCKING_CALL)
        return STATUS_OK;
    buffer_add_string(&making->rules, "version: 1\nthresholds:\n  blocking-ms: ");
    buffer_add_number(&making->rules, request->blocking_milliseconds);
    buffer_add_char(&making->rules, '\n');
    enum status status = write_file(making->workshop.rules, buffer_text(&making->rules), making->diag);
    if (status == STATUS_OK)
        status = judgement_load_rules(&making->judgement, making->workshop.rules, making->diag);
    making->judgement.rules_path = ABOUT_RULES;
    return status;
}

static enum status judge(struct making *making)
{
    struct text left = making->request->slice;
    const struct trace_source source = {.read = read_text, .context = &left, .bytes = left.length};
    const struct analysis_options options = {.progress = NULL};
    struct trace *trace;
    enum status status = trace_open_source(&trace, ABOUT_SLICE, &source, making->diag);
    if (status != STATUS_OK)
        return status;
    status = judgement_replay(&making->judgement, trace, &options, making->diag);
    trace_close(trace);
    if (status == STATUS_OK)
        status = judgement_finish(&making->judgement, making->diag);
    if (status == STATUS_OK)
        status = pick_finding(&making->judgement.list, making->request->id, &making->finding, making->diag);
    return status;
}

static struct report_input input_of(const struct making *making)
{
    struct report_input input = judgement_report(&making->judgement);
    if (making->finding->confidence == FINDING_LOW)
        input.confidence = FINDING_LOW;
    return input;
}

static bool is_shown(const void *context, const struct finding *finding)
{
    return report_shows(context, finding);
}

static enum status look_again(struct making *making)
{
    struct judgement *judgement = &making->judgement;
    struct report_trace *trace = &judgement->traces.items[0];
    struct report_input input = input_of(making);
    enum status status = scenes_look(&judgement->scenes, making->workshop.slice, trace->events,
                                     &judgement->list, 0, is_shown, &input, &trace->overview);
    return status == STATUS_OK ? STATUS_OK : diag_set_nomem(making->diag);
}

/* ---- what is packed ---- */

/* A format that shows no scenes is not given any: so does `analyze`. */
static enum status write_report(struct making *making, const char *name, struct buffer *out)
{
    const struct report_format *format = report_format_find(name);
    struct report_input input = input_of(making);
    struct report_trace bare = making->judgement.traces.items[0];
    bare.overview = NULL;
    if (!format->shows_scenes) {
        input.scenes = NULL;
        input.traces = &bare;
    }
    return report_write(format, &input, out) == STATUS_OK ? STATUS_OK : diag_set_nomem(making->diag);
}

static enum status write_all(struct making *making)
{
    struct report_input input = input_of(making);
    enum status status = write_report(making, "html", &making->html);
    if (status == STATUS_OK)
        status = write_report(making, "markdown", &making->markdown);
    if (status == STATUS_OK)
        status = write_report(making, "json", &making->json);
    about_readme(&making->readme, making->request, &input, making->finding);
    about_environment(&making->environment, &making->judgement.traces.items[0]);
    if (status == STATUS_OK &&
        (buffer_status(&making->readme) != STATUS_OK || buffer_status(&making->environment) != STATUS_OK))
        status = diag_set_nomem(making->diag);
    return status;
}

static enum status pack(struct making *making, struct buffer *out)
{
    const struct packing_file files[] = {
        {"README.md", buffer_text(&making->readme)},   {"report.html", buffer_text(&making->html)},
        {"report.md", buffer_text(&making->markdown)}, {"report.json", buffer_text(&making->json)},
        {ABOUT_SLICE, making->request->slice},         {"environment.txt", buffer_text(&making->environment)},
        {ABOUT_RULES, buffer_text(&making->rules)},
    };
    size_t count = sizeof files / sizeof *files;
    return packing_pack(files, making->rules.length > 0 ? count : count - 1, out, making->diag);
}

/* ---- the whole ---- */

static enum status make(struct making *making, struct buffer *out)
{
    enum status status = packing_check(making->diag);
    if (status == STATUS_OK)
        status = open_workshop(making);
    if (status == STATUS_OK)
        status = take_rules(making);
    if (status == STATUS_OK)
        status = judge(making);
    if (status == STATUS_OK)
        status = look_again(making);
    if (status == STATUS_OK)
        status = write_all(making);
    return status == STATUS_OK ? pack(making, out) : status;
}

enum status bundle_make(const struct bundle_request *request, struct buffer *out, struct diag *diag)
{
    struct making making = {.request = request, .diag = diag};
    struct buffer *const buffers[] = {&making.readme,   &making.environment, &making.html,
                                      &making.markdown, &making.json,        &making.rules};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_init(buffers[i]);
    judgement_init(&making.judgement);
    enum status status = make(&making, out);
    judgement_fini(&making.judgement);
    close_workshop(&making.workshop);
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_fini(buffers[i]);
    return status;
}
