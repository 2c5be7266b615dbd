/* In: the table of commands. Out: a script for zsh, for its function _arguments. Must hold: it works when it is sourced behind compinit,
 * and as a file of $fpath, where it is run as the function that it defines. */
#include "cmd/completion.h"

/* Of texts in specifications of _arguments. */
static const char escaped[] = "[]:\\";

static void add_place(struct buffer *out, enum completion_place place, cmd_choice *choice)
{
    switch (place) {
    case COMPLETION_CHOICE:
        buffer_add_char(out, '(');
        completion_add_choices(out, choice);
        buffer_add_char(out, ')');
        break;
    case COMPLETION_FILE:
        buffer_add_string(out, "_files");
        break;
    case COMPLETION_TRACE:
        buffer_add_string(out, "_files -g \"*.srt\"");
        break;
    case COMPLETION_PROCESS:
        buffer_add_string(out, "_pids");
        break;
    default:
        buffer_add_char(out, ' ');
    }
}

/* '(-f --format)'{-f+,--format=}'[how the report is written]:FORMAT:(text json)' */
static void add_option(struct buffer *out, const struct cmd_option *option)
{
    const char *after_letter = option->value != NULL ? "+" : "",
               *after_word = option->value != NULL ? "=" : "";
    buffer_add_string(out, "      ");
    if (option->word != NULL && option->letter != '\0')
        buffer_add_format(out, "'(-%c --%s)'{-%c%s,--%s%s}'", option->letter, option->word, option->letter,
                          after_letter, option->word, after_word);
    else if (option->word != NULL)
        buffer_add_format(out, "'--%s%s", option->word, after_word);
    else
        buffer_add_format(out, "'-%c%s", option->letter, after_letter);
    buffer_add_char(out, '[');
    completion_add_quotable(out, completion_gist(option->help), escaped);
    buffer_add_char(out, ']');
    if (option->value != NULL) {
        buffer_add_format(out, ":%s:", option->value);
        add_place(out, completion_of_option(option), option->choice);
    }
    buffer_add_string(out, "' \\\n");
}

static void add_operands(struct buffer *out, const struct cmd *cmd)
{
    enum completion_place place = completion_of_operands(cmd);
    if (place == COMPLETION_NOTHING)
        return;
    bool is_one = cmd->operands_max == 1;
    if (completion_begins_with_id(cmd))
        buffer_add_string(out, "      '1:ID: ' \\\n");
    buffer_add_format(out, "      '%s:", cmd->wraps ? "*:" : is_one ? "1" : "*");
    completion_add_quotable(out, text_of(cmd->operands), escaped);
    buffer_add_char(out, ':');
    add_place(out, place, cmd->operand_choice);
    buffer_add_string(out, "' \\\n");
}

static void add_command(struct buffer *out, const struct cmd *cmd)
{
    const struct cmd_option *option;
    buffer_add_format(out, "    (%s)\n      _arguments -S \\\n", cmd->name);
    for (size_t i = 0; (option = cmd_option_at(cmd, i)) != NULL; i++)
        add_option(out, option);
    add_option(out, &help_option);
    add_operands(out, cmd);
    buffer_add_string(out, "      && return\n      ;;\n");
}

void completion_zsh(struct buffer *out)
{
    const struct cmd *cmd;
    buffer_add_string(
        out, "#compdef staleread\n"
             "# Completion of staleread's command line for zsh, written by `staleread completion zsh`.\n"
             "\n"
             "_staleread() {\n"
             "  local context state state_descr line\n"
             "  typeset -A opt_args\n"
             "  _arguments -C '(- *)'{-h,--help}'[list the commands]' '(- *)--version[tell the version]' \\\n"
             "    '1:command:->command' '*::argument:->argument' && return\n"
             "  case $state in\n"
             "  (command)\n"
             "    local -a commands\n"
             "    commands=(\n");
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        buffer_add_format(out, "      '%s:", cmd->name);
        completion_add_quotable(out, completion_gist(cmd->summary), escaped);
        buffer_add_string(out, "'\n");
    }
    buffer_add_string(out, "    )\n"
                           "    _describe -t commands 'command' commands && return\n"
                           "    ;;\n"
                           "  (argument)\n"
                           "    case $words[1] in\n");
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++)
        add_command(out, cmd);
    buffer_add_string(out, "    esac\n"
                           "    ;;\n"
                           "  esac\n"
                           "  return 1\n"
                           "}\n"
                           "\n"
                           "if [[ $funcstack[1] == _staleread ]]; then\n"
                           "  _staleread \"$@\"\n"
                           "else\n"
                           "  compdef _staleread staleread\n"
                           "fi\n");
}
