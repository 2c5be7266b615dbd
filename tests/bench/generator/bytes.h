/* A string of bytes that grows, and the numbers that go into it by formats/trace.md. */
#ifndef GENERATOR_BYTES_H
#define GENERATOR_BYTES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
    unsigned char *start;
    size_t length;
    size_t capacity;
};

/* Room for so many bytes more, to be filled. */
unsigned char *bytes_extend(struct bytes *bytes, size_t by);

void bytes_free(struct bytes *bytes);

void bytes_add(struct bytes *bytes, const void *from, size_t length);
void bytes_add_little(struct bytes *bytes, uint64_t number, unsigned width);
void bytes_add_varint(struct bytes *bytes, uint64_t number);
void bytes_add_text(struct bytes *bytes, const char *text); /* its length and it */

/* One column in the shortest of the encodings, as the agent chooses it. */
void bytes_add_column(struct bytes *bytes, const uint64_t *column, size_t count);

#endif
