/* In: the command line. Out: the exit status.
 * Must hold: a word that we do not know is answered with the nearest one that we do, and status 2; what was printed has
 * really reached standard output, or the status is 2. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "base/text.h"
#include "cmd/agent_rows.h"
#include "cmd/display.h"
#include "cmd/help.h"
#include "cmd/options.h"
#include "cmd/output.h"

static const struct cmd *const table[] = {&agent_record, &agent_attach,   &cmd_analyze, &cmd_show,
                                          &cmd_explain,  &cmd_dump,       &cmd_info,    &cmd_export,
                                          &cmd_import,   &cmd_merge,      &cmd_diff,    &cmd_slice,
                                          &cmd_bundle,   &cmd_completion, &cmd_version, &cmd_help};

const struct cmd *cmd_at(size_t i)
{
    return i < sizeof table / sizeof *table ? table[i] : NULL;
}

const struct cmd *cmd_find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

const struct cmd_option *cmd_option_at(const struct cmd *cmd, size_t i)
{
    if (i < cmd->option_count)
        return &cmd->options[i];
    i -= cmd->option_count;
    return cmd->shows && i < display_option_count ? &display_options[i] : NULL;
}

int cmd_refuse(const char *word)
{
    const char *known[sizeof table / sizeof *table];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        known[i] = table[i]->name;
    const char *near = suggest_nearest(word, known, sizeof known / sizeof *known);
    fputs("staleread: there is no command `", stderr);
    text_print(text_of(word), stderr);
    if (near != NULL)
        fprintf(stderr, "`; did you mean `%s`? (`staleread help` lists all)\n", near);
    else
        fputs("`; `staleread help` lists all\n", stderr);
    return CMD_EXIT_CANNOT;
}

static int refuse_agents(const struct cmd *cmd)
{
    const char *what = cmd == &agent_record ? "recording is" : "starting and stopping a recording are";
    fprintf(stderr,
            "staleread: there is no command `%s` in this program: %s done by the agent, "
            "`python -m staleread %s`\n",
            cmd->name, what, cmd->name);
    return CMD_EXIT_CANNOT;
}

static int run(const struct cmd *cmd, int argc, const char *const *argv)
{
    struct cmd_arguments arguments;
    int exit_status;
    switch (options_parse(cmd, argc, argv, &arguments)) {
    case OPTIONS_RUN:
        exit_status = cmd->run(&arguments);
        options_release(&arguments);
        return exit_status;
    case OPTIONS_HELP:
        help_print(cmd);
        return CMD_EXIT_OK;
    default:
        return CMD_EXIT_CANNOT;
    }
}

static int dispatch(int argc, const char *const *argv)
{
    if (argc < 2) {
        fputs("staleread: no command given; `staleread help` lists them\n", stderr);
        return CMD_EXIT_CANNOT;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        word = cmd_help.name;
    if (strcmp(word, "--version") == 0)
        word = cmd_version.name;
    const struct cmd *cmd = cmd_find(word);
    if (cmd == NULL)
        return cmd_refuse(word);
    return cmd->run != NULL ? run(cmd, argc - 2, argv + 2) : refuse_agents(cmd);
}

int cmd_main(int argc, const char *const *argv)
{
    int exit_status = dispatch(argc, argv);
    return output_flush_standard() ? exit_status : CMD_EXIT_CANNOT;
}
