/* What may follow options, or be an operand: each is taken from the table that decides. For the rows of `struct cmd_option`. */
#ifndef STALEREAD_CMD_CHOICES_H
#define STALEREAD_CMD_CHOICES_H

#include "cmd/cmd.h"

cmd_choice choices_command;
cmd_choice choices_confidence;
cmd_choice choices_difference_format;
cmd_choice choices_fail_on;
cmd_choice choices_format;
cmd_choice choices_kind;
cmd_choice choices_target;

#endif
