/* The rules file. In: YAML, or what was some. Out: nothing, or a crash. */
#include <stdlib.h>

#include "finding/rules.h"
#include "memory_file.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct rules rules;
    struct finding_list list;
    struct diag diag = DIAG_NONE;
    memory_file_open(&file);
    memory_file_set(&file, data, size);
    rules_init(&rules);
    finding_list_init(&list);
    if (rules_load(&rules, file.path, &diag) == STATUS_OK) {
        struct finding finding = {
            .cell = {.owner = TEXT("Cache"), .attribute = TEXT("_data"), .text = TEXT("Cache._data['key']")},
            .first = {.file = TEXT("app/cache.py"), .function = TEXT("Cache.refresh"), .line = 7},
        };
        if (finding_list_add(&list, &finding) == STATUS_OK)
            rules_apply(&rules, &list);
    } else if (diag.message[0] == '\0') {
        abort();
    }
    finding_list_fini(&list);
    rules_fini(&rules);
    memory_file_close(&file);
    return 0;
}
