/* What shows a long text page by page: another program, as the user wants it. */
#ifndef STALEREAD_CMD_PAGER_H
#define STALEREAD_CMD_PAGER_H

#include <stdbool.h>

#include "base/buffer.h"

/* A command for the shell: of STALEREAD_PAGER, of PAGER, or `less`. NULL where the user wants none (it is empty, or `cat`). */
const char *pager_command(void);

/* Whether hyperlinks get through it. */
bool pager_shows_links(const char *command);

/* Runs it until the user leaves it; what he has not looked at is no loss. False where it could not be run: nothing has been shown. */
bool pager_show(const char *command, const struct buffer *text);

#endif
