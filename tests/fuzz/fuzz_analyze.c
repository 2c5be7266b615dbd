/* The whole way from a trace to its reports, with scenes. In: a trace, or what was one. Out: nothing, or a crash.
 * Must hold: reports are valid UTF-8 without anything that a terminal would obey, and those for programs are JSON. */
#include <stdlib.h>

#include "judge/judgement.h"
#include "memory_file.h"
#include "printable.h"
#include "target.h"

static bool is_wanted(const void *context, const struct finding *finding)
{
    (void)context, (void)finding;
    return true;
}

static void check_reports(const struct judgement *judgement)
{
    size_t count;
    const struct report_format *formats = report_formats(&count);
    struct report_input input = judgement_report(judgement);
    input.confidence = FINDING_LOW;
    input.detail = REPORT_FULL;
    for (size_t i = 0; i < count; i++) {
        struct buffer text;
        buffer_init(&text);
        if (report_write(&formats[i], &input, &text) != STATUS_OK)
            abort();
        bool is_json =
            text_equals(TEXT("json"), formats[i].name) || text_equals(TEXT("sarif"), formats[i].name);
        check_printable(buffer_text(&text), is_json ? "\n\t" : "\n");
        if (is_json)
            check_json(buffer_text(&text));
        buffer_fini(&text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct judgement judgement;
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    const struct analysis_options options = {.progress = NULL};
    memory_file_open(&file);
    memory_file_set(&file, data, size);
    judgement_init(&judgement);
    if (trace_open(&trace, file.path, &diag) == STATUS_OK) {
        enum status status = judgement_replay(&judgement, trace, &options, &diag);
        trace_close(trace);
        if (status != STATUS_OK && diag.message[0] == '\0')
            abort();
        if (judgement_finish(&judgement, &diag) != STATUS_OK ||
            judgement_look_again(&judgement, is_wanted, NULL, &diag) != STATUS_OK)
            abort();
        check_reports(&judgement);
    }
    judgement_fini(&judgement);
    memory_file_close(&file);
    return 0;
}
