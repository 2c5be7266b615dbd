/* Commands as one types them. */
#ifndef STALEREAD_REPORT_COMMAND_H
#define STALEREAD_REPORT_COMMAND_H

#include <stddef.h>

#include "base/buffer.h"
#include "report/report.h"

/* As one word of a shell's: quoted, unless it is plain. What cannot be printed is escaped. */
void command_add_word(struct buffer *command, struct text word);

/* Which modules the recording was told to watch, or not to: words of `staleread record`, each with a blank before it. */
void command_add_watched(struct buffer *command, const struct report_trace *trace);

/* What was recorded: as many of its words as are wanted, likewise; "…" stands for more. Nothing where it is not known. */
void command_add_program(struct buffer *command, const struct report_trace *trace, size_t words_max);

#endif
