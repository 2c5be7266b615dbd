/* Protocol Buffers' wire format, as far as writing goes: fields, one after another, into a buffer.
 *
 * A message within another is put together in a buffer of its own and added by wire_bytes. */
#ifndef STALEREAD_EXPORT_WIRE_H
#define STALEREAD_EXPORT_WIRE_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"

/* uint64, uint32, bool and enum fields. */
void wire_number(struct buffer *to, uint32_t field, uint64_t value);

/* fixed64 fields. */
void wire_fixed(struct buffer *to, uint32_t field, uint64_t value);

/* string, bytes and message fields. */
void wire_bytes(struct buffer *to, uint32_t field, struct text bytes);

#endif
