/* Where there is no library for zip files: it is said. */
#include "bundle/packing.h"

enum status packing_check(struct diag *diag)
{
    return diag_set(
        diag, STATUS_USAGE,
        "this staleread was built without libzip, which packs bundles; on Debian: apt-get install "
        "libzip-dev, and build it again");
}

enum status packing_pack(const struct packing_file *files, size_t count, struct buffer *out,
                         struct diag *diag)
{
    (void)files;
    (void)count;
    (void)out;
    return packing_check(diag);
}
