/* In: the table of commands. Out: what `staleread help` and `--help` say, so that the two cannot differ from what the
 * program takes. Must hold: nothing is wider than 80 columns. */
#include "cmd/help.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmd/choices.h"
#include "cmd/man.h"

enum { page_columns = 80, command_columns = 13, option_columns = 31 };

/* Prints a text whose words may go to further lines; each line of it begins anew, behind an indent. `taken` is how many
 * columns of the first line are gone. */
static void print_folded(const char *text, int taken, int indent)
{
    int column = taken;
    while (*text != '\0') {
        int length = (int)strcspn(text, " \n");
        if (column > indent && column + 1 + length > page_columns) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            putchar(' ');
            column++;
        }
        printf("%.*s", length, text);
        column += length;
        text += length;
        if (*text == '\n') {
            printf("\n%*s", text[1] != '\0' ? indent : 0, "");
            column = indent;
        }
        text += *text != '\0';
    }
}

/* A word and what it means, in two columns. */
static void print_row(const char *word, int columns, const char *meaning)
{
    int taken = printf("  %-*s ", columns - 3, word);
    print_folded(meaning, taken > columns ? taken : columns, columns);
    putchar('\n');
}

const char help_introduction[] =
    "Finds reads that went stale: between a task's read of shared state and the write that depends on it, "
    "another task wrote.\n";

const char help_exit_status[] =
    "0 fine, 1 findings (analyze) or differences (diff), 2 wrong usage or unreadable input.\n";

const struct cmd_option help_option = {.word = "help", .letter = 'h', .help = "this text"};

void help_print_all(void)
{
    puts("Usage: staleread COMMAND [OPTION...] [TRACE...]\n");
    print_folded(help_introduction, 0, 0);
    puts("\nCommands:");
    const struct cmd *cmd;
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++)
        print_row(cmd->name, command_columns, cmd->summary);
    puts("\n`staleread COMMAND --help` tells more.");
    fputs("Exit status:", stdout);
    print_folded(help_exit_status, (int)strlen("Exit status:"), 0);
}

void help_add_option(struct buffer *out, const struct cmd_option *option)
{
    buffer_add_string(out, option->help);
    for (size_t i = 0; option->choice != NULL && option->choice(i) != NULL; i++) {
        buffer_add_string(out, i == 0 ? "; " : option->choice(i + 1) != NULL ? ", " : " or ");
        buffer_add_string(out, option->choice(i));
    }
}

static void print_option(const struct cmd_option *option)
{
    struct buffer words, help;
    buffer_init(&words);
    buffer_init(&help);
    if (option->letter != '\0')
        buffer_add_format(&words, "-%c%s", option->letter, option->word != NULL ? ", " : "");
    if (option->word != NULL)
        buffer_add_format(&words, "%s--%s", option->letter != '\0' ? "" : "    ", option->word);
    if (option->value != NULL)
        buffer_add_format(&words, " %s", option->value);
    help_add_option(&help, option);
    print_row(buffer_string(&words), option_columns, buffer_string(&help));
    buffer_fini(&words);
    buffer_fini(&help);
}

void help_print(const struct cmd *cmd)
{
    bool has_operands = cmd->operands[0] != '\0';
    printf("Usage: staleread %s%s%s%s\n\n", cmd->name, cmd->option_count > 0 ? " [OPTION...]" : "",
           has_operands ? " " : "", cmd->operands);
    print_folded(cmd->details, 0, 0);
    puts("\nOptions:");
    const struct cmd_option *option;
    for (size_t i = 0; (option = cmd_option_at(cmd, i)) != NULL; i++)
        print_option(option);
    print_option(&help_option);
}

/* ---- the command ---- */

enum { option_man, option_man_to };

static int refuse(const struct diag *diag)
{
    diag_print(diag, stderr);
    return CMD_EXIT_CANNOT;
}

static int print_man_page(const struct cmd *cmd)
{
    struct buffer page;
    buffer_init(&page);
    man_page(&page, cmd);
    struct diag diag = DIAG_NONE;
    int exit_status = CMD_EXIT_OK;
    if (buffer_status(&page) != STATUS_OK) {
        diag_set_nomem(&diag);
        exit_status = refuse(&diag);
    } else if (buffer_write(&page, stdout) != STATUS_OK) {
        exit_status = CMD_EXIT_CANNOT; /* flushing says why */
    }
    buffer_fini(&page);
    return exit_status;
}

static int run(const struct cmd_arguments *arguments)
{
    struct diag diag = DIAG_NONE;
    const char *word = arguments->operand_count > 0 ? arguments->operands[0] : NULL;
    const char *folder = arguments->values[option_man_to];
    const struct cmd *cmd = word != NULL ? cmd_find(word) : NULL;
    if (word != NULL && cmd == NULL)
        return cmd_refuse(word);
    if (folder != NULL)
        return man_write_all(folder, &diag) == STATUS_OK ? CMD_EXIT_OK : refuse(&diag);
    if (arguments->values[option_man] != NULL)
        return print_man_page(cmd);
    if (cmd != NULL)
        help_print(cmd);
    else
        help_print_all();
    return CMD_EXIT_OK;
}

static const struct cmd_option options[] = {
    [option_man] = {.word = "man", .help = "print it as a manual page, for `man -l -`"},
    [option_man_to] = {.word = "man-to",
                       .value = "FOLDER",
                       .help = "write the manual pages of all commands there"},
};

const struct cmd cmd_help = {
    .name = "help",
    .operands = "[COMMAND]",
    .summary = "the list of commands, or what one of them does",
    .details = "Lists the commands, or tells what one of them does.\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .operands_max = 1,
    .operand_choice = choices_command,
    .run = run,
};
