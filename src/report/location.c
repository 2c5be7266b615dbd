/*
 * In:   a place of a finding, the one before it, and how much room there is.
 * Out:  a line, or more of them.
 * Holds: of two places in a row nothing is left out that differs.
 */
#include "report/location.h"

#include "report/wording.h"

void location_add_url(struct buffer *url, const struct report_input *input, const struct finding *finding,
                      const struct finding_place *place)
{
    if (input->links == NULL || place->is_location || finding->trace >= input->trace_count)
        return;
    struct text root = report_root(input, finding);
    input->links->add(input->links->context, root, place, url);
}

/* "…/counter.py:12" */
static void add_end_of_path(struct buffer *out, const struct finding_place *place)
{
    struct finding_place end = *place;
    struct buffer name;
    for (size_t i = 0; i < place->file.length; i++)
        if (place->file.bytes[i] == '/')
            end.file = (struct text){place->file.bytes + i + 1, place->file.length - i - 1};
    buffer_init(&name);
    wording_add_location(&name, &end);
    buffer_add_string(out, end.file.length < place->file.length ? "…/" : "");
    buffer_add_escaped(out, buffer_text(&name));
    buffer_fini_part(&name, out);
}

static void add_whole(struct location *location, const struct finding_place *place)
{
    struct buffer file;
    buffer_init(&file);
    buffer_clear(&location->file);
    buffer_clear(&location->rest);
    wording_add_location(&file, place);
    buffer_add_escaped(&location->file, buffer_text(&file));
    if (place->function.length != 0)
        buffer_add_string(&location->rest, " in ");
    buffer_add_escaped(&location->rest, place->function);
    buffer_fini_part(&file, &location->file);
}

static bool fits(const struct location *location, size_t columns)
{
    return columns_of(buffer_text(&location->file)) + columns_of(buffer_text(&location->rest)) <= columns;
}

/* Whether it helps to leave out what was said of the place before. */
static bool shorten(struct location *location, const struct finding_place *place,
                    const struct finding_place *before, size_t columns)
{
    if (!text_equal(before->file, place->file))
        return false;
    if (text_equal(before->function, place->function))
        buffer_clear(&location->rest);
    if (fits(location, columns))
        return true;
    buffer_clear(&location->file);
    add_end_of_path(&location->file, place);
    return fits(location, columns);
}

void location_init(struct location *location, const struct report_input *input, const struct finding *finding,
                   const struct finding_place *place, const struct finding_place *before, size_t columns)
{
    buffer_init(&location->file);
    buffer_init(&location->url);
    buffer_init(&location->rest);
    location_add_url(&location->url, input, finding, place);
    add_whole(location, place);
    location->is_apart =
        !fits(location, columns) && (before == NULL || !shorten(location, place, before, columns));
    if (location->is_apart)
        add_whole(location, place);
}

void location_fini(struct location *location, struct buffer *whole)
{
    buffer_fini_part(&location->file, whole);
    buffer_fini_part(&location->url, whole);
    buffer_fini_part(&location->rest, whole);
}

void location_add_file(const struct location *location, struct page *page)
{
    page_start_link(page, buffer_text(&location->url));
    page_start_colour(page, PAGE_CYAN);
    page_add(page, buffer_text(&location->file));
    page_end_colour(page);
    page_end_link(page);
}

void location_add(const struct location *location, struct page *page)
{
    location_add_file(location, page);
    page_add(page, buffer_text(&location->rest));
    buffer_add_char(page->out, '\n');
}

void location_add_apart(const struct location *location, struct page *page, size_t indent)
{
    buffer_add_repeated(page->out, ' ', indent);
    if (indent < page->width_columns && fits(location, page->width_columns - indent)) {
        location_add(location, page);
        return;
    }
    location_add_file(location, page);
    buffer_add_char(page->out, '\n');
    page_add_wrapped(page, buffer_text(&location->rest), indent, "", 0);
}
