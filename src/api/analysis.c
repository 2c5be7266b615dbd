/* In: traces, rules, options. Out: what is in the report, as staleread.h lays it down.
 * Must hold: options first, then traces, then the end, and only then answers; everything else is refused. What was
 * answered stays as it was. */
#include <staleread.h>
#include <stdlib.h>

#include "api/failure.h"
#include "api/findings.h"
#include "api/recordings.h"
#include "api/stepping.h"
#include "api/trace.h"
#include "base/version.h"
#include "judge/judgement.h"
#include "report/baseline.h"
#include "report/tally.h"

enum phase {
    PHASE_SETTING,
    PHASE_REPLAYING,
    PHASE_FINISHED,
    /* Good for nothing but to be freed: */
    PHASE_JOINED,
    PHASE_SPOILED,
};

struct staleread_analysis {
    enum phase phase;
    struct failure failure;
    struct judgement judgement;
    struct baseline baseline;
    const char *baseline_path; /* in `paths`; NULL: there is none */
    struct arena paths;
    struct staleread_trace *stepping; /* that is being replayed step by step; NULL: none is */
    struct analysis_options options;
    bool has_confidence;
    enum finding_confidence confidence;
    staleread_progress *progress;
    void *progress_context;
    struct buffer report; /* the one that was handed out last */
    /* What is handed out once it is finished, or was looked at. */
    bool has_answers;
    struct arena arena;
    VECTOR(const struct staleread_finding *) findings;
    VECTOR(const struct staleread_recording *) recordings;
    struct staleread_summary summary;
};

static const struct staleread_error no_analysis = {
    .struct_bytes = sizeof no_analysis,
    .status = STALEREAD_USAGE,
    .text = "there is no analysis: NULL was handed in",
    .message = "there is no analysis: NULL was handed in",
};

const char *staleread_version(void)
{
    return version_text();
}

/* ---- making and freeing ---- */

struct staleread_analysis *staleread_analysis_new(void)
{
    struct staleread_analysis *analysis = calloc(1, sizeof *analysis);
    if (analysis == NULL)
        return NULL;
    failure_clear(&analysis->failure);
    judgement_init(&analysis->judgement);
    baseline_init(&analysis->baseline);
    arena_init(&analysis->paths, 0);
    buffer_init(&analysis->report);
    arena_init(&analysis->arena, 0);
    return analysis;
}

void staleread_analysis_free(struct staleread_analysis *analysis)
{
    if (analysis == NULL)
        return;
    stepping_give_up(analysis);
    VECTOR_FINI(&analysis->findings);
    VECTOR_FINI(&analysis->recordings);
    arena_fini(&analysis->arena);
    arena_fini(&analysis->paths);
    buffer_fini(&analysis->report);
    baseline_fini(&analysis->baseline);
    judgement_fini(&analysis->judgement);
    free(analysis);
}

const struct staleread_error *staleread_analysis_error(const struct staleread_analysis *analysis)
{
    return analysis != NULL ? &analysis->failure.error : &no_analysis;
}

/* Whether the analysis is not beyond that phase; says so otherwise. */
static bool is_before(struct staleread_analysis *analysis, enum phase phase)
{
    static const char *const reasons[] = {
        [PHASE_REPLAYING] = "options come before the first trace is replayed",
        [PHASE_FINISHED] = "the analysis is finished already; make another one",
        [PHASE_JOINED] = "this analysis has become a part of another one",
        [PHASE_SPOILED] = "an earlier error has spoiled this analysis; make another one",
    };
    if (analysis == NULL)
        return false;
    if (analysis->phase < phase)
        return true;
    (void)failure_refuse(&analysis->failure, reasons[analysis->phase]);
    return false;
}

/* What a call without a failure returns. */
static enum staleread_status succeed(struct staleread_analysis *analysis)
{
    failure_clear(&analysis->failure);
    return STALEREAD_OK;
}

/* ---- options ---- */

enum staleread_status staleread_analysis_load_rules(struct staleread_analysis *analysis, const char *path)
{
    struct diag diag = DIAG_NONE;
    if (!is_before(analysis, PHASE_REPLAYING))
        return STALEREAD_USAGE;
    if (path == NULL)
        return failure_refuse(&analysis->failure, "there is no path: NULL was handed in");
    if (analysis->judgement.rules_path != NULL)
        return failure_refuse(&analysis->failure, "rules were loaded already; there can be one file of them");
    enum status status = judgement_load_rules(&analysis->judgement, path, &diag);
    if (status != STATUS_OK)
        analysis->phase = PHASE_SPOILED;
    return failure_keep(&analysis->failure, status, &diag);
}

