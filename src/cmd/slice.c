/* In: a trace, and the id of one of its findings. Out: a file with the smallest trace in which it stands.
 * Must hold: there is no output unless the finding was found in it. */
#include "cmd/cmd.h"
#include "cmd/slicing.h"

static int run(const struct cmd_arguments *arguments)
{
    struct slicing slicing;
    struct diag diag = DIAG_NONE;
    enum status status = slicing_run(&slicing, arguments, &diag);
    if (status == STATUS_OK)
        status = slicing_write(&slicing, &slicing.result.bytes, &diag);
    if (status == STATUS_OK)
        slicing_tell(&slicing, slicing.result.bytes.length);
    else
        diag_print(&diag, stderr);
    slicing_fini(&slicing);
    return status == STATUS_OK ? CMD_EXIT_OK : CMD_EXIT_CANNOT;
}

const struct cmd cmd_slice = {
    .name = "slice",
    .operands = "TRACE",
    .summary = "the smallest trace in which one finding still stands",
    .details =
        "Makes a small trace of a large one: only what one finding needs to be found again, with the same "
        "id, kind, status and confidence. Nothing else of the program is in it: no other events, names or "
        "lines of source, but the functions that ran in it.\n"
        "Events are left out, and the rest analyzed, until none can be left out any more. A finding that "
        "cannot be sliced is told, with exit status 2.\n"
        "With --redact files, functions, classes, attributes, variables, keys, strings, tasks, host and "
        "command line get pseudonyms, one word always the same; what is surely Python's own, line numbers "
        "and whole "
        "numbers up to 16 stay. The finding has another id then.\n",
    .options = slicing_options,
    .option_count = slicing_option_count,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
