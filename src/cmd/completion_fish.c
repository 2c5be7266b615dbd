/* In: the table of commands. Out: a script for fish: a line for each command, option and operand. */
#include "cmd/completion.h"

static void add_help(struct buffer *out, struct text help)
{
    buffer_add_string(out, " -d '");
    completion_add_quotable(out, help, "\\");
    buffer_add_char(out, '\'');
}

static void add_start(struct buffer *out, const struct cmd *cmd)
{
    buffer_add_format(out, "complete -c staleread -n '__fish_seen_subcommand_from %s'", cmd->name);
}

static void add_place(struct buffer *out, enum completion_place place, cmd_choice *choice)
{
    switch (place) {
    case COMPLETION_CHOICE:
        buffer_add_string(out, " -a '");
        completion_add_choices(out, choice);
        buffer_add_char(out, '\'');
        break;
    case COMPLETION_FILE:
        buffer_add_string(out, " -F");
        break;
    case COMPLETION_TRACE:
        buffer_add_string(out, " -k -a '(__fish_complete_suffix .srt)'");
        break;
    case COMPLETION_PROCESS:
        buffer_add_string(out, " -a '(__fish_complete_pids)'");
        break;
    default:
        break;
    }
}

static void add_option(struct buffer *out, const struct cmd *cmd, const struct cmd_option *option)
{
    add_start(out, cmd);
    if (option->letter != '\0')
        buffer_add_format(out, " -s %c", option->letter);
    if (option->word != NULL)
        buffer_add_format(out, " -l %s", option->word);
    if (option->value != NULL)
        buffer_add_string(out, completion_of_option(option) == COMPLETION_FILE ? " -r" : " -x");
    add_place(out, completion_of_option(option), option->choice);
    add_help(out, completion_gist(option->help));
    buffer_add_char(out, '\n');
}

static void add_command(struct buffer *out, const struct cmd *cmd)
{
    const struct cmd_option *option;
    buffer_add_format(out, "\ncomplete -c staleread -n __fish_use_subcommand -a %s", cmd->name);
    add_help(out, completion_gist(cmd->summary));
    buffer_add_char(out, '\n');
    for (size_t i = 0; (option = cmd_option_at(cmd, i)) != NULL; i++)
        add_option(out, cmd, option);
    add_option(out, cmd, &help_option);
    enum completion_place place = completion_of_operands(cmd);
    if (place == COMPLETION_NOTHING)
        return;
    add_start(out, cmd);
    add_place(out, place, cmd->operand_choice);
    buffer_add_char(out, '\n');
}

void completion_fish(struct buffer *out)
{
    const struct cmd *cmd;
    buffer_add_string(
        out, "# Completion of staleread's command line for fish, written by `staleread completion fish`.\n"
             "\n"
             "complete -c staleread -f\n"
             "complete -c staleread -n __fish_use_subcommand -s h -l help -d 'list the commands'\n"
             "complete -c staleread -n __fish_use_subcommand -l version -d 'tell the version'\n");
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++)
        add_command(out, cmd);
}
