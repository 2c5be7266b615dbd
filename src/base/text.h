/* A piece of text that somebody else owns: bytes that should be UTF-8, but need not be. No 0 byte at the end is
 * promised. */
#ifndef STALEREAD_BASE_TEXT_H
#define STALEREAD_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct text {
    const char *bytes;
    size_t length; /* in bytes */
};

#define TEXT_NONE ((struct text){.bytes = "", .length = 0})
/* Of a string literal. */
#define TEXT(literal) ((struct text){.bytes = "" literal, .length = sizeof(literal) - 1})

static inline struct text text_of(const char *string)
{
    return (struct text){.bytes = string, .length = strlen(string)};
}

static inline bool text_equal(struct text one, struct text other)
{
    return one.length == other.length && (one.length == 0 || memcmp(one.bytes, other.bytes, one.length) == 0);
}

static inline bool text_equals(struct text one, const char *string)
{
    return text_equal(one, text_of(string));
}

/* Negative, 0 or positive, by bytes. */
int text_compare(struct text one, struct text other);

bool text_ends_with(struct text text, struct text end);

/* How many bytes the first character of the text has if it is valid UTF-8 and printable on one line of a terminal
 * (no control character, no separator of lines, no override of direction); 0 otherwise. */
size_t text_printable(struct text text);

/* How many bytes the first character of the text has if it is valid UTF-8; 0 otherwise. */
size_t text_character(struct text text);

/* As many bytes from the start, or fewer where that would cut a character of valid UTF-8. */
struct text text_start(struct text text, size_t bytes_max);

/* Room for one escaped byte and the 0 behind it. */
enum { text_escape_bytes_max = 5 };

/* The escape of one byte: \n, \r, \t, or \x1b and the like. Writes a 0 byte at the end and returns the length without it. */
size_t text_escape_byte(unsigned char byte, char escaped[text_escape_bytes_max]);

/* The text as text_print writes it. `escaped` has room for text_escaped_bytes_max of its length. Writes a 0 byte at the end and
 * returns the length without it. */
size_t text_escape(struct text text, char *escaped);
#define text_escaped_bytes_max(length) ((length) * (text_escape_bytes_max - 1) + 1)

/* Writes the text to a stream; everything not printable is escaped, a backslash is not. */
void text_print(struct text text, FILE *to);

#endif
