/* What went wrong, collected while an error travels up.
 *
 * The caller owns the diag, usually on its stack, and hands its address down; a NULL diag is allowed everywhere
 * and collects nothing. The first cause wins: whoever is further up may add where (file, frame, offset), but does
 * not replace the sentence. Texts are copied and cut at their limits. */
#ifndef STALEREAD_BASE_DIAG_H
#define STALEREAD_BASE_DIAG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/status.h"

struct diag {
    enum status status; /* STATUS_OK: nothing was collected */
    bool has_frame;
    bool has_offset;
    uint64_t frame;                       /* number of the frame, from 0 */
    uint64_t offset;                      /* bytes from the start of the file */
    char file[diag_file_bytes_max];       /* as the user gave it; empty: no file */
    char message[diag_message_bytes_max]; /* what is wrong and what to do, without a full stop */
};

#define DIAG_NONE ((struct diag){.status = STATUS_OK})

void diag_clear(struct diag *diag);

/* Says what is wrong, unless a cause is known already. Returns `status`, so that it can be returned at once:
 *     return diag_set(diag, STATUS_LIMIT, "the frame says it inflates to %u bytes", bytes); */
enum status diag_set(struct diag *diag, enum status status, const char *format, ...) PRINTF_LIKE(3, 4);

/* As diag_set, for a failed system call: adds what `error` (an errno) means. */
enum status diag_set_errno(struct diag *diag, int error, const char *what);

/* Says that memory ran out. */
enum status diag_set_nomem(struct diag *diag);

/* Where it is wrong, unless that is known already. */
void diag_set_file(struct diag *diag, const char *file);
void diag_set_frame(struct diag *diag, uint64_t frame);
void diag_set_offset(struct diag *diag, uint64_t offset_bytes);

/* All of it on one line, without a newline: `FILE: what is wrong (frame N, offset M)`. What is not printable in the texts is
 * escaped: a file name may hold anything. */
enum { diag_line_bytes_max = 4 * (diag_file_bytes_max + diag_message_bytes_max) + 96 };
void diag_line(const struct diag *diag, char line[diag_line_bytes_max]);

/* Prints `staleread: `, that line and a newline. */
void diag_print(const struct diag *diag, FILE *to);

#endif
