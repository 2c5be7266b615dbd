/* Hashes that nobody can make, or try out, who has not the key. By a library for that; a build without it has none. */
#ifndef STALEREAD_SLICE_KEYED_H
#define STALEREAD_SLICE_KEYED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/status.h"
#include "base/text.h"

enum { keyed_key_bytes = 32, keyed_file_bytes_min = 16 };

struct keyed {
    unsigned char key[keyed_key_bytes];
};

/* Whether this build has them. */
bool keyed_is_there(void);

/* Makes a key of all that stands in a file; of different files different ones. STATUS_IO; STATUS_USAGE: there is too little in it, or this build
 * has no keyed hashes. */
enum status keyed_open(struct keyed *keyed, const char *path, struct diag *diag) WARN_UNUSED;

/* The text's hash. */
uint64_t keyed_hash(const struct keyed *keyed, struct text text);

#endif
