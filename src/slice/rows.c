/* In: events, the tables of their trace, and links that are cut. Out: rows.
 * Must hold: each row is written once, whatever refers to what; numbers stay as they are. */
#include "slice/rows.h"

#include <stdlib.h>

#include "slice/references.h"
#include "slice/shift.h"

/* A link: whose list it stands in, which of its lists that is, and where in it. */
enum row_kind { ROW_SITE, ROW_FUNCTION, ROW_STRING };
enum { list_data, list_control, list_waited, list_arguments, list_parameters = list_arguments };
enum { item_bits = 23, list_bits = 16, number_bits = 24 };

static uint64_t link_of(enum row_kind kind, uint32_t number, uint32_t list, uint32_t item)
{
    return (((uint64_t)kind << number_bits | number) << list_bits | (list & 0xFFFF)) << item_bits |
           (item & ((1u << item_bits) - 1));
}

static bool is_cut(const struct rows *rows, uint64_t link)
{
    return map_get(&rows->cuts, link, NULL);
}

void rows_init(struct rows *rows, const struct trace *trace)
{
    *rows = (struct rows){.trace = trace};
    arena_init(&rows->arena, 0);
}

void rows_fini(struct rows *rows)
{
    map_fini(&rows->cuts);
    map_fini(&rows->seen);
    map_fini(&rows->ran);
    VECTOR_FINI(&rows->sites);
    VECTOR_FINI(&rows->functions);
    VECTOR_FINI(&rows->strings);
    VECTOR_FINI(&rows->links);
    arena_fini(&rows->arena);
    *rows = (struct rows){.trace = NULL};
}

void rows_begin(struct rows *rows)
{
    map_clear(&rows->seen);
    map_clear(&rows->ran);
    rows->sites.count = rows->functions.count = rows->strings.count = rows->links.count = 0;
    rows->sites_done = rows->functions_done = 0;
    arena_fini(&rows->arena);
    arena_init(&rows->arena, 0);
}

/* ---- what is needed ---- */

static enum status need(struct rows *rows, enum row_kind kind, uint64_t number)
{
    bool added;
    if (number == 0 || number >= table_rows_max)
        return STATUS_OK;
    if (map_entry(&rows->seen, number << 2 | kind, &added) == NULL)
        return STATUS_NOMEM;
    if (!added)
        return STATUS_OK;
    switch (kind) {
    case ROW_SITE:
        return VECTOR_PUSH(&rows->sites, number);
    case ROW_FUNCTION:
        return VECTOR_PUSH(&rows->functions, number);
    default:
        return VECTOR_PUSH(&rows->strings, number);
    }
}

enum status rows_need_string(struct rows *rows, uint64_t number)
{
    return need(rows, ROW_STRING, number);
}

/* The function of a site ran. */
static enum status note_ran(struct rows *rows, uint64_t site)
{
    const struct trace_site *row = trace_site(rows->trace, site);
    return row != NULL ? map_put(&rows->ran, row->function, 1) : STATUS_OK;
}

static enum status need_reference(void *context, enum reference reference, uint64_t number)
{
    struct rows *rows = context;
    enum status status;
    switch (reference) {
    case REFERENCE_SITE:
        status = note_ran(rows, number);
        return status == STATUS_OK ? need(rows, ROW_SITE, number) : status;
    case REFERENCE_FUNCTION:
        status = map_put(&rows->ran, number, 1);
        return status == STATUS_OK ? need(rows, ROW_FUNCTION, number) : status;
    case REFERENCE_STRING:
        return need(rows, ROW_STRING, number);
    default:
        return STATUS_OK;
    }
}

enum status rows_need_event(struct rows *rows, const struct record *event)
{
    return references_of(event, need_reference, rows);
}

/* The sites of a list, as far as they are not cut off. */
static enum status need_sources(struct rows *rows, enum row_kind kind, uint32_t number, uint32_t list,
                                const struct trace_sources *sources)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < sources->count && status == STATUS_OK; i++) {
        uint64_t link = link_of(kind, number, list, i);
        if (is_cut(rows, link))
            continue;
        status = VECTOR_PUSH(&rows->links, link);
        if (status == STATUS_OK && !trace_source_is_parameter(sources->references[i]))
            status = need(rows, ROW_SITE, trace_source_number(sources->references[i]));
    }
    return status;
}

