/* Where there is no library for keyed hashes: it is said. */
#include "slice/keyed.h"

bool keyed_is_there(void)
{
    return false;
}

enum status keyed_open(struct keyed *keyed, const char *path, struct diag *diag)
{
    (void)keyed;
    (void)path;
    return diag_set(
        diag, STATUS_USAGE,
        "this staleread was built without libsodium, which makes pseudonyms; on Debian: apt-get install "
        "libsodium-dev, and build it again");
}

uint64_t keyed_hash(const struct keyed *keyed, struct text text)
{
    (void)keyed;
    (void)text;
    return 0;
}
