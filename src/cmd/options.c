/* In: the words after a command. Out: its options' values and its operands.
 * Must hold: whatever is not in the command's row is refused with a sentence; nothing is copied, so that every value
 * lives as long as argv. */
#include "cmd/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "base/text.h"

struct parser {
    const struct cmd *cmd;
    struct cmd_arguments *arguments;
    const char *const *next;
    const char *const *end;
    const char **operands; /* room for all of argv */
};

static enum options_outcome refuse(const struct cmd *cmd, const char *what, const char *word,
                                   const char *near)
{
    fprintf(stderr, "staleread: %s: %s `", cmd->name, what);
    text_print(text_of(word), stderr);
    if (near != NULL)
        fprintf(stderr, "`; did you mean `--%s`?", near);
    else
        fputc('`', stderr);
    fprintf(stderr, " (`staleread %s --help` lists its options)\n", cmd->name);
    return OPTIONS_WRONG;
}

static enum options_outcome refuse_option(const struct cmd *cmd, const char *word, const char *name)
{
    const char *known[cmd_options_max];
    for (size_t i = 0; i < cmd->option_count; i++)
        known[i] = cmd->options[i].word;
    return refuse(cmd, "there is no option", word, suggest_nearest(name, known, cmd->option_count));
}

/* Takes the value that stands behind the option's word, in it or after it. */
static enum options_outcome take_value(struct parser *parser, size_t i, const char *word, const char *joined)
{
    const struct cmd_option *option = &parser->cmd->options[i];
    const char **value = &parser->arguments->values[i];
    if (option->value == NULL && joined != NULL)
        return refuse(parser->cmd, "nothing may be joined to the option", word, NULL);
    if (option->value == NULL)
        *value = "";
    else if (joined != NULL)
        *value = joined;
    else if (parser->next < parser->end)
        *value = *parser->next++;
    else
        return refuse(parser->cmd, "something must follow the option", word, NULL);
    return OPTIONS_RUN;
}

/* --word, --word value or --word=value */
static enum options_outcome take_long(struct parser *parser, const char *word)
{
    const char *name = word + 2, *equals = strchr(name, '=');
    size_t length = equals != NULL ? (size_t)(equals - name) : strlen(name);
    for (size_t i = 0; i < parser->cmd->option_count; i++)
        if (text_equals((struct text){name, length}, parser->cmd->options[i].word))
            return take_value(parser, i, word, equals != NULL ? equals + 1 : NULL);
    return refuse_option(parser->cmd, word, name);
}

/* -l, -l value or -lvalue */
static enum options_outcome take_short(struct parser *parser, const char *word)
{
    for (size_t i = 0; i < parser->cmd->option_count; i++)
        if (parser->cmd->options[i].letter == word[1])
            return take_value(parser, i, word, word[2] != '\0' ? word + 2 : NULL);
    return refuse_option(parser->cmd, word, word + 1);
}

static enum options_outcome take_words(struct parser *parser)
{
    bool options_over = false;
    enum options_outcome outcome = OPTIONS_RUN;
    while (outcome == OPTIONS_RUN && parser->next < parser->end) {
        const char *word = *parser->next++;
        if (options_over || word[0] != '-' || word[1] == '\0')
            parser->operands[parser->arguments->operand_count++] = word;
        else if (strcmp(word, "--") == 0)
            options_over = true;
        else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
            outcome = OPTIONS_HELP;
        else
            outcome = word[1] == '-' ? take_long(parser, word) : take_short(parser, word);
    }
    return outcome;
}

static enum options_outcome check_operands(const struct cmd *cmd, const struct cmd_arguments *arguments)
{
    if (arguments->operand_count < cmd->operands_min)
        return refuse(cmd, "what is missing:", cmd->operands, NULL);
    if (arguments->operand_count > cmd->operands_max)
        return refuse(cmd, "this is one word too many:", arguments->operands[cmd->operands_max], NULL);
    return OPTIONS_RUN;
}

enum options_outcome options_parse(const struct cmd *cmd, int argc, const char *const *argv,
                                   struct cmd_arguments *arguments)
{
    const char **operands = calloc((size_t)argc + 1, sizeof *operands);
    *arguments = (struct cmd_arguments){.operands = operands};
    if (operands == NULL) {
        fputs("staleread: out of memory\n", stderr);
        return OPTIONS_WRONG;
    }
    struct parser parser = {cmd, arguments, argv, argv + argc, operands};
    enum options_outcome outcome = take_words(&parser);
    if (outcome == OPTIONS_RUN)
        outcome = check_operands(cmd, arguments);
    if (outcome != OPTIONS_RUN)
        options_release(arguments);
    return outcome;
}

void options_release(struct cmd_arguments *arguments)
{
    free((void *)arguments->operands);
    arguments->operands = NULL;
}
