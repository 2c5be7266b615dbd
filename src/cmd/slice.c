/* In: a trace, and the id of one of its findings. Out: a small trace in which the finding stands.
 * Must hold: there is no output unless the finding was found in it. */
#include "cmd/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/output.h"
#include "cmd/progress.h"
#include "judge/judgement.h"
#include "judge/pick.h"
#include "slice/oracle.h"
#include "slice/slice.h"

enum { option_finding, option_output, option_rules, option_redact, option_salt, option_keep_id };

struct slicing {
    const char *path;
    struct judgement judgement;
    struct progress progress;
    struct slice_result result;
    struct redactor redactor;
    bool is_redacted;
};

/* ---- what is read ---- */

static bool show_reading(void *context, const struct trace_info *info)
{
    struct slicing *slicing = context;
    const struct several_progress how_far = {.path = info->path,
                                             .trace_count = 1,
                                             .file_bytes = info->file_bytes,
                                             .read_bytes = info->read_bytes,
                                             .events = info->events};
    progress_show(&slicing->progress, &how_far);
    return true;
}

static void show_slicing(void *context, size_t events, uint64_t tests)
{
    struct slicing *slicing = context;
    char what[96];
    snprintf(what, sizeof what, "%zu events left after %" PRIu64 " tries", events, tests);
    progress_say(&slicing->progress, what);
}

/* It is read several times, each time from its beginning. */
static enum status check_path(const char *path, struct diag *diag)
{
    struct stat about;
    if (strcmp(path, "-") != 0 &&
        (stat(path, &about) != 0 || !(S_ISFIFO(about.st_mode) || S_ISCHR(about.st_mode))))
        return STATUS_OK; /* what else may be wrong is told when it is opened */
    diag_set_file(diag, path);
    return diag_set(diag, STATUS_USAGE, "slice reads its trace several times: it must be a file");
}

static enum status judge(struct slicing *slicing, struct diag *diag)
{
    struct trace *trace;
    const struct analysis_options options = {.progress = show_reading, .context = slicing};
    enum status status = trace_open(&trace, slicing->path, diag);
    if (status != STATUS_OK)
        return status;
    trace_read_ahead(trace);
    status = judgement_replay(&slicing->judgement, trace, &options, diag);
    trace_close(trace);
    return status == STATUS_OK ? judgement_finish(&slicing->judgement, diag) : status;
}

/* ---- what is told ---- */

static void tell(const struct slicing *slicing, const char *path)
{
    static const struct {
        unsigned fact;
        const char *name;
    } facts[] = {
        {ORACLE_FORM, "its form"},           {ORACLE_CELL, "the cell's name"},
        {ORACLE_FIRST, "its first place"},   {ORACLE_WINDOW, "the await that opened the window"},
        {ORACLE_OTHER, "the rival's place"}, {ORACLE_LAST, "its last place"},
        {ORACLE_VALUES, "values"},           {ORACLE_MARKS, "what else is said of it"},
        {ORACLE_ADVICE, "the advice"},
    };
    const struct slice_result *result = &slicing->result;
    fputs("staleread: ", stderr);
    text_print(text_of(path), stderr);
    fprintf(stderr, ": %s in %zu of %" PRIu64 " events, %zu bytes; %s\n", result->id, result->events,
            result->whole_events, result->bytes.length,
            result->is_minimal ? "none of them can be left out"
                               : "the effort that is allowed was used up, so that fewer might do");
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if ((result->same & facts[i].fact) == 0)
            fprintf(stderr, "staleread: in the slice, %s is not as in the whole trace\n", facts[i].name);
    if (slicing->is_redacted && slicing->redactor.keeps_values)
        fputs(
            "staleread: the finding depends on the whole numbers that were read and written: they are told\n",
            stderr);
}

static enum status write_output(const struct slicing *slicing, const char *path, struct diag *diag)
{
    if (!output_is_standard(path))
        return output_replace(path, &slicing->result.bytes, diag);
    struct output output;
    enum status status = output_open(&output, path, diag);
    if (status != STATUS_OK)
        return status;
    status = buffer_write(&slicing->result.bytes, output.stream);
    enum status closed = output_close(&output, diag);
    return status == STATUS_OK ? closed : status;
}

/* ---- the whole ---- */