enum staleread_status staleread_analysis_set_blocking_microseconds(struct staleread_analysis *analysis,
                                                                   uint64_t microseconds)
{
    if (!is_before(analysis, PHASE_REPLAYING))
        return STALEREAD_USAGE;
    analysis->options.blocking_microseconds = microseconds;
    return succeed(analysis);
}

enum staleread_status staleread_analysis_set_memory_bytes(struct staleread_analysis *analysis, uint64_t bytes)
{
    if (!is_before(analysis, PHASE_REPLAYING))
        return STALEREAD_USAGE;
    analysis->options.memory_bytes_max = bytes;
    return succeed(analysis);
}

enum staleread_status staleread_analysis_set_confidence(struct staleread_analysis *analysis,
                                                        enum staleread_confidence least)
{
    if (!is_before(analysis, PHASE_FINISHED))
        return STALEREAD_USAGE;
    if ((unsigned)least > STALEREAD_HIGH)
        return failure_refuse(&analysis->failure, "there is no such confidence");
    analysis->has_confidence = true;
    analysis->confidence = (enum finding_confidence)least;
    return succeed(analysis);
}

enum staleread_status staleread_analysis_set_progress(struct staleread_analysis *analysis,
                                                      staleread_progress *progress, void *context)
{
    if (!is_before(analysis, PHASE_FINISHED))
        return STALEREAD_USAGE;
    analysis->progress = progress;
    analysis->progress_context = context;
    return succeed(analysis);
}

enum staleread_status staleread_analysis_load_baseline(struct staleread_analysis *analysis, const char *path)
{
    struct diag diag = DIAG_NONE;
    if (!is_before(analysis, PHASE_FINISHED))
        return STALEREAD_USAGE;
    if (path == NULL)
        return failure_refuse(&analysis->failure, "there is no path: NULL was handed in");
    if (analysis->baseline_path != NULL)
        return failure_refuse(&analysis->failure, "a baseline was loaded already; there can be one");
    analysis->baseline_path = arena_text(&analysis->paths, text_of(path)).bytes;
    enum status status = analysis->baseline_path == NULL ? diag_set_nomem(&diag)
                                                         : baseline_load(&analysis->baseline, path, &diag);
    if (status != STATUS_OK)
        analysis->phase = PHASE_SPOILED;
    return failure_keep(&analysis->failure, status, &diag);
}

/* ---- replaying ---- */

/* Whether something may be replayed now; says so otherwise. */
static bool is_idle(struct staleread_analysis *analysis)
{
    if (!is_before(analysis, PHASE_FINISHED))
        return false;
    if (analysis->stepping == NULL)
        return true;
    (void)failure_refuse(&analysis->failure,
                         "a trace is being replayed step by step; go on to its end first, or free it");
    return false;
}

/* Whether the trace can be replayed, by this analysis, now; says so otherwise. */
static bool is_ready(struct staleread_analysis *analysis, const struct staleread_trace *trace)
{
    if (!is_idle(analysis))
        return false;
    if (trace != NULL && trace->reader != NULL && !trace->has_begun)
        return true;
    (void)failure_refuse(&analysis->failure,
                         trace == NULL || trace->reader == NULL
                             ? "nothing is open; open a trace first"
                             : "events of this trace were taken already, so that it would "
                               "be judged by its rest; open it again");
    return false;
}

static bool show_progress(void *context, const struct trace_info *info)
{
    const struct staleread_analysis *analysis = context;
    struct staleread_trace_info told;
    trace_tell(&told, info);
    return analysis->progress(analysis->progress_context, &told);
}

/* The trace was not begun. */
static enum staleread_status replay(struct staleread_analysis *analysis, struct trace *trace)
{
    struct diag diag = DIAG_NONE;
    analysis->phase = PHASE_REPLAYING;
    analysis->options.progress = analysis->progress != NULL ? show_progress : NULL;
    analysis->options.context = analysis;
    enum status status = judgement_replay(&analysis->judgement, trace, &analysis->options, &diag);
    return failure_keep(&analysis->failure, status, &diag);
}

enum staleread_status staleread_analysis_replay(struct staleread_analysis *analysis,
                                                struct staleread_trace *trace)
{
    if (!is_ready(analysis, trace))
        return STALEREAD_USAGE;
    if (trace->is_followed)
        return failure_refuse(&analysis->failure,
                              "a trace that is followed is replayed step by step: staleread_analysis_begin");
    trace->has_begun = true;
    return replay(analysis, trace->reader);
}

enum staleread_status staleread_analysis_replay_file(struct staleread_analysis *analysis, const char *path)
{
    struct diag diag = DIAG_NONE;
    struct trace *trace;
    if (!is_idle(analysis))
        return STALEREAD_USAGE;
    if (path == NULL)
        return failure_refuse(&analysis->failure, "there is no path: NULL was handed in");
    enum status status = trace_open(&trace, path, &diag);
    if (status != STATUS_OK)
        return failure_keep(&analysis->failure, status, &diag);
    enum staleread_status replayed = replay(analysis, trace);
    trace_close(trace);
    return replayed;
}

