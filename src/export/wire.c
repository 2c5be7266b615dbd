/* In: numbers and bytes. Out: fields as Protocol Buffers have them: a varint of the field's number and its wire type, and the value.
 * Must hold: what is written is the same for the same values, always. */
#include "export/wire.h"

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED = 1, WIRE_BYTES = 2 };

enum { varint_bytes_max = 10, fixed_bytes = 8 };

static size_t put_varint(char *to, uint64_t value)
{
    size_t length = 0;
    for (; value >= 0x80; value >>= 7)
        to[length++] = (char)(value | 0x80);
    to[length++] = (char)value;
    return length;
}

static size_t put_key(char *to, uint32_t field, enum wire_type type)
{
    return put_varint(to, (uint64_t)field << 3 | type);
}

void wire_number(struct buffer *to, uint32_t field, uint64_t value)
{
    char bytes[2 * varint_bytes_max];
    size_t length = put_key(bytes, field, WIRE_VARINT);
    length += put_varint(bytes + length, value);
    buffer_add(to, (struct text){bytes, length});
}

void wire_fixed(struct buffer *to, uint32_t field, uint64_t value)
{
    char bytes[varint_bytes_max + fixed_bytes];
    size_t length = put_key(bytes, field, WIRE_FIXED);
    for (int i = 0; i < fixed_bytes; i++)
        bytes[length++] = (char)(value >> 8 * i);
    buffer_add(to, (struct text){bytes, length});
}

void wire_bytes(struct buffer *to, uint32_t field, struct text bytes)
{
    char head[2 * varint_bytes_max];
    size_t length = put_key(head, field, WIRE_BYTES);
    length += put_varint(head + length, bytes.length);
    buffer_add(to, (struct text){head, length});
    buffer_add(to, bytes);
}
