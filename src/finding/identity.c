/*
 * In:   a finding, whose texts may hold any bytes.
 * Out:  its identity, the same on every machine and in every version of this program.
 * Holds: the hash is spelled out here and shared with nobody, because what it gives is kept in files that are
 * not ours. Changing it makes every baseline and suppression out there useless.
 */
#include "finding/identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "finding/canonical.h"
#include "finding/kinds.h"

/* FNV-1a over the bytes, murmur's finalizer over the sum. */
static const uint64_t fnv_start = 0xCBF29CE484222325u;
static const uint64_t fnv_prime = 0x100000001B3u;

/* Stands between two texts, so that "ab" "c" and "a" "bc" differ. No valid UTF-8 has this byte. */
enum { text_end_byte = 0xFF };

static uint64_t hash_byte(uint64_t hash, unsigned char byte)
{
    return (hash ^ byte) * fnv_prime;
}

static uint64_t hash_text(uint64_t hash, struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        hash = hash_byte(hash, (unsigned char)text.bytes[i]);
    return hash_byte(hash, text_end_byte);
}

/* A formatter makes no new bug. */
static uint64_t hash_source(uint64_t hash, struct text source)
{
    struct canonical walk = {.source = source};
    for (int byte; (byte = canonical_next(&walk)) >= 0;)
        hash = hash_byte(hash, (unsigned char)byte);
    return hash_byte(hash, text_end_byte);
}

/* A script's own module is called `__main__`, the same file imported has a name; and a package may be renamed. What
 * stays is the last part. */
static struct text last_part(const struct finding *finding)
{
    struct text owner = finding->cell.owner;
    bool is_script = text_equals(owner, "__main__");
    if (is_script)
        owner = finding->first.file;
    if (is_script && text_ends_with(owner, TEXT(".py")))
        owner.length -= 3;
    for (size_t i = owner.length; i > 0; i--)
        if (owner.bytes[i - 1] == (is_script ? '/' : '.'))
            return (struct text){owner.bytes + i, owner.length - i};
    return owner;
}

static uint64_t mixed(uint64_t hash)
{
    hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDu;
    hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53u;
    return hash ^ (hash >> 33);
}

static uint64_t hash_place(const struct finding_place *place)
{
    return mixed(hash_source(hash_text(fnv_start, place->function), place->source));
}

static uint64_t hash_number(uint64_t hash, uint64_t number)
{
    for (unsigned shift = 0; shift < 64; shift += 8)
        hash = hash_byte(hash, (unsigned char)(number >> shift));
    return hash;
}

uint64_t identity_of(const struct finding *finding)
{
    uint64_t hash = hash_text(fnv_start, text_of(kinds_name(finding->kind)));
    if (finding->kind == FINDING_NEVER_AWAITED)
        hash = hash_text(hash, text_of(kinds_form_name(finding->form)));
    hash = hash_text(hash, last_part(finding));
    hash = hash_text(hash, finding->cell.attribute);

    uint64_t other = hash_place(&finding->other);
    uint64_t last = hash_place(&finding->last);
    if (finding->kind == FINDING_DATA_RACE) {
        /* Which of the two came first is how this run went. */
        uint64_t first = hash_place(&finding->first);
        hash = hash_number(hash, first < last ? first : last);
        return mixed(hash_number(hash, first < last ? last : first)) >> (64 - identity_bits);
    }
    hash = hash_number(hash, hash_place(&finding->first));
    hash = hash_number(hash, other < last ? other : last);
    hash = hash_number(hash, other < last ? last : other);
    return mixed(hash) >> (64 - identity_bits);
}

void identity_print(uint64_t identity, char id[static identity_bytes_max])
{
    snprintf(id, identity_bytes_max, "SR-%012" PRIx64, identity & ((UINT64_C(1) << identity_bits) - 1));
}

bool identity_parse(struct text id, uint64_t *identity)
{
    enum { mark_bytes = 3, digits = identity_bits / 4 };
    uint64_t parsed = 0;
    if (id.length != mark_bytes + digits || memcmp(id.bytes, "SR-", mark_bytes) != 0)
        return false;
    for (size_t i = mark_bytes; i < id.length; i++) {
        char digit = id.bytes[i];
        if (digit >= '0' && digit <= '9')
            parsed = parsed << 4 | (uint64_t)(digit - '0');
        else if (digit >= 'a' && digit <= 'f')
            parsed = parsed << 4 | (uint64_t)(digit - 'a' + 10);
        else
            return false;
    }
    *identity = parsed;
    return true;
}
