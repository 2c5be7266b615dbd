/* The whole way from a trace to its reports. In: a trace, or what was one. Out: nothing, or a crash.
 * Must hold: reports are valid UTF-8 without anything that a terminal would obey, and the one for programs is JSON. */
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "base/text.h"
#include "judge/judgement.h"
#include "memory_file.h"
#include "target.h"

/* `layout`: what may stand in it besides. */
static void check_printable(struct text text, const char *layout)
{
    for (size_t i = 0; i < text.length;) {
        size_t length = text_printable((struct text){text.bytes + i, text.length - i});
        if (length == 0 && (text.bytes[i] == '\0' || strchr(layout, text.bytes[i]) == NULL))
            abort();
        i += length + (length == 0);
    }
}

static void check_reports(const struct judgement *judgement)
{
    size_t count;
    const struct report_format *formats = report_formats(&count);
    struct report_input input = judgement_report(judgement);
    input.confidence = FINDING_LOW;
    for (size_t i = 0; i < count; i++) {
        struct buffer text;
        buffer_init(&text);
        if (report_write(&formats[i], &input, &text) != STATUS_OK)
            abort();
        bool is_json = text_equals(TEXT("json"), formats[i].name);
        check_printable(buffer_text(&text), is_json ? "\n\t" : "\n");
        if (is_json) {
            cJSON *parsed = cJSON_ParseWithLength(text.bytes, text.length);
            if (parsed == NULL)
                abort();
            cJSON_Delete(parsed);
        }
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
        if (judgement_finish(&judgement, &diag) != STATUS_OK)
            abort();
        check_reports(&judgement);
    }
    judgement_fini(&judgement);
    memory_file_close(&file);
    return 0;
}