static uint32_t argument_list(uint32_t argument, bool is_control)
{
    return list_arguments + 2 * argument + is_control;
}

static enum status need_arguments(struct rows *rows, const struct trace_site *row)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < row->argument_count && status == STATUS_OK; i++) {
        const struct trace_argument *argument = &row->arguments[i];
        status = need(rows, ROW_STRING, argument->name);
        if (status == STATUS_OK)
            status = need_sources(rows, ROW_SITE, row->number, argument_list(i, false), &argument->data);
        if (status == STATUS_OK)
            status = need_sources(rows, ROW_SITE, row->number, argument_list(i, true), &argument->control);
    }
    return status;
}

static enum status need_of_site(struct rows *rows, const struct trace_site *row)
{
    const uint32_t strings[] = {row->expression, row->source, row->name};
    const struct trace_sources *const lists[] = {&row->data, &row->control, &row->waited};
    enum status status = need(rows, ROW_FUNCTION, row->function);
    for (size_t i = 0; i < 3 && status == STATUS_OK; i++)
        status = need(rows, ROW_STRING, strings[i]);
    for (uint32_t i = 0; i < 3 && status == STATUS_OK; i++)
        status = need_sources(rows, ROW_SITE, row->number, list_data + i, lists[i]);
    return status == STATUS_OK ? need_arguments(rows, row) : status;
}

static enum status need_of_function(struct rows *rows, const struct trace_function *row)
{
    const struct trace_sources *const lists[] = {&row->return_data, &row->return_control,
                                                 &row->return_waited};
    enum status status = need(rows, ROW_STRING, row->name);
    if (status == STATUS_OK)
        status = need(rows, ROW_STRING, row->file);
    for (uint32_t i = 0; i < 3 && status == STATUS_OK; i++)
        status = need_sources(rows, ROW_FUNCTION, row->number, list_data + i, lists[i]);
    for (uint32_t i = 0; i < row->parameter_count && status == STATUS_OK; i++) {
        uint64_t link = link_of(ROW_FUNCTION, row->number, list_parameters, i);
        if (row->parameters[i] == 0 || is_cut(rows, link))
            continue;
        status = VECTOR_PUSH(&rows->links, link);
        if (status == STATUS_OK)
            status = need(rows, ROW_STRING, row->parameters[i]);
    }
    return status;
}

static int compare(const void *first, const void *second)
{
    uint64_t one = *(const uint64_t *)first, other = *(const uint64_t *)second;
    return (one > other) - (one < other);
}

static void sort(uint64_t *numbers, size_t count)
{
    if (count > 1)
        qsort(numbers, count, sizeof *numbers, compare);
}

enum status rows_settle(struct rows *rows)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK &&
           (rows->sites_done < rows->sites.count || rows->functions_done < rows->functions.count)) {
        if (rows->sites_done < rows->sites.count) {
            const struct trace_site *row = trace_site(rows->trace, rows->sites.items[rows->sites_done++]);
            status = row != NULL ? need_of_site(rows, row) : STATUS_OK;
        } else {
            const struct trace_function *row =
                trace_function(rows->trace, rows->functions.items[rows->functions_done++]);
            status = row != NULL ? need_of_function(rows, row) : STATUS_OK;
        }
    }
    sort(rows->sites.items, rows->sites.count);
    sort(rows->functions.items, rows->functions.count);
    sort(rows->strings.items, rows->strings.count);
    sort(rows->links.items, rows->links.count);
    return status;
}

/* ---- what is written ---- */

/* The list without what is cut. */
static enum status shorten(struct rows *rows, enum row_kind kind, uint32_t number, uint32_t list,
                           struct trace_sources *sources)
{
    if (sources->count == 0)
        return STATUS_OK;
    uint32_t *left = arena_alloc(&rows->arena, sources->count * sizeof *left);
    uint32_t count = 0;
    if (left == NULL)
        return STATUS_NOMEM;
    for (uint32_t i = 0; i < sources->count; i++)
        if (!is_cut(rows, link_of(kind, number, list, i)))
            left[count++] = sources->references[i];
    *sources = (struct trace_sources){left, count};
    return STATUS_OK;
}

