/* In: the table of commands. Out: a script for bash, from 4.0 on. Must hold: it defines functions that begin with _staleread and
 * nothing else; what bash splits at an equals sign (--format=json) is put together again. */
#include "cmd/completion.h"

#include <stdint.h>
#include <stdio.h>

static const char head[] =
    "# Completion of staleread's command line for bash, written by `staleread completion bash`.\n"
    "\n"
    "# _staleread_choose WORDS: those that begin as what is typed.\n"
    "_staleread_choose() {\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$current\")\n"
    "}\n"
    "\n"
    "# _staleread_files [ENDING]: files, where there are any with that ending only those.\n"
    "_staleread_files() {\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen -f -X \"!*$1\" -- \"$current\"; compgen -d -- \"$current\")\n"
    "    ((${#COMPREPLY[@]})) || mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
    "}\n"
    "\n"
    "_staleread() {\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} command= previous= word operands=0 i=$((COMP_CWORD - 1))\n"
    "    local valued= wrapping=\n"
    "    COMPREPLY=()\n"
    "    # What is typed as --option=value comes as three words.\n"
    "    [[ $current != = ]] || current=\n"
    "    [[ ${COMP_WORDS[i]} != = ]] || ((i--))\n"
    "    ((i < 1)) || previous=${COMP_WORDS[i]}\n"
    "    ((COMP_CWORD < 2)) || command=${COMP_WORDS[1]}\n";

static const char count_operands[] =
    "    for ((i = 2; i < COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        case \" $valued \" in\n"
    "        *\" $word \"*)\n"
    "            [[ ${COMP_WORDS[i + 1]} != = ]] || ((i++))\n"
    "            ((++i))\n"
    "            ;;\n"
    "        *) [[ $word == -* && \" $wrapping \" != *\" $word \"* ]] || ((++operands)) ;;\n"
    "        esac\n"
    "    done\n";

static const char tail[] = "}\n"
                           "\n"
                           "complete -F _staleread staleread\n";

/* ---- which words take another one ---- */

static void add_valued(struct buffer *out, const struct cmd *cmd, bool ends_ours)
{
    const struct cmd_option *option;
    const char *between = "";
    for (size_t i = 0; (option = cmd_option_at(cmd, i)) != NULL; i++) {
        /* An option without a long word says what program is wrapped: ours end there. */
        bool is_end = cmd->wraps && option->word == NULL;
        if (option->value == NULL || is_end != ends_ours)
            continue;
        buffer_add_string(out, between);
        completion_add_words(out, option, "", " ");
        between = " ";
    }
}

static void add_valued_of_all(struct buffer *out)
{
    const struct cmd *cmd;
    buffer_add_string(out, "    case $command in\n");
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        buffer_add_format(out, "    %s) valued='", cmd->name);
        add_valued(out, cmd, false);
        buffer_add_char(out, '\'');
        if (cmd->wraps) {
            buffer_add_string(out, " wrapping='");
            add_valued(out, cmd, true);
            buffer_add_char(out, '\'');
        }
        buffer_add_string(out, " ;;\n");
    }
    buffer_add_string(out, "    esac\n");
}

/* ---- values of options ---- */

static void add_place(struct buffer *out, enum completion_place place, cmd_choice *choice)
{
    switch (place) {
    case COMPLETION_CHOICE:
        buffer_add_string(out, "_staleread_choose '");
        completion_add_choices(out, choice);
        buffer_add_char(out, '\'');
        break;
    case COMPLETION_FILE:
        buffer_add_string(out, "_staleread_files");
        break;
    case COMPLETION_TRACE:
        buffer_add_string(out, "_staleread_files .srt");
        break;
    case COMPLETION_PROCESS:
        buffer_add_string(out, "_staleread_choose \"$(ps -eo pid= 2>/dev/null)\"");
        break;
    default:
        break;
    }
}

static void add_values(struct buffer *out, const struct cmd *cmd)
{
    const struct cmd_option *option;
    char before[64];
    snprintf(before, sizeof before, "%s:", cmd->name);
    for (size_t i = 0; (option = cmd_option_at(cmd, i)) != NULL; i++) {
        enum completion_place place = completion_of_option(option);
        if (place == COMPLETION_NOTHING)
            continue;
        buffer_add_string(out, "    ");
        completion_add_words(out, option, before, " | ");
        buffer_add_string(out, ") ");
        add_place(out, place, option->choice);
        buffer_add_string(out, "; return ;;\n");
    }
}

/* ---- options and operands ---- */

static void add_rest(struct buffer *out, const struct cmd *cmd)
{
    const struct cmd_option *option;
    buffer_add_format(out, "    %s)\n        if [[ $current == -* ]]; then\n            _staleread_choose '",
                      cmd->name);
    for (size_t i = 0; (option = cmd_option_at(cmd, i)) != NULL; i++) {
        completion_add_words(out, option, "", " ");
        buffer_add_char(out, ' ');
    }
    completion_add_words(out, &help_option, "", " ");
    buffer_add_string(out, "'\n        ");
    enum completion_place place = completion_of_operands(cmd);
    bool is_bounded = !cmd->wraps && cmd->operands_max < SIZE_MAX && cmd->operands_max > 0;
    if (place != COMPLETION_NOTHING) {
        if (is_bounded)
            buffer_add_format(out, "elif ((operands < %zu)); then\n            ", cmd->operands_max);
        else if (completion_begins_with_id(cmd))
            buffer_add_string(out, "elif ((operands > 0)); then\n            ");
        else
            buffer_add_string(out, "else\n            ");
        add_place(out, place, cmd->operand_choice);
        buffer_add_string(out, "\n        ");
    }
    buffer_add_string(out, "fi\n        ;;\n");
}

static void add_commands(struct buffer *out)
{
    const struct cmd *cmd;
    buffer_add_string(out, "    '') _staleread_choose '");
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++)
        buffer_add_format(out, "%s ", cmd->name);
    buffer_add_string(out, "--help --version' ;;\n");
}

void completion_bash(struct buffer *out)
{
    const struct cmd *cmd;
    buffer_add_string(out, head);
    add_valued_of_all(out);
    buffer_add_string(out, count_operands);
    buffer_add_string(out, "    if [[ -n $wrapping ]] && ((operands)); then\n"
                           "        _staleread_files\n"
                           "        return\n"
                           "    fi\n"
                           "    case $command:$previous in\n");
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++)
        add_values(out, cmd);
    buffer_add_string(out,
                      "    esac\n"
                      "    [[ -z $previous || \" $valued $wrapping \" != *\" $previous \"* ]] || return\n"
                      "    case $command in\n");
    add_commands(out);
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++)
        add_rest(out, cmd);
    buffer_add_string(out, "    esac\n");
    buffer_add_string(out, tail);
}
