/* Files into one zip file, by a library for that; a build without it has none. */
#ifndef STALEREAD_BUNDLE_PACKING_H
#define STALEREAD_BUNDLE_PACKING_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/diag.h"
#include "base/status.h"
#include "base/text.h"

struct packing_file {
    const char *name;
    struct text content;
};

/* STATUS_OK, or STATUS_USAGE: this build has no library for zip files. */
enum status packing_check(struct diag *diag) WARN_UNUSED;

/* Adds the zip file to `out`: the files in this order, with no times, so that the same files give the same bytes. STATUS_OK, STATUS_USAGE as
 * above, or STATUS_NOMEM. */
enum status packing_pack(const struct packing_file *files, size_t count, struct buffer *out,
                         struct diag *diag) WARN_UNUSED;

#endif
