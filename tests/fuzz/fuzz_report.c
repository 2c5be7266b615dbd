/* Reports that are read back and put together. In: a JSON report, or what was one. Out: nothing, or a crash.
 * Must hold: what is written of it can be read again, and is written the same then; in which groups reports are put together
 * does not matter. */
#include <stdio.h>

#include "printable.h"
#include "report/merging.h"
#include "report/reading.h"
#include "target.h"

static struct buffer write_report(const char *format, struct report_input input)
{
    struct buffer text;
    buffer_init(&text);
    input.version = "";
    input.detail = REPORT_FULL;
    if (report_write(report_format_find(format), &input, &text) != STATUS_OK)
        abort();
    return text;
}

/* Reads it, and writes it as JSON, for the caller to free; one that is not read has none. */
static bool write_again(struct text content, struct buffer *json)
{
    struct reading reading;
    struct diag diag = DIAG_NONE;
    reading_init(&reading);
    enum status status = reading_parse(&reading, content, &diag);
    if (status != STATUS_OK && diag.message[0] == '\0')
        abort();
    if (status == STATUS_OK)
        *json = write_report("json", reading_report(&reading));
    reading_fini(&reading);
    return status == STATUS_OK;
}

static void check_formats(const struct reading *reading)
{
    size_t count;
    const struct report_format *formats = report_formats(&count);
    for (size_t i = 0; i < count; i++) {
        struct buffer text = write_report(formats[i].name, reading_report(reading));
        check_printable(buffer_text(&text), "\n\t");
        buffer_fini(&text);
    }
}

/* What two reports come to together, as JSON; nothing where that is beyond a limit. */
static bool merge(struct text one, struct text other, struct buffer *json)
{
    struct merging merging;
    struct diag diag = DIAG_NONE;
    enum status status = STATUS_OK;
    const struct text contents[] = {one, other};
    merging_init(&merging);
    for (size_t i = 0; i < 2 && status == STATUS_OK; i++) {
        struct reading reading;
        if (contents[i].length == 0)
            continue;
        reading_init(&reading);
        status = reading_parse(&reading, contents[i], &diag);
        if (status == STATUS_OK)
            status = merging_add(&merging, &reading, &diag);
        reading_fini(&reading);
    }
    if (status == STATUS_OK)
        status = merging_finish(&merging, &diag);
    if (status == STATUS_OK)
        *json = write_report("json", merging_report(&merging));
    merging_fini(&merging);
    if (status != STATUS_OK && status != STATUS_LIMIT)
        abort();
    return status == STATUS_OK;
}

static void check_same(const struct buffer *one, const struct buffer *other)
{
    if (!text_equal(buffer_text(one), buffer_text(other)))
        abort();
}

/* A report with itself, at once and in two goes. */
static void check_merging(struct text content)
{
    struct buffer once, alone, twice;
    if (!merge(content, content, &once))
        return;
    if (merge(content, TEXT_NONE, &alone)) {
        if (merge(buffer_text(&alone), content, &twice)) {
            check_same(&once, &twice);
            buffer_fini(&twice);
        }
        buffer_fini(&alone);
    }
    buffer_fini(&once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading;
    struct diag diag = DIAG_NONE;
    struct buffer content, first, second;
    buffer_init(&content);
    buffer_add(&content, (struct text){(const char *)data, size});
    buffer_add_string(&content, "");
    reading_init(&reading);
    if (reading_parse(&reading, buffer_text(&content), &diag) == STATUS_OK) {
        check_formats(&reading);
        first = write_report("json", reading_report(&reading));
        if (!write_again(buffer_text(&first), &second))
            abort();
        check_same(&first, &second);
        check_merging(buffer_text(&content));
        buffer_fini(&first);
        buffer_fini(&second);
    } else if (diag.message[0] == '\0') {
        abort();
    }
    reading_fini(&reading);
    buffer_fini(&content);
    return 0;
}
