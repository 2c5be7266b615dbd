/* In: a trace, and the id of one of its findings. Out: a small trace in which the finding stands.
 * Must hold: nothing that is read is written over; there is no slice unless the finding was found in it. */
#include "cmd/slicing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/output.h"
#include "finding/phrase.h"
#include "judge/pick.h"
#include "slice/oracle.h"

const struct cmd_option slicing_options[slicing_option_count] = {
    [slicing_finding] =
        {"finding", '\0', "ID",
         "which finding: its id, or as much of it as no other's begins with; has to be given"},
    [slicing_output] = {"output", 'o', "FILE",
                        "where what is made goes (`-`: standard output); has to be given"},
    [slicing_rules] = {"rules", '\0', "FILE", "the rules that the finding was found with (YAML)"},
    [slicing_redact] = {"redact", '\0', NULL,
                        "give pseudonyms to whatever is the program's own: names, texts, paths"},
    [slicing_salt] =
        {"salt", '\0', "FILE",
         "with --redact: a secret file; the same one gives the same pseudonyms for every trace (default: "
         "the trace itself is the secret)"},
    [slicing_keep_id] = {"keep-id", '\0', NULL, "with --redact: tell the finding's id in TRACE all the same"},
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

/* Which reading it is, of how many, is not known beforehand. */
static void show_again(void *context, const struct trace_info *info)
{
    struct slicing *slicing = context;
    char what[96];
    snprintf(what, sizeof what, "reading it again, for what concerns %s", slicing->finding->id);
    progress_say_of(&slicing->progress, what, info->read_bytes, info->file_bytes);
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

/* ---- what was asked for ---- */

static enum status spare(const char *output, const char *read, struct diag *diag)
{
    return read != NULL ? output_spares(output, &read, 1, diag) : STATUS_OK;
}

static enum status check_output(const struct cmd_arguments *arguments, struct diag *diag)
{
    const char *output = arguments->values[slicing_output];
    enum status status = spare(output, arguments->operands[0], diag);
    if (status == STATUS_OK)
        status = spare(output, arguments->values[slicing_rules], diag);
    return status == STATUS_OK ? spare(output, arguments->values[slicing_salt], diag) : status;
}

static enum status check(const struct cmd_arguments *arguments, struct diag *diag)
{
    const char *command = arguments->cmd->name;
    if (arguments->values[slicing_finding] == NULL)
        return diag_set(
            diag, STATUS_USAGE,
            "%s: say which finding: `--finding ID`, as `analyze` tells its id, or the beginning of it",
            command);
    if (arguments->values[slicing_output] == NULL)
        return diag_set(diag, STATUS_USAGE, "%s: say where it goes: `-o FILE` (`-`: standard output)",
                        command);
    if (output_is_terminal(arguments->values[slicing_output]))
        return diag_set(diag, STATUS_USAGE, "%s: a terminal cannot show this; say where to with `-o FILE`",
                        command);
    if (arguments->values[slicing_redact] == NULL &&
        (arguments->values[slicing_salt] != NULL || arguments->values[slicing_keep_id] != NULL))
        return diag_set(diag, STATUS_USAGE, "%s: --salt and --keep-id mean nothing without --redact",
                        command);
    enum status status = check_path(arguments->operands[0], diag);
    return status == STATUS_OK ? check_output(arguments, diag) : status;
}

/* ---- the slice ---- */

static enum status prepare(struct slicing *slicing, struct diag *diag)
{
    const char *rules = slicing->arguments->values[slicing_rules];
    const char *salt = slicing->arguments->values[slicing_salt];
    enum status status = STATUS_OK;
    if (rules != NULL)
        status = judgement_load_rules(&slicing->judgement, rules, diag);
    if (status == STATUS_OK && slicing->is_redacted)
        status = redactor_init(&slicing->redactor, salt != NULL ? salt : slicing->path, diag);
    return status;
}

static enum status make(struct slicing *slicing, struct diag *diag)
{
    const char *id = slicing->arguments->values[slicing_finding];
    enum status status = judge(slicing, diag);
    if (status == STATUS_OK)
        status = pick_finding(&slicing->judgement.list, id, &slicing->finding, diag);
    if (status != STATUS_OK)
        return status;
    const struct slice_request request = {
        .path = slicing->path,
        .wanted = slicing->finding,
        .list = &slicing->judgement.list,
        .blocking_microseconds = UINT64_C(1000) * slicing->judgement.rules.blocking_milliseconds,
        .redactor = slicing->is_redacted ? &slicing->redactor : NULL,
        .tells_original = slicing->arguments->values[slicing_keep_id] != NULL,
        .passing = {.progress = show_again, .context = slicing},
        .progress = show_slicing,
        .context = slicing,
    };
    return slice_make(&request, &slicing->result, diag);
}

enum status slicing_run(struct slicing *slicing, const struct cmd_arguments *arguments, struct diag *diag)
{
    *slicing = (struct slicing){.path = arguments->operands[0],
                                .arguments = arguments,
                                .is_redacted = arguments->values[slicing_redact] != NULL};
    judgement_init(&slicing->judgement);
    progress_init(&slicing->progress);
    enum status status = check(arguments, diag);
    if (status != STATUS_OK)
        return status;
    status = prepare(slicing, diag);
    if (status == STATUS_OK)
        status = make(slicing, diag);
    progress_clear(&slicing->progress);
    if (status != STATUS_OK)
        diag_set_file(diag, slicing->path);
    return status;
}

void slicing_fini(struct slicing *slicing)
{
    slice_fini(&slicing->result);
    redactor_fini(&slicing->redactor);
    judgement_fini(&slicing->judgement);
}

/* ---- what comes of it ---- */

enum status slicing_write(const struct slicing *slicing, const struct buffer *made, struct diag *diag)
{
    const char *path = slicing->arguments->values[slicing_output];
    struct output output;
    if (!output_is_standard(path))
        return output_replace(path, made, diag);
    enum status status = output_open(&output, path, diag);
    if (status != STATUS_OK)
        return status;
    status = buffer_write(made, output.stream);
    enum status closed = output_close(&output, diag);
    return status == STATUS_OK ? closed : status;
}

void slicing_tell(const struct slicing *slicing, size_t bytes)
{
    const char *path = slicing->arguments->values[slicing_output];
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
    struct buffer line;
    buffer_init(&line);
    buffer_add_string(&line, "staleread: ");
    buffer_add_escaped(&line, text_of(output_is_standard(path) ? "standard output" : path));
    buffer_add_format(&line, ": %s in ", result->id);
    phrase_add_number(&line, result->events);
    buffer_add_string(&line, " of ");
    phrase_add_count(&line, result->whole_events, "event", "events");
    buffer_add_string(&line, ", ");
    phrase_add_count(&line, bytes, "byte", "bytes");
    buffer_add_format(&line, "; %s\n",
                      result->is_minimal ? "none of them can be left out"
                                         : "the effort that is allowed was used up, so that fewer might do");
    fputs(buffer_string(&line), stderr);
    buffer_fini(&line);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if ((result->same & facts[i].fact) == 0)
            fprintf(stderr, "staleread: in the slice, %s is not as in the whole trace\n", facts[i].name);
    if (slicing->is_redacted && slicing->redactor.keeps_values)
        fputs(
            "staleread: the finding depends on the whole numbers that were read and written: they are told\n",
            stderr);
}
