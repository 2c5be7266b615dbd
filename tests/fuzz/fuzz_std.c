/* The import of traces in RAPID's STD form. In: such a trace, or what was one. Out: nothing, or a crash.
 * Must hold: what the import makes is a whole trace, without damage, that can be analyzed. */
#include <stdio.h>
#include <stdlib.h>

#include "judge/judgement.h"
#include "memory_file.h"
#include "target.h"
#include "trace/std_import.h"

static void pass_over(void *context, uint64_t number, struct text line, const char *why)
{
    (void)context, (void)number, (void)line, (void)why;
}

static void analyze(const char *path)
{
    struct judgement judgement;
    struct trace *trace;
    struct diag diag = DIAG_NONE;
    const struct analysis_options options = {.progress = NULL};
    judgement_init(&judgement);
    if (trace_open(&trace, path, &diag) != STATUS_OK ||
        judgement_replay(&judgement, trace, &options, &diag) != STATUS_OK)
        abort();
    if (!trace_info(trace)->complete || trace_info(trace)->damaged_frames != 0)
        abort();
    trace_close(trace);
    judgement_fini(&judgement);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file from, to;
    struct diag diag = DIAG_NONE;
    memory_file_open(&from);
    memory_file_open(&to);
    memory_file_set(&from, data, size);
    FILE *stream = fopen(to.path, "wb");
    if (stream == NULL)
        abort();
    struct std_import import = {.path = from.path, .to = stream, .bad_line = pass_over};
    enum status status = std_import_run(&import, &diag);
    if (fclose(stream) != 0 || (status != STATUS_OK && diag.message[0] == '\0'))
        abort();
    if (status == STATUS_OK)
        analyze(to.path);
    memory_file_close(&from);
    memory_file_close(&to);
    return 0;
}
