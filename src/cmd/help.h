/* What is told about commands, on a terminal (help.c) and in manual pages (man.c). */
#ifndef STALEREAD_CMD_HELP_H
#define STALEREAD_CMD_HELP_H

#include "base/buffer.h"
#include "cmd/cmd.h"

/* Paragraphs, each with a newline behind it. */
extern const char help_introduction[];
extern const char help_exit_status[];

/* What every command has besides its own options. */
extern const struct cmd_option help_option;

/* Appends what an option is for, and which values it takes. */
void help_add_option(struct buffer *out, const struct cmd_option *option);

/* Prints the help of all commands, or of one. */
void help_print_all(void);
void help_print(const struct cmd *cmd);

#endif
