/* In: the name of a kind, or none. Out: what it means, an example, its cures and its near misses; or the list of kinds.
 * Must hold: what is printed stands in explain_rows, so that every kind there is can be explained. */
#include "finding/explain.h"

#include <stdio.h>

#include "cmd/choices.h"
#include "cmd/cmd.h"
#include "finding/kinds.h"

static void print_list(void)
{
    puts("What can be found:\n");
    for (int kind = 0; kind < FINDING_KIND_COUNT; kind++)
        printf("  %-22s %s\n", kinds_name((enum finding_kind)kind), explain_rows[kind].headline);
    puts("\n`staleread explain KIND` tells more.");
}

static int print_row(enum finding_kind kind)
{
    struct buffer text;
    buffer_init(&text);
    explain_add_text(&text, kind);
    bool is_whole = buffer_status(&text) == STATUS_OK;
    if (is_whole)
        fputs(buffer_string(&text), stdout);
    else
        fputs("staleread: explain: not enough memory\n", stderr);
    buffer_fini(&text);
    return is_whole ? CMD_EXIT_OK : CMD_EXIT_CANNOT;
}

static int refuse(const char *word)
{
    const char *near = kinds_nearest(text_of(word));
    fputs("staleread: explain: there is no kind `", stderr);
    text_print(text_of(word), stderr);
    if (near != NULL)
        fprintf(stderr, "`; did you mean `%s`? (`staleread explain` lists all)\n", near);
    else
        fputs("`; `staleread explain` lists all\n", stderr);
    return CMD_EXIT_CANNOT;
}

static int run(const struct cmd_arguments *arguments)
{
    enum finding_kind kind;
    if (arguments->operand_count == 0) {
        print_list();
        return CMD_EXIT_OK;
    }
    if (!kinds_find(text_of(arguments->operands[0]), &kind))
        return refuse(arguments->operands[0]);
    return print_row(kind);
}

const struct cmd cmd_explain = {
    .name = "explain",
    .operands = "[KIND]",
    .summary = "what a kind of finding means, what cures it, and what is none",
    .details = "Tells what a kind of finding means: an example, what cures it, and what looks like it but "
               "is none. Without KIND: lists the kinds.\n",
    .operands_max = 1,
    .operand_choice = choices_kind,
    .run = run,
};
