/* In: a trace of another tool. Out: one of our own, which `analyze` reads.
 * Must hold: a line that is no event is told and counted, never guessed at; after an error there is no output that could be taken
 * for a whole one. */
#include "cmd/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "cmd/output.h"
#include "trace/std_import.h"

enum { option_from, option_output };

enum { bad_lines_shown_max = 10, line_shown_bytes_max = 60 };

struct telling {
    const char *path;
    uint64_t told;
};

static void tell_bad_line(void *context, uint64_t number, struct text line, const char *why)
{
    struct telling *telling = context;
    if (telling->told++ >= bad_lines_shown_max)
        return;
    fputs("staleread: ", stderr);
    text_print(text_of(telling->path), stderr);
    fprintf(stderr, ": line %" PRIu64 ": %s", number, why);
    if (line.length > 0) {
        fputs(": `", stderr);
        bool is_long = line.length > line_shown_bytes_max;
        text_print((struct text){line.bytes, is_long ? line_shown_bytes_max : line.length}, stderr);
        fputs(is_long ? "…`" : "`", stderr);
    }
    fputc('\n', stderr);
}

static void tell_counts(const struct std_import *import)
{
    fputs("staleread: ", stderr);
    text_print(text_of(import->path), stderr);
    fprintf(stderr, ": %" PRIu64 " events", import->event_lines);
    if (import->bad_lines > 0)
        fprintf(stderr, "; %" PRIu64 " %s left out, so that findings may be wrong", import->bad_lines,
                import->bad_lines == 1 ? "line is no event and was" : "lines are no events and were");
    fputc('\n', stderr);
}

static int refuse(const struct diag *diag)
{
    diag_print(diag, stderr);
    return CMD_EXIT_CANNOT;
}

/* "FILE.srt", which is the caller's to free; NULL: no memory. */
static char *default_output(const char *path)
{
    struct buffer name;
    buffer_init(&name);
    buffer_add_string(&name, path);
    buffer_add_string(&name, ".srt");
    if (buffer_status(&name) == STATUS_OK)
        return name.bytes;
    buffer_fini(&name);
    return NULL;
}

static int import_to(struct std_import *import, const char *path, struct diag *diag)
{
    struct output output;
    if (output_spares(path, &import->path, 1, diag) != STATUS_OK ||
        output_open(&output, path, diag) != STATUS_OK)
        return refuse(diag);
    import->to = output.stream;
    diag_set_file(diag, import->path);
    enum status status = std_import_run(import, diag);
    struct diag closing = DIAG_NONE;
    enum status closed = output_close(&output, &closing);
    if (status != STATUS_OK || closed != STATUS_OK) {
        output_discard(&output);
        return refuse(status != STATUS_OK ? diag : &closing);
    }
    tell_counts(import);
    return CMD_EXIT_OK;
}

static int run(const struct cmd_arguments *arguments)
{
    const char *from = arguments->values[option_from];
    struct diag diag = DIAG_NONE;
    if (from == NULL) {
        diag_set(&diag, STATUS_USAGE,
                 "import: say what the file is: `--from std` (RAPID's STD form) is what is known");
        return refuse(&diag);
    }
    struct telling telling = {.path = arguments->operands[0]};
    struct std_import import = {
        .path = arguments->operands[0], .bad_line = tell_bad_line, .context = &telling};
    if (arguments->values[option_output] != NULL)
        return import_to(&import, arguments->values[option_output], &diag);
    char *path = default_output(import.path);
    if (path == NULL) {
        diag_set_nomem(&diag);
        return refuse(&diag);
    }
    int exit_status = import_to(&import, path, &diag);
    free(path);
    return exit_status;
}

static const char *choice_from(size_t i)
{
    return i == 0 ? "std" : NULL;
}

static const struct cmd_option options[] = {
    [option_from] = {.word = "from",
                     .value = "FORM",
                     .help = "what FILE is (std: RAPID's STD form)",
                     .choice = choice_from},
    [option_output] = {.word = "output",
                       .letter = 'o',
                       .value = "FILE",
                       .help = "write there instead of to FILE.srt (`-`: standard output)"},
};

const struct cmd cmd_import = {
    .name = "import",
    .operands = "FILE",
    .summary = "make a trace of another tool's log of threads",
    .details =
        "Reads a log of what threads did, plain or compressed by gzip, and writes a trace that `analyze` "
        "reads.\n"
        "--from std: RAPID's STD form, lines such as `T1|w(x)|17`: thread, operation, location. Operations "
        "are r, w (of a variable), acq, rel (of a lock), fork, join (of a thread), begin, end (of a block "
        "that is meant to be atomic) and branch, which is passed over. `fork(9)` and thread `T9` are one "
        "thread.\n"
        "What is no such line is told with its number, and left out.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
