/* In: rows. Out: records of tables frames (formats/trace.md).
 * Must hold: what tables_add makes of them are the same rows. */
#include "trace/tables_writer.h"

#include "trace/bytes_out.h"

enum { tag_string = 1, tag_function = 2, tag_site = 3, tag_ignore = 4, tag_text = 5 };

/* Moves the body, which was put together beside, behind its tag and length. */
static void add_record(struct buffer *to, unsigned tag, struct buffer *body)
{
    bytes_add_varint(to, tag);
    bytes_add_text(to, buffer_text(body));
    buffer_fini_part(body, to);
}

static void add_numbers(struct buffer *to, const uint32_t *numbers, uint32_t count)
{
    bytes_add_varint(to, count);
    for (uint32_t i = 0; i < count; i++)
        bytes_add_varint(to, numbers[i]);
}

static void add_sources(struct buffer *to, const struct trace_sources *sources)
{
    add_numbers(to, sources->references, sources->count);
}

/* At a record's end, where an empty list is left out. */
static void add_last_sources(struct buffer *to, const struct trace_sources *sources)
{
    if (sources->count > 0)
        add_sources(to, sources);
}

/* A record of a number and a text. */
static void add_text_record(struct buffer *to, unsigned tag, uint64_t number, struct text text)
{
    struct buffer body;
    buffer_init(&body);
    bytes_add_varint(&body, number);
    buffer_add(&body, text);
    add_record(to, tag, &body);
}

void tables_writer_string(struct buffer *to, uint64_t number, struct text text)
{
    add_text_record(to, tag_string, number, text);
}

void tables_writer_function(struct buffer *to, const struct trace_function *row)
{
    struct buffer body;
    buffer_init(&body);
    const uint32_t fields[] = {row->number, row->name, row->file, row->line, row->flags};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        bytes_add_varint(&body, fields[i]);
    add_numbers(&body, row->parameters, row->parameter_count);
    add_sources(&body, &row->return_data);
    add_sources(&body, &row->return_control);
    add_last_sources(&body, &row->return_waited);
    add_record(to, tag_function, &body);
}

void tables_writer_text(struct buffer *to, uint64_t function, struct text text)
{
    add_text_record(to, tag_text, function, text);
}

static void add_argument(struct buffer *to, const struct trace_argument *argument)
{
    bytes_add_varint(to, argument->slot);
    bytes_add_varint(to, argument->name);
    add_sources(to, &argument->data);
    add_sources(to, &argument->control);
}

void tables_writer_site(struct buffer *to, const struct trace_site *row)
{
    struct buffer body;
    buffer_init(&body);
    const uint32_t fields[] = {row->number,     row->function, row->operation,  row->line,
                               row->column,     row->end_line, row->end_column, row->flags,
                               row->expression, row->source,   row->name};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        bytes_add_varint(&body, fields[i]);
    add_sources(&body, &row->data);
    add_sources(&body, &row->control);
    bytes_add_varint(&body, row->argument_count);
    for (uint32_t i = 0; i < row->argument_count; i++)
        add_argument(&body, &row->arguments[i]);
    add_last_sources(&body, &row->waited);
    add_record(to, tag_site, &body);
}

void tables_writer_ignore(struct buffer *to, const struct trace_ignore *row)
{
    struct buffer body;
    buffer_init(&body);
    const uint32_t fields[] = {row->file,  row->line,  row->first_line, row->last_line,
                               row->flags, row->kinds, row->reason};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        bytes_add_varint(&body, fields[i]);
    add_record(to, tag_ignore, &body);
}
