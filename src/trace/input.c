/* In: a path, or a source. Out: its bytes, a window at a time.
 * Must hold: start <= end <= capacity; `offset` counts every byte that was skipped; nothing before it is kept. Behind
 * what was skipped, a file that is followed may change: a writer takes back what it has no room to finish. */
#include "trace/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { capacity_bytes = 1024 * 1024 };

static int open_path(const char *path)
{
    if (strcmp(path, "-") == 0)
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    return open(path, O_RDONLY | O_CLOEXEC);
}

enum status input_init(struct input *input, const char *path, struct diag *diag)
{
    struct stat about;
    *input = (struct input){.descriptor = open_path(path)};
    if (input->descriptor < 0)
        return diag_set_errno(diag, errno, "cannot open the trace");
    if (fstat(input->descriptor, &about) != 0)
        return diag_set_errno(diag, errno, "cannot look at the trace");
    if (S_ISDIR(about.st_mode))
        return diag_set(diag, STATUS_IO, "this is a directory; name the trace file in it");
    /* Standard input may stand in the middle of a file, where places in it are not ours to know. */
    input->is_stream = !S_ISREG(about.st_mode) || lseek(input->descriptor, 0, SEEK_CUR) != 0;
    if (!input->is_stream)
        input->file_bytes = (uint64_t)about.st_size;
    return STATUS_OK;
}

void input_init_source(struct input *input, const struct trace_source *source)
{
    *input = (struct input){
        .descriptor = -1,
        .source = *source,
        .is_stream = source->seek == NULL,
        .file_bytes = source->bytes,
    };
}

void input_fini(struct input *input)
{
    if (input->descriptor >= 0)
        close(input->descriptor);
    free(input->bytes);
    *input = (struct input){.descriptor = -1};
}

/* A small file needs no more than it is large, and a byte to see that it has ended. */
static size_t capacity_for(const struct input *input, size_t wanted)
{
    bool is_small = input->file_bytes != 0 && input->file_bytes < capacity_bytes && !input->is_followed;
    size_t capacity = is_small ? (size_t)input->file_bytes + 1 : capacity_bytes;
    return wanted > capacity ? wanted : capacity;
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
    size_t capacity = capacity_for(input, wanted);
    unsigned char *moved = realloc(input->bytes, capacity);
    if (moved == NULL)
        return diag_set_nomem(diag);
    input->bytes = moved;
    input->capacity = capacity;
    return STATUS_OK;
}

static enum status move_to(struct input *input, uint64_t offset, struct diag *diag)
{
    const struct trace_source *source = &input->source;
    if (source->read == NULL && lseek(input->descriptor, (off_t)offset, SEEK_SET) < 0)
        return diag_set_errno(diag, errno, "cannot read the trace in its order");
    if (source->read != NULL && (source->seek == NULL || source->seek(source->context, offset) != 0))
        return diag_set(diag, STATUS_IO, "cannot read the trace in its order: its source refuses");
    return STATUS_OK;
}

static ptrdiff_t read_file(const struct input *input, void *into, size_t wanted)
{
    ssize_t got;
    do
        got = read(input->descriptor, into, wanted);
    while (got < 0 && errno == EINTR);
    return got;
}

static ptrdiff_t read_source(const struct input *input, void *into, size_t wanted)
{
    ptrdiff_t got = input->source.read(input->source.context, into, wanted);
    return got >= 0 && (size_t)got > wanted ? -1 : got;
}

static enum status read_bytes(const struct input *input, void *into, size_t wanted, size_t *got,
                              struct diag *diag)
{
    bool is_file = input->source.read == NULL;
    ptrdiff_t outcome = is_file ? read_file(input, into, wanted) : read_source(input, into, wanted);
    *got = outcome >= 0 ? (size_t)outcome : 0;
    if (outcome >= 0)
        return STATUS_OK;
    return is_file ? diag_set_errno(diag, errno, "cannot read the trace")
                   : diag_set(diag, STATUS_IO, "cannot read the trace: its source refuses");
}

enum status input_look(struct input *input, uint64_t offset, void *into, size_t wanted, size_t *visible,
                       struct diag *diag)
{
    size_t got = 1;
    enum status status = move_to(input, offset, diag);
    for (*visible = 0; status == STATUS_OK && got != 0 && *visible < wanted; *visible += got)
        status = read_bytes(input, (unsigned char *)into + *visible, wanted - *visible, &got, diag);
    return status == STATUS_OK ? move_to(input, input->offset + (input->end - input->start), diag) : status;
}

enum status input_roll(struct input *input, uint64_t first, uint64_t start, uint64_t end, struct diag *diag)
{
    input->start = input->end = 0;
    input->at_end = false;
    input->rolled_at = start;
    input->rolled = end - start;
    return move_to(input, first, diag);
}

void input_follow(struct input *input)
{
    input->is_followed = true;
    /* A pipe that has ended has no writer any more. */
    if (!input->is_stream)
        input->at_end = false;
}

void input_end_here(struct input *input)
{
    input->at_end = true;
    input->is_behind = false;
}

/* Reads again what was visible at the end of a file that is followed. One that is shorter by now was begun anew. */
static enum status look_again(struct input *input, struct diag *diag)
{
    struct stat about;
    input->is_behind = false;
    if (input->is_stream)
        return STATUS_OK;
    if (fstat(input->descriptor, &about) != 0)
        return diag_set_errno(diag, errno, "cannot look at the trace");
    input->end = input->start;
    input->at_end = (uint64_t)about.st_size < input->offset;
    return move_to(input, input->offset, diag);
}

/* Whether reading would have to wait for a writer, who is to be waited for elsewhere. */
static bool is_blocked(const struct input *input)
{
    struct pollfd asked = {.fd = input->descriptor, .events = POLLIN};
    return input->is_stream && input->is_followed && poll(&asked, 1, 0) == 0;
}

static enum status read_some(struct input *input, struct diag *diag)
{
    if (is_blocked(input)) {
        input->is_behind = true;
        return STATUS_OK;
    }
    size_t room = input->capacity - input->end;
    if (input->is_bounded && room > input->rolled)
        room = (size_t)input->rolled;
    size_t got;
    enum status status = read_bytes(input, input->bytes + input->end, room, &got, diag);
    if (status != STATUS_OK)
        return status;
    input->end += got;
    if (got == 0 && !input->is_bounded && input->rolled != 0) {
        input->is_bounded = true;
        return move_to(input, input->rolled_at, diag);
    }
    input->rolled -= input->is_bounded ? got : 0;
    input->is_behind = got == 0 && input->is_followed && !input->is_stream;
    input->at_end = got == 0 && !input->is_behind;
    return STATUS_OK;
}

enum status input_peek_some(struct input *input, size_t wanted, size_t *visible, struct diag *diag)
{
    enum status status = make_room(input, wanted, diag);
    if (status == STATUS_OK && input->is_behind)
        status = look_again(input, diag);
    while (status == STATUS_OK && !input->at_end && !input->is_behind && input->end - input->start < wanted)
        status = read_some(input, diag);
    *visible = input->end - input->start;
    return status;
}

enum status input_peek(struct input *input, size_t wanted, size_t *visible, struct diag *diag)
{
    enum status status = input_peek_some(input, wanted, visible, diag);
    return status == STATUS_OK && *visible < wanted && input_waits(input) ? STATUS_WAIT : status;
}
