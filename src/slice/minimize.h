/* Delta debugging: leaves out what can be left out, many at once first, then one by one.
 *
 * Nothing is known here of what the parts are: somebody else tells whether a choice of them will do. */
#ifndef STALEREAD_SLICE_MINIMIZE_H
#define STALEREAD_SLICE_MINIMIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Whether a choice will do: kept[i] != 0 for each part that is in it. It may take out more, that cannot be there without what was taken
 * out: then it says so in `kept`. STATUS_OK, STATUS_STOPPED (no more shall be tried), or an error. */
typedef enum status minimize_test(void *context, unsigned char *kept, bool *will_do);

struct minimize {
    minimize_test *test;
    void *context;
    size_t count; /* of parts */
    const size_t
        *groups; /* group of each part, parts of one group being left out together; NULL: each is its own */
    size_t group_count;
};

/* `kept` is a choice that will do, and becomes a smaller one that will do. *is_minimal: of what is left, no group can be left out by
 * itself. It is not where little is left of many parts: then whoever asked makes the parts fewer, which makes tests cheap, and asks again.
 * STATUS_OK, STATUS_NOMEM, or what the test returned; `kept` will do in any case. */
enum status minimize(const struct minimize *task, unsigned char *kept, bool *is_minimal) WARN_UNUSED;

#endif
