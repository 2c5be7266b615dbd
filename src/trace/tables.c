/* In: the payloads of tables frames. Out: rows by number.
 * Must hold: no count is believed beyond the bytes that are left (each item has at least one); a row is reachable only
 * once it is whole; what comes behind the fields that we know, in a record, is a newer writer's and skipped. */
#include "trace/tables.h"

#include "base/limits.h"
#include "trace/bytes.h"

enum { page_rows = 1024, pages_min = 8 };

enum { tag_string = 1, tag_function = 2, tag_site = 3, tag_ignore = 4, tag_text = 5 };

void tables_init(struct tables *tables)
{
    *tables = (struct tables){.string_count = 0};
    arena_init(&tables->arena, trace_tables_bytes_max);
}

void tables_fini(struct tables *tables)
{
    arena_fini(&tables->arena);
}

static enum status no_room(const struct tables *tables, struct diag *diag)
{
    if (tables->arena.used_bytes > trace_tables_bytes_max / 2)
        return diag_set(diag, STATUS_LIMIT, "the tables of names and sites take more than %llu bytes",
                        trace_tables_bytes_max);
    return diag_set_nomem(diag);
}

static enum status damaged(struct diag *diag)
{
    return diag_set(diag, STATUS_BAD_INPUT, "a tables frame does not decode");
}

static const void *index_get(const struct tables_index *index, uint64_t number)
{
    if (number / page_rows >= index->page_count || index->pages[number / page_rows] == NULL)
        return NULL;
    return index->pages[number / page_rows][number % page_rows];
}

/* Room for at least so many pages. What it leaves behind in the arena is less than what it has. */
static enum status index_grow(struct tables *tables, struct tables_index *index, size_t wanted,
                              struct diag *diag)
{
    size_t count = index->page_count < pages_min ? pages_min : index->page_count;
    while (count < wanted)
        count *= 2;
    void ***pages = arena_calloc(&tables->arena, count, sizeof *pages);
    if (pages == NULL)
        return no_room(tables, diag);
    for (size_t i = 0; i < index->page_count; i++)
        pages[i] = index->pages[i];
    index->pages = pages;
    index->page_count = count;
    return STATUS_OK;
}

static enum status index_put(struct tables *tables, struct tables_index *index, uint32_t number, void *row,
                             struct diag *diag)
{
    if (number == 0 || number >= table_rows_max)
        return damaged(diag);
    size_t wanted = number / page_rows + 1;
    enum status status = wanted > index->page_count ? index_grow(tables, index, wanted, diag) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    void ***page = &index->pages[number / page_rows];
    if (*page == NULL)
        *page = arena_calloc(&tables->arena, page_rows, sizeof(void *));
    if (*page == NULL)
        return no_room(tables, diag);
    (*page)[number % page_rows] = row;
    return STATUS_OK;
}

static enum status take_numbers(struct tables *tables, struct bytes_cursor *cursor, const uint32_t **numbers,
                                uint32_t *count, struct diag *diag)
{
    if (!bytes_take_varint32(cursor, count) || *count > bytes_left(cursor))
        return damaged(diag);
    uint32_t *taken = *count > 0 ? arena_alloc(&tables->arena, *count * sizeof *taken) : NULL;
    if (*count > 0 && taken == NULL)
        return no_room(tables, diag);
    for (uint32_t i = 0; i < *count; i++)
        if (!bytes_take_varint32(cursor, &taken[i]))
            return damaged(diag);
    *numbers = taken;
    return STATUS_OK;
}

static enum status take_sources(struct tables *tables, struct bytes_cursor *cursor,
                                struct trace_sources *data, struct trace_sources *control, struct diag *diag)
{
    enum status status = take_numbers(tables, cursor, &data->references, &data->count, diag);
    if (status == STATUS_OK)
        status = take_numbers(tables, cursor, &control->references, &control->count, diag);
    return status;
}

/* A list that stands at a record's end only where it is not empty. */
static enum status take_last_numbers(struct tables *tables, struct bytes_cursor *cursor,
                                     struct trace_sources *sources, struct diag *diag)
{
    if (bytes_left(cursor) == 0)
        return STATUS_OK;
    return take_numbers(tables, cursor, &sources->references, &sources->count, diag);
}

/* What numbered texts are: strings, or the texts of functions. */
static enum status add_text(struct tables *tables, struct tables_index *index, struct bytes_cursor *cursor,
                            struct diag *diag)
{
    uint32_t number;
    if (!bytes_take_varint32(cursor, &number))
        return damaged(diag);
    struct text *row = arena_alloc(&tables->arena, sizeof *row);
    if (row == NULL)
        return no_room(tables, diag);
    *row = arena_text(&tables->arena,
                      (struct text){.bytes = (const char *)cursor->next, .length = bytes_left(cursor)});
    if (row->bytes == NULL)
        return no_room(tables, diag);
    return index_put(tables, index, number, row, diag);
}

static enum status add_function(struct tables *tables, struct bytes_cursor *cursor, struct diag *diag)
{
    struct trace_function *row = arena_calloc(&tables->arena, 1, sizeof *row);
    if (row == NULL)
        return no_room(tables, diag);
    if (!bytes_take_varint32(cursor, &row->number) || !bytes_take_varint32(cursor, &row->name) ||
        !bytes_take_varint32(cursor, &row->file) || !bytes_take_varint32(cursor, &row->line) ||
        !bytes_take_varint32(cursor, &row->flags))
        return damaged(diag);
    enum status status = take_numbers(tables, cursor, &row->parameters, &row->parameter_count, diag);
    if (status == STATUS_OK)
        status = take_sources(tables, cursor, &row->return_data, &row->return_control, diag);
    if (status == STATUS_OK)
        status = take_last_numbers(tables, cursor, &row->return_waited, diag);
    if (status != STATUS_OK)
        return status;
    tables->function_count++;
    return index_put(tables, &tables->functions, row->number, row, diag);
}