/* ---- step by step ---- */

enum staleread_status staleread_analysis_begin(struct staleread_analysis *analysis,
                                               struct staleread_trace *trace)
{
    struct diag diag = DIAG_NONE;
    if (!is_ready(analysis, trace))
        return STALEREAD_USAGE;
    analysis->phase = PHASE_REPLAYING;
    enum status status = judgement_begin(&analysis->judgement, trace->reader, &analysis->options, &diag);
    if (status == STATUS_OK) {
        analysis->stepping = trace;
        trace->stepped_by = analysis;
        trace->has_begun = true;
    }
    return failure_keep(&analysis->failure, status, &diag);
}

/* The trace and the analysis have nothing to do with each other any more. */
static void let_go(struct staleread_analysis *analysis)
{
    analysis->stepping->stepped_by = NULL;
    analysis->stepping = NULL;
}

void stepping_give_up(struct staleread_analysis *analysis)
{
    if (analysis->stepping == NULL)
        return;
    judgement_abandon(&analysis->judgement);
    let_go(analysis);
}

enum staleread_status staleread_analysis_step(struct staleread_analysis *analysis,
                                              const struct staleread_event **event)
{
    struct diag diag = DIAG_NONE;
    const struct event *next = NULL;
    const struct staleread_event *handed_out;
    if (event != NULL)
        *event = NULL;
    if (!is_before(analysis, PHASE_FINISHED))
        return STALEREAD_USAGE;
    struct staleread_trace *trace = analysis->stepping;
    if (trace == NULL)
        return failure_refuse(&analysis->failure,
                              "no trace is being replayed step by step; begin with staleread_analysis_begin");
    enum status status = judgement_step(&analysis->judgement, &next, &diag);
    if (status != STATUS_OK && status != STATUS_WAIT)
        let_go(analysis);
    enum staleread_status told = trace_hand_out(trace, status, next, &diag, &handed_out);
    if (event != NULL)
        *event = handed_out;
    if (told == STALEREAD_OK || told == STALEREAD_WAIT || told == STALEREAD_END) {
        failure_clear(&analysis->failure);
        return told;
    }
    stepping_give_up(analysis);
    (void)failure_keep(&analysis->failure, diag.status, &diag);
    return told;
}

enum staleread_status staleread_analysis_join(struct staleread_analysis *analysis,
                                              struct staleread_analysis *part)
{
    struct diag diag = DIAG_NONE;
    if (!is_idle(analysis))
        return STALEREAD_USAGE;
    if (part == NULL || part == analysis || part->phase >= PHASE_FINISHED || part->stepping != NULL)
        return failure_refuse(&analysis->failure,
                              "only another analysis that is not finished can become a part of this one");
    analysis->phase = PHASE_REPLAYING;
    part->phase = PHASE_JOINED;
    enum status status = judgement_join(&analysis->judgement, &part->judgement);
    if (status != STATUS_OK)
        status = diag_set_nomem(&diag);
    return failure_keep(&analysis->failure, status, &diag);
}

/* ---- answers ---- */

static struct report_input report_input(const struct staleread_analysis *analysis)
{
    struct report_input input = judgement_report(&analysis->judgement);
    if (analysis->has_confidence)
        input.confidence = analysis->confidence;
    if (analysis->baseline_path != NULL)
        input.baseline = &analysis->baseline;
    input.baseline_path = analysis->baseline_path;
    return input;
}

/* Takes the list's findings and the summary in place of those that were taken before. */
static enum status take_findings(struct staleread_analysis *analysis, struct finding_list *list,
                                 struct utf8_copies *copies)
{
    struct report_input input = report_input(analysis);
    input.list = list;
    input.shows_known = true;
    if (input.baseline != NULL)
        baseline_apply(&analysis->baseline, list);
    struct tally tally = tally_of(&input);
    struct tally_cursor cursor = {0};
    for (const struct finding *finding; (finding = tally_next(&input, &tally, &cursor)) != NULL;)
        if (VECTOR_PUSH(&analysis->findings, findings_copy(copies, finding, input.baseline != NULL)) !=
            STATUS_OK)
            return STATUS_NOMEM;
    analysis->summary = (struct staleread_summary){
        .struct_bytes = sizeof analysis->summary,
        .findings = tally.shown,
        .hidden = tally.hidden,
        .suppressed = tally.suppressed,
        .ignored = tally.ignored,
        .known = tally.known,
        .gone = input.baseline != NULL ? baseline_gone(&analysis->baseline) : 0,
    };
    return STATUS_OK;
}

