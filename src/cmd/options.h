/* Reads a command's options and operands by its row of the table. */
#ifndef STALEREAD_CMD_OPTIONS_H
#define STALEREAD_CMD_OPTIONS_H

#include "cmd/cmd.h"

enum options_outcome {
    OPTIONS_RUN,
    OPTIONS_HELP,  /* --help or -h was among them */
    OPTIONS_WRONG, /* it has been said on stderr what is */
};

/* `argv` holds what follows the command's word, and must outlive the arguments. Options may stand between operands;
 * after `--` everything is an operand. The last one counts where an option is given twice. After OPTIONS_RUN the
 * arguments are to be given to options_release. */
enum options_outcome options_parse(const struct cmd *cmd, int argc, const char *const *argv,
                                   struct cmd_arguments *arguments);

/* Whether the value of an option (without dashes; NULL: the operand) is one of the choices; if not, it has been said which there
 * are. */
bool options_is_choice(const struct cmd *cmd, const char *option, const char *value, cmd_choice *choice);

void options_release(struct cmd_arguments *arguments);

#endif
