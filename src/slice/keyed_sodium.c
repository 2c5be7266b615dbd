/* In: a file for a key, and texts. Out: their BLAKE2b, by libsodium.
 * Must hold: nothing of the key can be learned from hashes. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "slice/keyed.h"

bool keyed_is_there(void)
{
    return sodium_init() >= 0;
}

static bool hash_file(FILE *file, struct keyed *keyed, size_t *length)
{
    crypto_generichash_state state;
    unsigned char bytes[16384];
    size_t count;
    *length = 0;
    crypto_generichash_init(&state, NULL, 0, sizeof keyed->key);
    while ((count = fread(bytes, 1, sizeof bytes, file)) > 0) {
        crypto_generichash_update(&state, bytes, count);
        *length += count;
    }
    crypto_generichash_final(&state, keyed->key, sizeof keyed->key);
    return !ferror(file);
}

enum status keyed_open(struct keyed *keyed, const char *path, struct diag *diag)
{
    size_t length;
    if (!keyed_is_there())
        return diag_set(diag, STATUS_USAGE, "libsodium does not work here");
    FILE *file = fopen(path, "rb");
    if (file == NULL || !hash_file(file, keyed, &length)) {
        int error = errno;
        if (file != NULL)
            fclose(file);
        diag_set_file(diag, path);
        return diag_set_errno(diag, error, "cannot be read");
    }
    fclose(file);
    if (length >= keyed_file_bytes_min)
        return STATUS_OK;
    diag_set_file(diag, path);
    return diag_set(diag, STATUS_USAGE, "a key has %d bytes at least, or names could be guessed",
                    keyed_file_bytes_min);
}

uint64_t keyed_hash(const struct keyed *keyed, struct text text)
{
    unsigned char bytes[crypto_generichash_BYTES_MIN];
    uint64_t hash;
    crypto_generichash(bytes, sizeof bytes, (const unsigned char *)text.bytes, text.length, keyed->key,
                       sizeof keyed->key);
    memcpy(&hash, bytes, sizeof hash);
    return hash;
}
