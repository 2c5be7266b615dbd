/* In: the table of commands. Out: what `staleread help` and `--help` say, so that the two cannot differ from what the
 * program takes. */
#include "cmd/cmd.h"

#include <stdbool.h>
#include <stdio.h>

void help_print_all(void)
{
    size_t count;
    const struct cmd *const *table = cmd_table(&count);
    puts("Usage: staleread COMMAND [OPTION...] [TRACE...]\n"
         "\n"
         "Finds reads that went stale: between a task's read of shared state and the write\n"
         "that depends on it, another task wrote.\n"
         "\n"
         "Commands:");
    printf("  %-10s %s\n", "record",
           "run a program and write a trace (by the agent: python -m staleread record)");
    for (size_t i = 0; i < count; i++)
        printf("  %-10s %s\n", table[i]->name, table[i]->summary);
    puts("\n`staleread COMMAND --help` tells more.\n"
         "Exit status: 0 fine, 1 findings (analyze), 2 wrong usage or unreadable input.");
}

static void print_option(const struct cmd_option *option)
{
    char words[64];
    snprintf(words, sizeof words, "%s%c%s--%s%s%s", option->letter != '\0' ? "-" : "  ",
             option->letter != '\0' ? option->letter : ' ', option->letter != '\0' ? ", " : " ", option->word,
             option->value != NULL ? " " : "", option->value != NULL ? option->value : "");
    printf("  %-28s %s\n", words, option->help);
}

void help_print(const struct cmd *cmd)
{
    bool has_operands = cmd->operands[0] != '\0';
    printf("Usage: staleread %s%s%s%s\n\n%s", cmd->name, cmd->option_count > 0 ? " [OPTION...]" : "",
           has_operands ? " " : "", cmd->operands, cmd->details);
    puts("\nOptions:");
    for (size_t i = 0; i < cmd->option_count; i++)
        print_option(&cmd->options[i]);
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
    .run = run,
};
