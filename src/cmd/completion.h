/* What shells complete: scripts, written from the table of commands. One function for each shell. */
#ifndef STALEREAD_CMD_COMPLETION_H
#define STALEREAD_CMD_COMPLETION_H

#include "base/buffer.h"
#include "cmd/cmd.h"
#include "cmd/help.h"

/* What may stand in a place of the command line. */
enum completion_place {
    COMPLETION_NOTHING, /* nothing that could be completed: a number, a pattern */
    COMPLETION_CHOICE,
    COMPLETION_FILE,
    COMPLETION_TRACE, /* files that end with .srt before others */
    COMPLETION_PROCESS,
};

/* What follows the option. COMPLETION_NOTHING also where it is a flag. */
enum completion_place completion_of_option(const struct cmd_option *option);

/* What the command's operands are. */
enum completion_place completion_of_operands(const struct cmd *cmd);

/* Whether a finding's id stands before them, which no shell can know. */
bool completion_begins_with_id(const struct cmd *cmd);

/* Appends the choices with spaces between. */
void completion_add_choices(struct buffer *out, cmd_choice *choice);

/* Appends an option's words: `--output -o`, with what stands before each and between two. */
void completion_add_words(struct buffer *out, const struct cmd_option *option, const char *before,
                          const char *between);

/* Appends the text for single quotes of any of the shells; each of `escaped` gets a backslash before it. */
void completion_add_quotable(struct buffer *out, struct text text, const char *escaped);

/* As much of an option's help as says in one line what it is for. */
struct text completion_gist(const char *help);

/* Append the whole script. */
void completion_bash(struct buffer *out);
void completion_zsh(struct buffer *out);
void completion_fish(struct buffer *out);

#endif
