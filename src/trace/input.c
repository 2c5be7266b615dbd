/* In: a path. Out: its bytes, a window at a time.
 * Must hold: start <= end <= capacity; `offset` counts every byte that was skipped; nothing before it is kept. */
#include "trace/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { capacity_bytes = 1024 * 1024 };

enum status input_init(struct input *input, const char *path, struct diag *diag)
{
    struct stat about;
    *input = (struct input){.descriptor = open(path, O_RDONLY | O_CLOEXEC)};
    if (input->descriptor < 0)
        return diag_set_errno(diag, errno, "cannot open the trace");
    if (fstat(input->descriptor, &about) != 0)
        return diag_set_errno(diag, errno, "cannot look at the trace");
    if (S_ISDIR(about.st_mode))
        return diag_set(diag, STATUS_IO, "this is a directory; name the trace file in it");
    if (S_ISREG(about.st_mode))
        input->file_bytes = (uint64_t)about.st_size;
    return STATUS_OK;
}

void input_fini(struct input *input)
{
    if (input->descriptor >= 0)
        close(input->descriptor);
    free(input->bytes);
    *input = (struct input){.descriptor = -1};
}

/* Room for `wanted` bytes from the window's start on. */
static enum status make_room(struct input *input, size_t wanted, struct diag *diag)
{
    if (input->start + wanted <= input->capacity)
        return STATUS_OK;
    if (input->start != 0)
        memmove(input->bytes, input_window(input), input->end - input->start);
    input->end -= input->start;
    input->start = 0;
    if (wanted <= input->capacity)
        return STATUS_OK;
    size_t capacity = wanted > capacity_bytes ? wanted : capacity_bytes;
    unsigned char *moved = realloc(input->bytes, capacity);
    if (moved == NULL)
        return diag_set_nomem(diag);
    input->bytes = moved;
    input->capacity = capacity;
    return STATUS_OK;
}

static enum status move_to(struct input *input, uint64_t offset, struct diag *diag)
{
    if (lseek(input->descriptor, (off_t)offset, SEEK_SET) < 0)
        return diag_set_errno(diag, errno, "cannot read the trace in its order");
    return STATUS_OK;
}

enum status input_roll(struct input *input, uint64_t first, uint64_t start, uint64_t end, struct diag *diag)
{
    input->start = input->end = 0;
    input->at_end = false;
    input->rolled_at = start;
    input->rolled = end - start;
    return move_to(input, first, diag);
}

static enum status read_some(struct input *input, struct diag *diag)
{
    size_t room = input->capacity - input->end;
    if (input->is_bounded && room > input->rolled)
        room = (size_t)input->rolled;
    ssize_t got;
    do
        got = read(input->descriptor, input->bytes + input->end, room);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return diag_set_errno(diag, errno, "cannot read the trace");
    input->end += (size_t)got;
    if (got == 0 && !input->is_bounded && input->rolled != 0) {
        input->is_bounded = true;
        return move_to(input, input->rolled_at, diag);
    }
    input->rolled -= input->is_bounded ? (uint64_t)got : 0;
    input->at_end = got == 0;
    return STATUS_OK;
}

enum status input_peek(struct input *input, size_t wanted, size_t *visible, struct diag *diag)
{
    enum status status = make_room(input, wanted, diag);
    while (status == STATUS_OK && !input->at_end && input->end - input->start < wanted)
        status = read_some(input, diag);
    *visible = input->end - input->start;
    return status;
}
