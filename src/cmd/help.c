/* In: the table of commands. Out: what `staleread help` and `--help` say, so that the two cannot differ from what the
 * program takes. Must hold: nothing is wider than 80 columns. */
#include "cmd/cmd.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmd/choices.h"

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

void help_print_all(void)
{
    puts("Usage: staleread COMMAND [OPTION...] [TRACE...]\n"
         "\n"
         "Finds reads that went stale: between a task's read of shared state and the write\n"
         "that depends on it, another task wrote.\n"
         "\n"
         "Commands:");
    const struct cmd *cmd;
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++)
        print_row(cmd->name, command_columns, cmd->summary);
    puts("\n`staleread COMMAND --help` tells more.\n"
         "Exit status: 0 fine, 1 findings (analyze), 2 wrong usage or unreadable input.");
}

static void print_option(const struct cmd_option *option)
{
    char words[64];
    bool has_letter = option->letter != '\0', has_word = option->word != NULL;
    snprintf(words, sizeof words, "%s%c%s%s%s%s%s", has_letter ? "-" : " ", has_letter ? option->letter : ' ',
             !has_word    ? ""
             : has_letter ? ", "
                          : "  ",
             has_word ? "--" : "", has_word ? option->word : "", option->value != NULL ? " " : "",
             option->value != NULL ? option->value : "");
    char help[512];
    size_t length = (size_t)snprintf(help, sizeof help, "%s", option->help);
    for (size_t i = 0; option->choice != NULL && option->choice(i) != NULL && length < sizeof help; i++) {
        const char *separator = i == 0 ? "; " : option->choice(i + 1) != NULL ? ", " : " or ";
        length += (size_t)snprintf(help + length, sizeof help - length, "%s%s", separator, option->choice(i));
    }
    print_row(words, option_columns, help);
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
    print_option(&(struct cmd_option){"help", 'h', NULL, "this text"});
}

static int run(const struct cmd_arguments *arguments)
{
    if (arguments->operand_count == 0) {
        help_print_all();
        return CMD_EXIT_OK;
    }
    const struct cmd *cmd = cmd_find(arguments->operands[0]);
    if (cmd == NULL)
        return cmd_refuse(arguments->operands[0]);
    help_print(cmd);
    return CMD_EXIT_OK;
}

const struct cmd cmd_help = {
    .name = "help",
    .operands = "[COMMAND]",
    .summary = "this list, or what one command does",
    .details = "Lists the commands, or tells what one of them does.\n",
    .operands_max = 1,
    .operand_choice = choices_command,
    .run = run,
};