static enum status make(struct slicing *slicing, const struct cmd_arguments *arguments, struct diag *diag)
{
    const char *path = arguments->values[option_output];
    const struct finding *finding = NULL;
    enum status status = judge(slicing, diag);
    if (status == STATUS_OK)
        status = pick_finding(&slicing->judgement.list, arguments->values[option_finding], &finding, diag);
    if (status != STATUS_OK)
        return status;
    const struct slice_request request = {
        .path = slicing->path,
        .wanted = finding,
        .list = &slicing->judgement.list,
        .blocking_microseconds = UINT64_C(1000) * slicing->judgement.rules.blocking_milliseconds,
        .redactor = slicing->is_redacted ? &slicing->redactor : NULL,
        .tells_original = arguments->values[option_keep_id] != NULL,
        .progress = show_slicing,
        .context = slicing,
    };
    status = slice_make(&request, &slicing->result, diag);
    if (status == STATUS_OK)
        status = write_output(slicing, path, diag);
    progress_clear(&slicing->progress);
    if (status == STATUS_OK)
        tell(slicing, output_is_standard(path) ? "standard output" : path);
    return status;
}

static enum status check(const struct cmd_arguments *arguments, struct diag *diag)
{
    const char *rules = arguments->values[option_rules];
    if (arguments->values[option_finding] == NULL)
        return diag_set(
            diag, STATUS_USAGE,
            "slice: say which finding: `--finding ID`, as `analyze` tells its id, or the beginning of it");
    if (arguments->values[option_output] == NULL)
        return diag_set(diag, STATUS_USAGE, "slice: say where it goes: `-o FILE` (`-`: standard output)");
    if (arguments->values[option_redact] == NULL &&
        (arguments->values[option_salt] != NULL || arguments->values[option_keep_id] != NULL))
        return diag_set(diag, STATUS_USAGE, "slice: --salt and --keep-id mean nothing without --redact");
    enum status status = check_path(arguments->operands[0], diag);
    if (status == STATUS_OK)
        status = output_spares(arguments->values[option_output], arguments->operands, 1, diag);
    if (status == STATUS_OK && rules != NULL)
        status = output_spares(arguments->values[option_output], &rules, 1, diag);
    return status;
}

static int run(const struct cmd_arguments *arguments)
{
    struct slicing slicing = {.path = arguments->operands[0],
                              .is_redacted = arguments->values[option_redact] != NULL};
    const char *rules = arguments->values[option_rules];
    struct diag diag = DIAG_NONE;
    judgement_init(&slicing.judgement);
    progress_init(&slicing.progress);
    enum status status = check(arguments, &diag);
    if (status == STATUS_OK && rules != NULL)
        status = judgement_load_rules(&slicing.judgement, rules, &diag);
    if (status == STATUS_OK && slicing.is_redacted)
        status = redactor_init(
            &slicing.redactor,
            arguments->values[option_salt] != NULL ? arguments->values[option_salt] : slicing.path, &diag);
    if (status == STATUS_OK)
        status = make(&slicing, arguments, &diag);
    progress_clear(&slicing.progress);
    if (status != STATUS_OK) {
        diag_set_file(&diag, slicing.path);
        diag_print(&diag, stderr);
    }
    slice_fini(&slicing.result);
    redactor_fini(&slicing.redactor);
    judgement_fini(&slicing.judgement);
    return status == STATUS_OK ? CMD_EXIT_OK : CMD_EXIT_CANNOT;
}

static const struct cmd_option options[] = {
    [option_finding] = {"finding", '\0', "ID",
                        "which finding: its id, or as much of it as no other's begins with"},
    [option_output] = {"output", 'o', "FILE", "the small trace (`-`: standard output)"},
    [option_redact] = {"redact", '\0', NULL,
                       "give pseudonyms to whatever is the program's own: names, texts, paths"},
    [option_salt] = {"salt", '\0', "FILE",
                     "with --redact: a secret file; the same one gives the same pseudonyms in every "
                     "trace (default: the trace itself is the secret)"},
    [option_keep_id] = {"keep-id", '\0', NULL, "with --redact: the slice tells the finding's id in TRACE"},
    [option_rules] = {"rules", '\0', "FILE", "the rules that the finding was found with (YAML)"},
};

const struct cmd cmd_slice = {
    .name = "slice",
    .operands = "TRACE",
    .summary = "the smallest trace in which one finding still stands",
    .details =
        "Makes a small trace of a large one: only what one finding needs to be found again, with the "
        "same id, "
        "kind, status and confidence. Nothing else of the program is in it: no other events, names or "
        "lines of "
        "source.\n"
        "Events are left out, and the rest analyzed, until none can be left out any more. A finding "
        "that cannot "
        "be sliced is told, with exit status 2.\n"
        "With --redact files, functions, classes, attributes, variables, keys, strings, tasks, host and "
        "command "
        "line get pseudonyms, one word always the same; words of Python and asyncio, line numbers and whole "
        "numbers up to 16 stay. The finding has another id then.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
