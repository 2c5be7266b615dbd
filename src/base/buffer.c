/* In: pieces of text. Out: one string.
 * Must hold: bytes[length] is 0 wherever there is memory; after the first error nothing changes any more. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/vector.h"

void buffer_init(struct buffer *buffer)
{
    *buffer = (struct buffer){.status = STATUS_OK};
}

void buffer_fini(struct buffer *buffer)
{
    free(buffer->bytes);
    buffer_init(buffer);
}

void buffer_fini_part(struct buffer *part, struct buffer *whole)
{
    if (whole->status == STATUS_OK)
        whole->status = part->status;
    buffer_fini(part);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    if (buffer->bytes != NULL)
        buffer->bytes[0] = '\0';
}

/* Room for so many bytes more and the 0 behind them. */
static bool reserve(struct buffer *buffer, size_t more)
{
    if (buffer->status != STATUS_OK)
        return false;
    if (more >= PTRDIFF_MAX - buffer->length)
        buffer->status = STATUS_NOMEM;
    else
        buffer->status = vector_reserve(&buffer->bytes, &buffer->capacity, buffer->length + more + 1, 1);
    return buffer->status == STATUS_OK;
}

void buffer_add(struct buffer *buffer, struct text text)
{
    if (!reserve(buffer, text.length))
        return;
    if (text.length != 0)
        memcpy(buffer->bytes + buffer->length, text.bytes, text.length);
    buffer->length += text.length;
    buffer->bytes[buffer->length] = '\0';
}

void buffer_add_string(struct buffer *buffer, const char *string)
{
    buffer_add(buffer, text_of(string));
}

void buffer_add_char(struct buffer *buffer, char character)
{
    buffer_add(buffer, (struct text){.bytes = &character, .length = 1});
}

void buffer_add_repeated(struct buffer *buffer, char character, size_t count)
{
    if (!reserve(buffer, count))
        return;
    memset(buffer->bytes + buffer->length, character, count);
    buffer->length += count;
    buffer->bytes[buffer->length] = '\0';
}

void buffer_add_number(struct buffer *buffer, uint64_t number)
{
    char digits[20]; /* of the greatest number */
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    buffer_add(buffer, (struct text){digits + first, sizeof digits - first});
}

void buffer_add_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length >= 0 && reserve(buffer, (size_t)length)) {
        vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

void buffer_add_escaped(struct buffer *buffer, struct text text)
{
    for (size_t i = 0; i < text.length;) {
        size_t length = text_printable((struct text){text.bytes + i, text.length - i});
        if (length != 0) {
            buffer_add(buffer, (struct text){text.bytes + i, length});
            i += length;
        } else {
            char escaped[text_escape_bytes_max];
            size_t escaped_length = text_escape_byte((unsigned char)text.bytes[i], escaped);
            buffer_add(buffer, (struct text){escaped, escaped_length});
            i++;
        }
    }
}

enum status buffer_status(const struct buffer *buffer)
{
    return buffer->status;
}

struct text buffer_text(const struct buffer *buffer)
{
    return (struct text){.bytes = buffer_string(buffer), .length = buffer->length};
}

struct text buffer_move(struct buffer *buffer, struct arena *arena)
{
    struct text moved = TEXT_NONE;
    if (buffer_status(buffer) == STATUS_OK)
        moved = arena_text(arena, buffer_text(buffer));
    else
        arena->lacks = true;
    buffer_fini(buffer);
    return moved.bytes != NULL ? moved : TEXT_NONE;
}

const char *buffer_string(const struct buffer *buffer)
{
    return buffer->bytes != NULL ? buffer->bytes : "";
}

enum status buffer_write(const struct buffer *buffer, FILE *to)
{
    if (buffer->length != 0 && fwrite(buffer->bytes, 1, buffer->length, to) != buffer->length)
        return STATUS_IO;
    return STATUS_OK;
}
