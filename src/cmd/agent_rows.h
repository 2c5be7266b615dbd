/* The commands that the agent has (`python -m staleread …`): told about here, run there. */
#ifndef STALEREAD_CMD_AGENT_ROWS_H
#define STALEREAD_CMD_AGENT_ROWS_H

#include "cmd/cmd.h"

extern const struct cmd agent_record;
extern const struct cmd agent_attach;

#endif
