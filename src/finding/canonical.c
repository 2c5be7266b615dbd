/*
 * In:   a line of Python, or a piece of one, of any bytes.
 * Out:  the bytes of it that matter.
 * Holds: identities are made from this (finding/identity.h): what is left out here may change without a finding
 * becoming another one, and nothing here may change any more.
 */
#include "finding/canonical.h"

static bool is_space(unsigned char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool is_word(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '_' || byte >= 0x80;
}

static bool is_quote(unsigned char byte)
{
    return byte == '"' || byte == '\'';
}

static unsigned char byte_at(const struct canonical *walk, size_t index)
{
    return (unsigned char)walk->source.bytes[index];
}

/* Whether nothing comes any more but what closes a bracket. */
static bool closes_next(const struct canonical *walk)
{
    size_t i = walk->next;
    while (i < walk->source.length && is_space(byte_at(walk, i)))
        i++;
    return i == walk->source.length || memchr(")]}#", byte_at(walk, i), 4) != NULL;
}

/* Hands out a byte of code, after a blank where that keeps two words apart. */
static int hand_out(struct canonical *walk, unsigned char byte)
{
    bool apart = walk->spaced && is_word(walk->before) && is_word(byte);
    walk->spaced = false;
    walk->before = byte;
    walk->held = apart ? byte : 0;
    return apart ? ' ' : byte;
}

/* A byte of a string literal: all of them count, but which quotes they stand in does not. */
static int next_in_string(struct canonical *walk, unsigned char byte)
{
    if (byte == '\\' && walk->next < walk->source.length && is_quote(byte_at(walk, walk->next))) {
        byte = byte_at(walk, walk->next++);
    } else if (byte == '\\' && walk->next < walk->source.length) {
        walk->held = byte_at(walk, walk->next++);
    } else if (byte == walk->quote) {
        walk->quote = 0;
        byte = '\'';
    }
    walk->before = byte;
    return byte;
}

int canonical_next(struct canonical *walk)
{
    if (walk->held != 0) {
        unsigned char held = walk->held;
        walk->held = 0;
        return held;
    }
    while (walk->next < walk->source.length) {
        unsigned char byte = byte_at(walk, walk->next++);
        if (walk->quote != 0)
            return next_in_string(walk, byte);
        if (byte == '#')
            walk->next = walk->source.length;
        else if (is_space(byte) || byte == '(' || byte == ')' || byte == '\\')
            walk->spaced = true;
        else if (byte != ',' || !closes_next(walk)) {
            walk->quote = is_quote(byte) ? byte : 0;
            return hand_out(walk, walk->quote != 0 ? '\'' : byte);
        }
    }
    return -1;
}
