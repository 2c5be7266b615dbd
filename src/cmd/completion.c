/* In: the name of a shell. Out: a script that has it complete our command line.
 * Must hold: all that a script knows comes from the table of commands, so that it cannot complete what is not taken. */
#include "cmd/completion.h"

#include <stdio.h>
#include <string.h>

#include "cmd/options.h"

/* ---- what all shells ask ---- */

enum completion_place completion_of_option(const struct cmd_option *option)
{
    if (option->choice != NULL)
        return COMPLETION_CHOICE;
    return option->value != NULL && strcmp(option->value, "FILE") == 0 ? COMPLETION_FILE : COMPLETION_NOTHING;
}

enum completion_place completion_of_operands(const struct cmd *cmd)
{
    if (cmd->operand_choice != NULL)
        return COMPLETION_CHOICE;
    if (cmd->operands[0] == '\0')
        return COMPLETION_NOTHING;
    if (strcmp(cmd->operands, "PID") == 0)
        return COMPLETION_PROCESS;
    return strstr(cmd->operands, "TRACE") != NULL ? COMPLETION_TRACE : COMPLETION_FILE;
}

bool completion_begins_with_id(const struct cmd *cmd)
{
    return strncmp(cmd->operands, "ID ", strlen("ID ")) == 0;
}

void completion_add_choices(struct buffer *out, cmd_choice *choice)
{
    for (size_t i = 0; choice(i) != NULL; i++)
        buffer_add_format(out, "%s%s", i > 0 ? " " : "", choice(i));
}

void completion_add_words(struct buffer *out, const struct cmd_option *option, const char *before,
                          const char *between)
{
    if (option->word != NULL)
        buffer_add_format(out, "%s--%s", before, option->word);
    if (option->word != NULL && option->letter != '\0')
        buffer_add_string(out, between);
    if (option->letter != '\0')
        buffer_add_format(out, "%s-%c", before, option->letter);
}

void completion_add_quotable(struct buffer *out, struct text text, const char *escaped)
{
    for (size_t i = 0; i < text.length; i++) {
        char character = text.bytes[i];
        if (character == '\'')
            buffer_add_string(out, "'\\''");
        else if (strchr(escaped, character) != NULL)
            buffer_add_format(out, "\\%c", character);
        else
            buffer_add_char(out, character);
    }
}

struct text completion_gist(const char *help)
{
    static const char *const ends[] = {" (", "; ", ": ", ". "};
    size_t length = strlen(help);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *end = strstr(help, ends[i]);
        if (end != NULL && (size_t)(end - help) < length)
            length = (size_t)(end - help);
    }
    return (struct text){help, length};
}

/* ---- the command ---- */

static const struct shell {
    const char *name;
    void (*write)(struct buffer *out);
} shells[] = {
    {"bash", completion_bash},
    {"zsh", completion_zsh},
    {"fish", completion_fish},
};

static const char *choice_shell(size_t i)
{
    return i < sizeof shells / sizeof *shells ? shells[i].name : NULL;
}

static int run(const struct cmd_arguments *arguments)
{
    struct buffer out;
    int exit_status = CMD_EXIT_OK;
    if (!options_is_choice(&cmd_completion, NULL, arguments->operands[0], choice_shell))
        return CMD_EXIT_CANNOT;
    buffer_init(&out);
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (strcmp(arguments->operands[0], shells[i].name) == 0)
            shells[i].write(&out);
    if (buffer_status(&out) != STATUS_OK) {
        fputs("staleread: out of memory\n", stderr);
        exit_status = CMD_EXIT_CANNOT;
    } else if (buffer_write(&out, stdout) != STATUS_OK) {
        exit_status = CMD_EXIT_CANNOT; /* flushing says why */
    }
    buffer_fini(&out);
    return exit_status;
}

const struct cmd cmd_completion = {
    .name = "completion",
    .operands = "SHELL",
    .summary = "a script that has a shell complete the command line",
    .details =
        "Prints a script by which bash, zsh or fish completes commands, options, their values and files.\n"
        "bash: `source <(staleread completion bash)`, in ~/.bashrc for good.\n"
        "zsh: `source <(staleread completion zsh)` behind `compinit` in ~/.zshrc; or as a file `_staleread` "
        "in a "
        "folder of $fpath.\n"
        "fish: `staleread completion fish > ~/.config/fish/completions/staleread.fish`.\n",
    .operands_min = 1,
    .operands_max = 1,
    .operand_choice = choice_shell,
    .run = run,
};
