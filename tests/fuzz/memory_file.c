/* In: bytes. Out: a path that opens them.
 * Must hold: what opens the path gets a descriptor of its own, at the start of the file. */
#define _GNU_SOURCE /* memfd_create */
#include "memory_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void memory_file_open(struct memory_file *file)
{
    file->descriptor = memfd_create("fuzz", MFD_CLOEXEC);
    if (file->descriptor < 0)
        abort();
    snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->descriptor);
}

void memory_file_close(struct memory_file *file)
{
    close(file->descriptor);
}

void memory_file_set(struct memory_file *file, const void *bytes, size_t length)
{
    if (ftruncate(file->descriptor, 0) != 0 || lseek(file->descriptor, 0, SEEK_SET) != 0)
        abort();
    memory_file_append(file, bytes, length);
}

void memory_file_append(struct memory_file *file, const void *bytes, size_t length)
{
    if (length != 0 && write(file->descriptor, bytes, length) != (ssize_t)length)
        abort();
}
