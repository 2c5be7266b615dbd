/* Two traces, step by step. In: a trace, or what was one. Out: nothing, or a crash.
 * Must hold: a run never parts from itself. */
#include <stdlib.h>

#include "compare/comparison.h"
#include "memory_file.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct comparison *comparison;
    struct diag diag = DIAG_NONE;
    memory_file_open(&file);
    memory_file_set(&file, data, size);
    const char *const paths[2] = {file.path, file.path};
    if (comparison_open(&comparison, paths, &diag) == STATUS_OK) {
        if (comparison_parting(comparison)->has_parted)
            abort();
    } else if (diag.message[0] == '\0') {
        abort();
    }
    comparison_close(comparison);
    memory_file_close(&file);
    return 0;
}
