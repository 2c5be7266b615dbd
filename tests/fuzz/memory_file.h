/* Bytes as a file that has a path, without a disk. */
#ifndef STALEREAD_FUZZ_MEMORY_FILE_H
#define STALEREAD_FUZZ_MEMORY_FILE_H

#include <stddef.h>

struct memory_file {
    int descriptor;
    char path[32];
};

/* Ends the process where there is none to be had. */
void memory_file_open(struct memory_file *file);
void memory_file_close(struct memory_file *file);

/* Its content from now on. */
void memory_file_set(struct memory_file *file, const void *bytes, size_t length);

void memory_file_append(struct memory_file *file, const void *bytes, size_t length);

#endif
