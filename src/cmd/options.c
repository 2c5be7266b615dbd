/* In: the words after a command. Out: its options' values and its operands.
 * Must hold: whatever is not in the command's row is refused with a sentence, a value that is none of its option's choices
 * too; nothing is copied, so that every value lives as long as argv. */
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
    const char *known[cmd_options_max + cmd_display_options_max];
    size_t count = 0;
    for (const struct cmd_option *option; (option = cmd_option_at(cmd, count)) != NULL;)
        known[count++] = option->word;
    return refuse(cmd, "there is no option", word, suggest_nearest(name, known, count));
}

static bool is_chosen(cmd_choice *choice, const char *value)
{
    for (size_t i = 0; choice(i) != NULL; i++)
        if (strcmp(choice(i), value) == 0)
            return true;
    return false;
}

bool options_is_choice(const struct cmd *cmd, const char *option, const char *value, cmd_choice *choice)
{
    enum { known_max = 32 };
    const char *known[known_max];
    size_t count = 0;
    if (is_chosen(choice, value))
        return true;
    while (count < known_max && (known[count] = choice(count)) != NULL)
        count++;
    fprintf(stderr, "staleread: %s: `%s%s%s", cmd->name, option != NULL ? "--" : "",
            option != NULL ? option : "", option != NULL ? " " : "");
    text_print(text_of(value), stderr);
    const char *near = suggest_nearest(value, known, count);
    if (near != NULL) {
        fprintf(stderr, "` means nothing; did you mean `%s`?\n", near);
        return false;
    }
    fputs("` means nothing; it is ", stderr);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", known[i]);
    fputc('\n', stderr);
    return false;
}

/* Takes the value that stands behind the option's word, in it or after it. */
static enum options_outcome take_value(struct parser *parser, size_t i, const char *word, const char *joined)
{
    const struct cmd *cmd = parser->cmd;
    const struct cmd_option *option = cmd_option_at(cmd, i);
    struct cmd_arguments *arguments = parser->arguments;
    const char **value =
        i < cmd->option_count ? &arguments->values[i] : &arguments->display[i - cmd->option_count];
    if (option->value == NULL && joined != NULL)
        return refuse(cmd, "nothing may be joined to the option", word, NULL);
    if (option->value == NULL)
        *value = "";
    else if (joined != NULL)
        *value = joined;
    else if (parser->next < parser->end)
        *value = *parser->next++;
    else
        return refuse(cmd, "something must follow the option", word, NULL);
    bool is_right = option->choice == NULL || options_is_choice(cmd, option->word, *value, option->choice);
    return is_right ? OPTIONS_RUN : OPTIONS_WRONG;
}

/* --word, --word value or --word=value */
static enum options_outcome take_long(struct parser *parser, const char *word)
{
    const char *name = word + 2, *equals = strchr(name, '=');
    size_t length = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const struct cmd_option *option;
    for (size_t i = 0; (option = cmd_option_at(parser->cmd, i)) != NULL; i++)
        if (text_equals((struct text){name, length}, option->word))
            return take_value(parser, i, word, equals != NULL ? equals + 1 : NULL);
    return refuse_option(parser->cmd, word, name);
}

/* -l, -l value or -lvalue */
static enum options_outcome take_short(struct parser *parser, const char *word)
{
    const struct cmd_option *option;
    for (size_t i = 0; (option = cmd_option_at(parser->cmd, i)) != NULL; i++)
        if (option->letter == word[1])
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
    *arguments = (struct cmd_arguments){.cmd = cmd, .operands = operands};
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