/* What was looked at is no answer any more. */
static void forget_answers(struct staleread_analysis *analysis)
{
    analysis->has_answers = false;
    analysis->findings.count = 0;
    arena_fini(&analysis->arena);
    arena_init(&analysis->arena, 0);
}

enum staleread_status staleread_analysis_look(struct staleread_analysis *analysis)
{
    struct diag diag = DIAG_NONE;
    struct finding_list list;
    if (!is_before(analysis, PHASE_FINISHED))
        return STALEREAD_USAGE;
    forget_answers(analysis);
    struct utf8_copies copies = {.arena = &analysis->arena};
    const struct trace *trace = analysis->stepping != NULL ? analysis->stepping->reader : NULL;
    enum status status = judgement_so_far(&analysis->judgement, trace, &list);
    if (status == STATUS_OK)
        status = take_findings(analysis, &list, &copies);
    if (status != STATUS_OK || copies.failed) {
        forget_answers(analysis);
        status = diag_set_nomem(&diag);
    }
    finding_list_fini(&list);
    analysis->has_answers = status == STATUS_OK;
    return failure_keep(&analysis->failure, status, &diag);
}

static enum status copy_recordings(struct staleread_analysis *analysis, struct utf8_copies *copies)
{
    const struct judgement *judgement = &analysis->judgement;
    for (size_t i = 0; i < judgement->traces.count; i++)
        if (VECTOR_PUSH(&analysis->recordings, recordings_copy(copies, &judgement->traces.items[i])) !=
            STATUS_OK)
            return STATUS_NOMEM;
    return STATUS_OK;
}

enum staleread_status staleread_analysis_finish(struct staleread_analysis *analysis)
{
    struct diag diag = DIAG_NONE;
    if (!is_before(analysis, PHASE_FINISHED))
        return STALEREAD_USAGE;
    stepping_give_up(analysis);
    forget_answers(analysis);
    struct utf8_copies copies = {.arena = &analysis->arena};
    enum status status = judgement_finish(&analysis->judgement, &diag);
    if (status == STATUS_OK)
        status = take_findings(analysis, &analysis->judgement.list, &copies);
    if (status == STATUS_OK)
        status = copy_recordings(analysis, &copies);
    if (status == STATUS_OK && copies.failed)
        status = STATUS_NOMEM;
    if (status == STATUS_NOMEM)
        (void)diag_set_nomem(&diag);
    analysis->has_answers = status == STATUS_OK;
    analysis->phase = status == STATUS_OK ? PHASE_FINISHED : PHASE_SPOILED;
    return failure_keep(&analysis->failure, status, &diag);
}

static bool is_finished(const struct staleread_analysis *analysis)
{
    return analysis != NULL && analysis->phase == PHASE_FINISHED;
}

size_t staleread_analysis_finding_count(const struct staleread_analysis *analysis)
{
    return analysis != NULL && analysis->has_answers ? analysis->findings.count : 0;
}

const struct staleread_finding *staleread_analysis_finding(const struct staleread_analysis *analysis,
                                                           size_t index)
{
    return index < staleread_analysis_finding_count(analysis) ? analysis->findings.items[index] : NULL;
}

const struct staleread_summary *staleread_analysis_summary(const struct staleread_analysis *analysis)
{
    return analysis != NULL && analysis->has_answers ? &analysis->summary : NULL;
}

size_t staleread_analysis_recording_count(const struct staleread_analysis *analysis)
{
    return is_finished(analysis) ? analysis->recordings.count : 0;
}

const struct staleread_recording *staleread_analysis_recording(const struct staleread_analysis *analysis,
                                                               size_t index)
{
    return index < staleread_analysis_recording_count(analysis) ? analysis->recordings.items[index] : NULL;
}

enum staleread_status staleread_analysis_report(struct staleread_analysis *analysis, const char *format,
                                                const char **text, size_t *byte_count)
{
    if (text != NULL)
        *text = NULL;
    if (byte_count != NULL)
        *byte_count = 0;
    if (analysis == NULL)
        return STALEREAD_USAGE;
    if (!is_finished(analysis))
        return failure_refuse(&analysis->failure, "a report comes after the analysis is finished");
    const struct report_format *row = format != NULL ? report_format_find(format) : NULL;
    if (row == NULL)
        return failure_refuse(&analysis->failure, "there is no report of this format");
    struct diag diag = DIAG_NONE;
    struct report_input input = report_input(analysis);
    buffer_fini(&analysis->report);
    enum status status = report_write(row, &input, &analysis->report);
    if (status != STATUS_OK)
        return failure_keep(&analysis->failure, diag_set_nomem(&diag), &diag);
    if (text != NULL)
        *text = buffer_string(&analysis->report);
    if (byte_count != NULL)
        *byte_count = analysis->report.length;
    return succeed(analysis);
}
