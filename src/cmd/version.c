/* In: nothing. Out: which staleread this is. */
#include "cmd/cmd.h"

#include <stdio.h>

#include "base/version.h"
#include "trace/header.h"
#include "trace/inflate.h"

static int run(const struct cmd_arguments *arguments)
{
    (void)arguments;
    printf("staleread %s (trace format %d.%d)\n", version_text(), header_major, header_minor);
    printf("inflates by %s\n", inflate_library());
    return CMD_EXIT_OK;
}

const struct cmd cmd_version = {
    .name = "version",
    .operands = "",
    .summary = "which staleread this is",
    .details =
        "Prints the version of the program and of the trace format that it reads, and the library that "
        "inflates traces.\n",
    .run = run,
};
