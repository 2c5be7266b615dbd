/* In: the path of -o, if it was given. Out: a stream, and whether everything written to it has arrived.
 * Must hold: nothing that is read is written over; an error shows up once, with a sentence; nobody listening any more (`| head`) is no error worth one. */
#include "cmd/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool output_is_standard(const char *path)
{
    return path == NULL || strcmp(path, "-") == 0;
}

bool output_is_terminal(const char *path)
{
    return output_is_standard(path) && isatty(STDOUT_FILENO) == 1;
}

enum status output_spares(const char *path, const char *const *inputs, size_t count, struct diag *diag)
{
    struct stat output, input;
    if (output_is_standard(path) || stat(path, &output) != 0 || !S_ISREG(output.st_mode))
        return STATUS_OK;
    for (size_t i = 0; i < count; i++) {
        if (stat(inputs[i], &input) != 0 || input.st_dev != output.st_dev || input.st_ino != output.st_ino)
            continue;
        diag_set_file(diag, path);
        return diag_set(diag, STATUS_USAGE, "this is what is read; name another file for the output");
    }
    return STATUS_OK;
}

enum status output_open(struct output *output, const char *path, struct diag *diag)
{
    *output = (struct output){.stream = stdout};
    if (output_is_standard(path))
        return STATUS_OK;
    output->path = path;
    output->stream = fopen(path, "wb");
    if (output->stream != NULL)
        return STATUS_OK;
    diag_set_file(diag, path);
    return diag_set_errno(diag, errno, "cannot write the output");
}

enum status output_close(struct output *output, struct diag *diag)
{
    if (output->path == NULL)
        return STATUS_OK; /* standard output: see output_flush_standard */
    bool failed = ferror(output->stream) || fflush(output->stream) != 0;
    int error = errno;
    if (fclose(output->stream) != 0 && !failed) {
        failed = true;
        error = errno;
    }
    if (!failed)
        return STATUS_OK;
    diag_set_file(diag, output->path);
    return diag_set_errno(diag, error, "cannot write the output");
}

void output_discard(const struct output *output)
{
    struct stat there;
    if (output->path != NULL && lstat(output->path, &there) == 0 && S_ISREG(there.st_mode))
        unlink(output->path);
}

/* Makes a file beside `path`, of a name that nobody has; the name is the caller's to free. NULL: errno tells. */
static char *open_beside(const char *path, FILE **stream)
{
    size_t bytes = strlen(path) + 32;
    char *beside = malloc(bytes);
    if (beside == NULL)
        return NULL;
    snprintf(beside, bytes, "%s.%ld.new", path, (long)getpid());
    int descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    *stream = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    if (*stream != NULL)
        return beside;
    int error = errno;
    if (descriptor >= 0) {
        close(descriptor);
        unlink(beside);
    }
    free(beside);
    errno = error;
    return NULL;
}

/* Whether the content has reached the disk; errno tells why not. */
static bool write_all(const struct buffer *content, FILE *stream)
{
    bool written = buffer_write(content, stream) == STATUS_OK && fflush(stream) == 0;
    written = written && (fsync(fileno(stream)) == 0 || errno == EINVAL || errno == EROFS);
    int error = errno;
    if (fclose(stream) != 0 && written)
        return false;
    errno = error;
    return written;
}

static bool replace_file(const char *path, const struct buffer *content)
{
    FILE *stream;
    char *beside = open_beside(path, &stream);
    if (beside == NULL)
        return false;
    bool replaced = write_all(content, stream) && rename(beside, path) == 0;
    int error = errno;
    if (!replaced)
        unlink(beside);
    free(beside);
    errno = error;
    return replaced;
}

enum status output_replace(const char *path, const struct buffer *content, struct diag *diag)
{
    struct stat there;
    bool replaced;
    if (lstat(path, &there) != 0 || S_ISREG(there.st_mode)) {
        replaced = replace_file(path, content);
    } else {
        FILE *stream = fopen(path, "wb");
        replaced = stream != NULL && write_all(content, stream);
    }
    if (replaced)
        return STATUS_OK;
    diag_set_file(diag, path);
    return diag_set_errno(diag, errno, "cannot be written");
}

bool output_flush_standard(void)
{
    if (!ferror(stdout) && fflush(stdout) == 0)
        return true;
    if (errno != EPIPE)
        fprintf(stderr, "staleread: cannot write the output: %s\n", strerror(errno));
    return false;
}