/* The row's own lists; `lists` has three of them. */
static enum status shorten_lists(struct rows *rows, enum row_kind kind, uint32_t number,
                                 struct trace_sources *const *lists)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < 3 && status == STATUS_OK; i++)
        status = shorten(rows, kind, number, list_data + i, lists[i]);
    return status;
}

/* Arguments of which nothing is left keep their slot: which one it is counts. */
static enum status shorten_arguments(struct rows *rows, struct trace_site *row)
{
    struct trace_argument *arguments = arena_alloc(&rows->arena, row->argument_count * sizeof *arguments);
    enum status status = arguments != NULL ? STATUS_OK : STATUS_NOMEM;
    for (uint32_t i = 0; i < row->argument_count && status == STATUS_OK; i++) {
        arguments[i] = row->arguments[i];
        status = shorten(rows, ROW_SITE, row->number, argument_list(i, false), &arguments[i].data);
        if (status == STATUS_OK)
            status = shorten(rows, ROW_SITE, row->number, argument_list(i, true), &arguments[i].control);
    }
    row->arguments = arguments;
    return status;
}

static enum status write_site(struct rows *rows, struct redactor *redactor, const struct trace_site *whole,
                              struct trace_writer *writer)
{
    struct trace_site row = *whole;
    struct trace_sources *const lists[] = {&row.data, &row.control, &row.waited};
    enum status status = shorten_lists(rows, ROW_SITE, row.number, lists);
    if (status == STATUS_OK && row.argument_count > 0)
        status = shorten_arguments(rows, &row);
    if (status == STATUS_OK && redactor != NULL)
        status = shift_site(&row, rows->trace, rows->sites.items, rows->sites.count, redactor);
    if (status == STATUS_OK)
        trace_writer_site(writer, &row);
    return status;
}

static enum status write_function(struct rows *rows, const struct trace_function *whole,
                                  struct trace_writer *writer)
{
    struct trace_function row = *whole;
    struct trace_sources *const lists[] = {&row.return_data, &row.return_control, &row.return_waited};
    uint32_t *parameters = arena_alloc(&rows->arena, (row.parameter_count + 1) * sizeof *parameters);
    if (parameters == NULL)
        return STATUS_NOMEM;
    for (uint32_t i = 0; i < row.parameter_count; i++)
        parameters[i] =
            is_cut(rows, link_of(ROW_FUNCTION, row.number, list_parameters, i)) ? 0 : whole->parameters[i];
    row.parameters = parameters;
    enum status status = shorten_lists(rows, ROW_FUNCTION, row.number, lists);
    if (status == STATUS_OK)
        trace_writer_function(writer, &row);
    return status;
}

static enum status write_string(const struct rows *rows, struct redactor *redactor, uint64_t number,
                                struct trace_writer *writer)
{
    struct text text = trace_string(rows->trace, number);
    if (redactor != NULL)
        text = redactor_text(redactor, text);
    if (text.bytes == NULL)
        return STATUS_NOMEM;
    trace_writer_numbered_string(writer, number, text);
    return STATUS_OK;
}

static void write_texts(const struct rows *rows, struct trace_writer *writer)
{
    for (size_t i = 0; i < rows->functions.count; i++) {
        uint64_t function = rows->functions.items[i];
        struct text text = trace_text(rows->trace, function);
        if (text.length > 0 && map_get(&rows->ran, function, NULL))
            trace_writer_text(writer, function, text);
    }
}

enum status rows_write(struct rows *rows, struct redactor *redactor, bool tells_texts,
                       struct trace_writer *writer)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < rows->strings.count && status == STATUS_OK; i++)
        status = write_string(rows, redactor, rows->strings.items[i], writer);
    for (size_t i = 0; i < rows->functions.count && status == STATUS_OK; i++) {
        const struct trace_function *row = trace_function(rows->trace, rows->functions.items[i]);
        status = row != NULL ? write_function(rows, row, writer) : STATUS_OK;
    }
    if (tells_texts)
        write_texts(rows, writer);
    for (size_t i = 0; i < rows->sites.count && status == STATUS_OK; i++) {
        const struct trace_site *row = trace_site(rows->trace, rows->sites.items[i]);
        status = row != NULL ? write_site(rows, redactor, row, writer) : STATUS_OK;
    }
    return status;
}
