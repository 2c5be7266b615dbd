/* The baseline. In: a JSON report, or what was one. Out: nothing, or a crash. */
#include <stdlib.h>
#include <string.h>

#include "report/baseline.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct baseline baseline;
    struct diag diag = DIAG_NONE;
    char *content = malloc(size + 1);
    if (content == NULL)
        abort();
    if (size > 0)
        memcpy(content, data, size);
    content[size] = '\0';
    baseline_init(&baseline);
    enum status status = baseline_read(&baseline, (struct text){content, size}, &diag);
    if (status != STATUS_OK && diag.message[0] == '\0')
        abort();
    baseline_fini(&baseline);
    free(content);
    return 0;
}