static bool take_site_fields(struct bytes_cursor *cursor, struct trace_site *row)
{
    uint32_t *const fields[] = {
        &row->number,     &row->function, &row->operation,  &row->line,   &row->column, &row->end_line,
        &row->end_column, &row->flags,    &row->expression, &row->source, &row->name,
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!bytes_take_varint32(cursor, fields[i]))
            return false;
    return true;
}

static enum status take_arguments(struct tables *tables, struct bytes_cursor *cursor, struct trace_site *row,
                                  struct diag *diag)
{
    enum { argument_bytes_min = 4 };
    if (!bytes_take_varint32(cursor, &row->argument_count) ||
        row->argument_count > bytes_left(cursor) / argument_bytes_min)
        return damaged(diag);
    if (row->argument_count == 0)
        return STATUS_OK;
    struct trace_argument *arguments = arena_calloc(&tables->arena, row->argument_count, sizeof *arguments);
    if (arguments == NULL)
        return no_room(tables, diag);
    row->arguments = arguments;
    for (uint32_t i = 0; i < row->argument_count; i++) {
        if (!bytes_take_varint32(cursor, &arguments[i].slot) ||
            !bytes_take_varint32(cursor, &arguments[i].name))
            return damaged(diag);
        enum status status = take_sources(tables, cursor, &arguments[i].data, &arguments[i].control, diag);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status add_site(struct tables *tables, struct bytes_cursor *cursor, struct diag *diag)
{
    struct trace_site *row = arena_calloc(&tables->arena, 1, sizeof *row);
    if (row == NULL)
        return no_room(tables, diag);
    if (!take_site_fields(cursor, row))
        return damaged(diag);
    enum status status = take_sources(tables, cursor, &row->data, &row->control, diag);
    if (status == STATUS_OK)
        status = take_arguments(tables, cursor, row, diag);
    if (status == STATUS_OK)
        status = take_last_numbers(tables, cursor, &row->waited, diag);
    if (status != STATUS_OK)
        return status;
    tables->site_count++;
    return index_put(tables, &tables->sites, row->number, row, diag);
}

static enum status add_ignore(struct tables *tables, struct bytes_cursor *cursor, struct diag *diag)
{
    struct trace_ignore *row = arena_calloc(&tables->arena, 1, sizeof *row);
    if (row == NULL)
        return no_room(tables, diag);
    uint32_t *const fields[] = {&row->file,  &row->line,  &row->first_line, &row->last_line,
                                &row->flags, &row->kinds, &row->reason};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!bytes_take_varint32(cursor, fields[i]))
            return damaged(diag);
    row->next = tables->ignores;
    tables->ignores = row;
    return STATUS_OK;
}

static enum status add_record(struct tables *tables, uint64_t tag, struct bytes_cursor *body,
                              struct diag *diag)
{
    enum status status;
    switch (tag) {
    case tag_string:
        status = add_text(tables, &tables->strings, body, diag);
        tables->string_count += status == STATUS_OK;
        return status;
    case tag_function:
        return add_function(tables, body, diag);
    case tag_site:
        return add_site(tables, body, diag);
    case tag_ignore:
        return add_ignore(tables, body, diag);
    case tag_text:
        return add_text(tables, &tables->texts, body, diag);
    default:
        return STATUS_OK;
    }
}

enum status tables_add(struct tables *tables, const unsigned char *payload, size_t payload_bytes,
                       struct diag *diag)
{
    struct bytes_cursor cursor = bytes_cursor(payload, payload_bytes);
    while (bytes_left(&cursor) > 0) {
        uint64_t tag;
        struct bytes_cursor body;
        if (!bytes_take_varint(&cursor, &tag) || !bytes_take_piece(&cursor, &body))
            return damaged(diag);
        enum status status = add_record(tables, tag, &body, diag);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

const struct trace_site *tables_site(const struct tables *tables, uint64_t number)
{
    return index_get(&tables->sites, number);
}

const struct trace_function *tables_function(const struct tables *tables, uint64_t number)
{
    return index_get(&tables->functions, number);
}

/* The first row whose number is greater, or NULL. */
static const void *index_next(const struct tables_index *index, uint64_t number)
{
    for (number++; number / page_rows < index->page_count; number++) {
        if (index->pages[number / page_rows] == NULL)
            number |= page_rows - 1;
        else if (index_get(index, number) != NULL)
            return index_get(index, number);
    }
    return NULL;
}

const struct trace_function *tables_next_function(const struct tables *tables, uint64_t number)
{
    return index_next(&tables->functions, number);
}

const struct trace_site *tables_next_site(const struct tables *tables, uint64_t number)
{
    return index_next(&tables->sites, number);
}

struct text tables_text(const struct tables *tables, uint64_t function)
{
    const struct text *row = index_get(&tables->texts, function);
    return row != NULL ? *row : TEXT_NONE;
}

struct text tables_string(const struct tables *tables, uint64_t number)
{
    const struct text *row = index_get(&tables->strings, number);
    return row != NULL ? *row : TEXT_NONE;
}

const struct trace_ignore *tables_ignores(const struct tables *tables)
{
    return tables->ignores;
}
