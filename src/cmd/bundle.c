/* In: a trace, and the id of one of its findings. Out: a zip file with all that a bug report wants.
 * Must hold: there is no output unless the finding was found in the slice that is packed. */
#include "bundle/bundle.h"

#include "bundle/packing.h"
#include "cmd/cmd.h"
#include "cmd/slicing.h"

static enum status pack(const struct slicing *slicing, struct buffer *zip, struct diag *diag)
{
    const struct slice_result *slice = &slicing->result;
    const struct bundle_request request = {
        .slice = buffer_text(&slice->bytes),
        .id = slice->id,
        .slice_events = slice->events,
        .finding = slicing->finding,
        .whole = &slicing->judgement.traces.items[0],
        .blocking_milliseconds = slicing->judgement.rules.blocking_milliseconds,
        .is_redacted = slicing->is_redacted,
    };
    enum status status = bundle_make(&request, zip, diag);
    return status == STATUS_OK ? slicing_write(slicing, zip, diag) : status;
}

static int run(const struct cmd_arguments *arguments)
{
    struct slicing slicing = {.path = NULL};
    struct buffer zip;
    struct diag diag = DIAG_NONE;
    buffer_init(&zip);
    enum status status = packing_check(&diag);
    if (status == STATUS_OK) {
        status = slicing_run(&slicing, arguments, &diag);
        if (status == STATUS_OK)
            status = pack(&slicing, &zip, &diag);
        if (status == STATUS_OK)
            slicing_tell(&slicing, zip.length);
        slicing_fini(&slicing);
    }
    if (status != STATUS_OK)
        diag_print(&diag, stderr);
    buffer_fini(&zip);
    return status == STATUS_OK ? CMD_EXIT_OK : CMD_EXIT_CANNOT;
}

const struct cmd cmd_bundle = {
    .name = "bundle",
    .operands = "TRACE",
    .summary = "one finding with all that a bug report wants, in a zip file",
    .details =
        "Packs one finding: report.html, report.md and report.json, the slice that they are made of (see "
        "`staleread slice`), environment.txt (what the recording says of where it was made) and a README "
        "with "
        "the commands that make the reports again.\n"
        "Nothing is in it that the recording was not allowed to tell. With --redact all parts have "
        "pseudonyms for "
        "whatever is the program's own.\n",
    .options = slicing_options,
    .option_count = slicing_option_count,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
