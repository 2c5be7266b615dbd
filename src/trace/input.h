/* A file, or a source, as a window that slides over its bytes: forwards only, so that a pipe will do, and by read() only, so
 * that a file that shrinks meanwhile is a short file and not a crash.
 *
 * A file that is *followed* has no end as long as somebody may still write to it: what is not there yet is waited for. */
#ifndef STALEREAD_TRACE_INPUT_H
#define STALEREAD_TRACE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/status.h"
#include "trace/source.h"

struct input {
    int descriptor;             /* -1: not open, or of a source */
    struct trace_source source; /* read is NULL: of a file */
    bool at_end;                /* the system has no more bytes, and will have none */
    bool is_stream;             /* a pipe and the like: read once, in order */
    bool is_followed;
    bool is_behind; /* followed, and what there was is read: look again before saying so once more */
    unsigned char *bytes;
    size_t capacity;
    size_t start; /* of the window, in bytes[] */
    size_t end;
    uint64_t offset;     /* of the window's start, in the file */
    uint64_t file_bytes; /* 0: unknown */
    uint64_t rolled;     /* bytes that follow the last ones of the file, see input_roll */
    uint64_t rolled_at;
    bool is_bounded; /* reads those now, and `rolled` of them are left */
};

/* Opens the file, or standard input where the path is `-`; a directory is refused. After an error only input_fini may be
 * called. */
enum status input_init(struct input *input, const char *path, struct diag *diag) WARN_UNUSED;
void input_init_source(struct input *input, const struct trace_source *source);
void input_fini(struct input *input);

/* What is to come is what stands from `first` to the end of the file, and then what stands from `start` to `end`. */
enum status input_roll(struct input *input, uint64_t first, uint64_t start, uint64_t end, struct diag *diag)
    WARN_UNUSED;

/* Copies what stands at that place in what is no stream: `wanted` bytes, fewer only at the end. The window stays. */
enum status input_look(struct input *input, uint64_t offset, void *into, size_t wanted, size_t *visible,
                       struct diag *diag) WARN_UNUSED;

/* From here on the end of the file is where somebody goes on writing. */
void input_follow(struct input *input);

/* The end is where the window ends now, whatever comes behind it. */
void input_end_here(struct input *input);

/* Makes up to `wanted` bytes visible at input_window; *visible may be less only at the end of the file. STATUS_WAIT: of a
 * file that is followed they are not there yet; nothing has moved. */
enum status input_peek(struct input *input, size_t wanted, size_t *visible, struct diag *diag) WARN_UNUSED;

/* The same for who makes do with less: *visible may also be less because the rest is not there yet. */
enum status input_peek_some(struct input *input, size_t wanted, size_t *visible, struct diag *diag)
    WARN_UNUSED;

/* Whether what is visible is all there is for now, and more may come. */
static inline bool input_waits(const struct input *input)
{
    return input->is_behind && !input->at_end;
}

static inline const unsigned char *input_window(const struct input *input)
{
    return input->bytes + input->start;
}

/* Goes forward within what is visible. */
static inline void input_skip(struct input *input, size_t bytes)
{
    input->start += bytes;
    input->offset += bytes;
}

#endif
