/* Slices. In: a trace, or what was one. Out: nothing, or a crash.
 * Must hold: a slice is a whole trace, smaller than what it was made from, in which there is the finding. */
#include <stdlib.h>
#include <string.h>

#include "judge/judgement.h"
#include "memory_file.h"
#include "slice/slice.h"
#include "target.h"

enum { events_max = 400 };

static void judge(struct judgement *judgement, const char *path, uint64_t *events)
{
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    const struct analysis_options options = {.progress = NULL};
    judgement_init(judgement);
    *events = 0;
    if (trace_open(&trace, path, &diag) != STATUS_OK)
        return;
    if (judgement_replay(judgement, trace, &options, &diag) == STATUS_OK)
        *events = trace_info(trace)->events;
    trace_close(trace);
    if (judgement_finish(judgement, &diag) != STATUS_OK)
        abort();
}

static void check_slice(const struct buffer *bytes, const struct finding *wanted, uint64_t events)
{
    struct memory_file file;
    struct judgement judgement;
    uint64_t left;
    bool found = false;
    memory_file_open(&file);
    memory_file_set(&file, bytes->bytes, bytes->length);
    judge(&judgement, file.path, &left);
    for (size_t i = 0; i < judgement.list.findings.count; i++)
        found |= strcmp(judgement.list.findings.items[i].id, wanted->id) == 0;
    if (!found || left > events)
        abort();
    judgement_fini(&judgement);
    memory_file_close(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct judgement judgement;
    uint64_t events;
    memory_file_open(&file);
    memory_file_set(&file, data, size);
    judge(&judgement, file.path, &events);
    if (events > 0 && events <= events_max && judgement.list.findings.count > 0) {
        struct slice_result result = {.events = 0};
        struct diag diag = DIAG_NONE;
        struct slice_request request = {
            .path = file.path, .wanted = &judgement.list.findings.items[0], .list = &judgement.list};
        enum status status = slice_make(&request, &result, &diag);
        if (status == STATUS_OK)
            check_slice(&result.bytes, request.wanted, events);
        else if (diag.message[0] == '\0')
            abort();
        slice_fini(&result);
    }
    judgement_fini(&judgement);
    memory_file_close(&file);
    return 0;
}
