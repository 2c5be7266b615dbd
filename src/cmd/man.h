/* Manual pages, written from the table of commands as --help is. */
#ifndef STALEREAD_CMD_MAN_H
#define STALEREAD_CMD_MAN_H

#include "base/buffer.h"
#include "base/diag.h"
#include "base/status.h"
#include "cmd/cmd.h"

/* Appends the page of a command; of all of them together where it is NULL. */
void man_page(struct buffer *out, const struct cmd *cmd);

/* Writes every page into a folder that is there: staleread.1, staleread-analyze.1 and so on. STATUS_IO or STATUS_NOMEM. */
enum status man_write_all(const char *folder, struct diag *diag) WARN_UNUSED;

#endif
