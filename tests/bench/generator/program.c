/* In: nothing. Out: the tables of the program whose run is made up.
 * Must hold: sites of one function stand in the order in which calls.c counts them. */
#include "program.h"

#include <stdio.h>

enum { READ = 1, WRITE, DELETE, CALL, AWAIT, ITERATE, CONTAINS };
enum { IS_CHECK = 1, IS_USE = 2, MAY_SUSPEND = 4 };
enum { record_string = 1, record_function, record_site };
enum { references_max = 3, parameters = 3, lines_per_function = 16, functions_per_file = 4 };

/* What a list of sources names: a site of the same function, by its index from 0, or a parameter. */
#define SITE(index)             (2 * ((index) + 1))
#define PARAMETER(index)        (2 * (index) + 1)
#define is_parameter(reference) ((reference) % 2 == 1)

struct site {
    unsigned operation, flags;
    const char *expression, *source;
    enum program_text name;
    uint64_t data[references_max], control[references_max]; /* up to the first 0 */
};

static const struct function {
    const char *name;
    struct site sites[program_sites_max];
} functions[pattern_count] = {
    [PATTERN_GUARDED] = {"Service.move",
                         {{READ, IS_USE, "self.lock", "async with self.lock:", TEXT_LOCK, {0}, {0}},
                          {AWAIT, MAY_SUSPEND, "self.lock", "async with self.lock:", 0, {0}, {0}},
                          {READ, IS_USE, "self.entries", "old = self.entries[key]", TEXT_ENTRIES, {0}, {0}},
                          {READ, 0, "self.entries[key]", "old = self.entries[key]", 0, {0}, {0}},
                          {READ, IS_CHECK, "self.limit", "if amount < self.limit:", TEXT_LIMIT, {0}, {0}},
                          {AWAIT, MAY_SUSPEND, "self.store(key)", "await self.store(key)", 0, {0}, {0}},
                          {WRITE,
                           0,
                           "self.entries[key]",
                           "self.entries[key] = old + amount",
                           0,
                           {SITE(3), PARAMETER(2)},
                           {SITE(4)}}}},
    [PATTERN_RACY] = {"Service.move_at_once",
                      {{READ, IS_USE, "self.entries", "old = self.entries[key]", TEXT_ENTRIES, {0}, {0}},
                       {READ, 0, "self.entries[key]", "old = self.entries[key]", 0, {0}, {0}},
                       {READ, IS_CHECK, "self.limit", "if amount < self.limit:", TEXT_LIMIT, {0}, {0}},
                       {AWAIT, MAY_SUSPEND, "self.store(key)", "await self.store(key)", 0, {0}, {0}},
                       {WRITE,
                        0,
                        "self.entries[key]",
                        "self.entries[key] = old + amount",
                        0,
                        {SITE(1), PARAMETER(2)},
                        {SITE(2)}}}},
    [PATTERN_COUNT] =
        {"Service.count",
         {{READ, 0, "self.total", "self.total += amount", TEXT_TOTAL, {0}, {0}},
          {WRITE, 0, "self.total", "self.total += amount", TEXT_TOTAL, {SITE(0), PARAMETER(2)}, {0}},
          {READ, IS_USE, "self.entries", "self.entries[key] += amount", TEXT_ENTRIES, {0}, {0}},
          {READ, 0, "self.entries[key]", "self.entries[key] += amount", 0, {0}, {0}},
          {WRITE, 0, "self.entries[key]", "self.entries[key] += amount", 0, {SITE(3), PARAMETER(2)}, {0}}}},
    [PATTERN_SCAN] = {"Service.sum",
                      {{READ, IS_USE, "self.entries", "for key in keys:", TEXT_ENTRIES, {0}, {0}},
                       {READ, 0, "self.entries[key]", "found += self.entries[key]", 0, {0}, {0}},
                       {READ, IS_CHECK, "self.limit", "if found > self.limit:", TEXT_LIMIT, {0}, {0}}}},
    [PATTERN_CACHE] =
        {"Service.describe",
         {{READ, IS_USE, "self.entries", "if key not in self.entries:", TEXT_ENTRIES, {0}, {0}},
          {CONTAINS, IS_CHECK, "key not in self.entries", "if key not in self.entries:", 0, {0}, {0}},
          {AWAIT, MAY_SUSPEND, "self.fetch(key)", "made = await self.fetch(key)", 0, {0}, {0}},
          {CONTAINS,
           IS_CHECK,
           "key not in self.entries",
           "if key not in self.entries: # still",
           0,
           {0},
           {SITE(1)}},
          {WRITE, 0, "self.entries[key]", "self.entries[key] = made", 0, {SITE(2)}, {SITE(1), SITE(3)}}}},
    [PATTERN_PUT] = {"Service.put",
                     {{READ, IS_USE, "self.queue", "self.queue.put_nowait(amount)", TEXT_QUEUE, {0}, {0}},
                      {WRITE,
                       0,
                       "self.queue.put_nowait(amount)",
                       "self.queue.put_nowait(amount)",
                       0,
                       {PARAMETER(2)},
                       {0}}}},
    [PATTERN_GET] = {"Service.take",
                     {{READ, IS_USE, "self.queue", "taken = self.queue.get_nowait()", TEXT_QUEUE, {0}, {0}},
                      {WRITE, 0, "self.queue.get_nowait()", "taken = self.queue.get_nowait()", 0, {0}, {0}},
                      {READ, 0, "self.total", "self.total += taken", TEXT_TOTAL, {0}, {0}},
                      {WRITE, 0, "self.total", "self.total += taken", TEXT_TOTAL, {SITE(1), SITE(2)}, {0}}}},
    [PATTERN_MAKE] = {"Service.make",
                      {{WRITE, 0, "made[key]", "made[key] = amount", 0, {PARAMETER(2)}, {0}},
                       {READ, IS_CHECK, "made[key]", "if made[key]:", 0, {0}, {0}},
                       {AWAIT, MAY_SUSPEND, "self.store(made)", "await self.store(made)", 0, {0}, {0}}}},
};

static const char *const texts[program_texts] = {
    [TEXT_SERVICE] = "Service",   [TEXT_DICT] = "dict",        [TEXT_LOCK_CLASS] = "Lock",
    [TEXT_QUEUE_CLASS] = "Queue", [TEXT_LOOP] = "EventLoop",   [TEXT_MAIN] = "main",
    [TEXT_WORKER] = "worker",     [TEXT_CALLBACK] = "on_done", [TEXT_ENTRIES] = "entries",
    [TEXT_LOCK] = "lock",         [TEXT_QUEUE] = "queue",      [TEXT_TOTAL] = "total",
    [TEXT_LIMIT] = "limit",       [TEXT_MADE] = "made",
};

uint64_t program_function(enum pattern pattern, uint32_t variant)
{
    return 1 + (uint64_t)pattern * program_variants + variant;
}

uint64_t program_site(enum pattern pattern, uint32_t variant, uint32_t index)
{
    return 1 + (program_function(pattern, variant) - 1) * program_sites_max + index;
}

uint64_t program_line(enum pattern pattern, uint32_t variant)
{
    return 10 + program_function(pattern, variant) % functions_per_file * lines_per_function;
}

/* ---- records ---- */

/* Numbers of strings beyond those that events refer to. */
struct writer {
    struct bytes *to;
    struct bytes body;
    uint64_t next_text;
};

static void add_record(struct writer *writer, unsigned tag)
{
    bytes_add_varint(writer->to, tag);
    bytes_add_varint(writer->to, writer->body.length);
    bytes_add(writer->to, writer->body.start, writer->body.length);
    writer->body.length = 0;
}

static void add_string(struct writer *writer, uint64_t number, const char *before, const char *text)
{
    bytes_add_varint(&writer->body, number);
    for (; *before != '\0'; before++)
        bytes_add(&writer->body, before, 1);
    for (; *text != '\0'; text++)
        bytes_add(&writer->body, text, 1);
    add_record(writer, record_string);
}

static uint64_t new_string(struct writer *writer, const char *before, const char *text)
{
    add_string(writer, writer->next_text, before, text);
    return writer->next_text++;
}

static void add_sources(struct writer *writer, const uint64_t *references, uint64_t first_site)
{
    uint64_t count = 0;
    while (count < references_max && references[count] != 0)
        count++;
    bytes_add_varint(&writer->body, count);
    for (uint64_t i = 0; i < count; i++)
        bytes_add_varint(&writer->body,
                         is_parameter(references[i]) ? references[i] : references[i] + 2 * (first_site - 1));
}

static void add_numbers(struct writer *writer, const uint64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes_add_varint(&writer->body, numbers[i]);
}

static void add_function(struct writer *writer, enum pattern pattern, uint32_t variant)
{
    uint64_t number = program_function(pattern, variant);
    char before[32], file[32];
    snprintf(before, sizeof before, "part%02u.", variant);
    snprintf(file, sizeof file, "shop/part%02u.py", (unsigned)(number / functions_per_file));
    uint64_t name_text = new_string(writer, before, functions[pattern].name);
    uint64_t file_text = new_string(writer, "", file);
    const uint64_t numbers[] = {number,
                                name_text,
                                file_text,
                                program_line(pattern, variant),
                                1 | 4,
                                parameters,
                                TEXT_SERVICE,
                                TEXT_ENTRIES,
                                TEXT_TOTAL,
                                0,
                                0};
    add_numbers(writer, numbers, sizeof numbers / sizeof *numbers);
    add_record(writer, record_function);
}

static void add_site(struct writer *writer, enum pattern pattern, uint32_t variant, uint32_t index)
{
    const struct site *site = &functions[pattern].sites[index];
    uint64_t expression = new_string(writer, "", site->expression),
             source = new_string(writer, "", site->source);
    uint64_t line = program_line(pattern, variant) + 1 + index, first = program_site(pattern, variant, 0);
    const uint64_t numbers[] = {first + index,   program_function(pattern, variant),
                                site->operation, line,
                                8 + 2 * index,   line,
                                30 + index,      site->flags,
                                expression,      source,
                                site->name};
    add_numbers(writer, numbers, sizeof numbers / sizeof *numbers);
    add_sources(writer, site->data, first);
    add_sources(writer, site->control, first);
    bytes_add_varint(&writer->body, 0); /* arguments */
    add_record(writer, record_site);
}

void program_add_tables(struct bytes *bytes)
{
    struct writer writer = {.to = bytes, .next_text = program_texts};
    for (uint64_t text = 1; text < program_texts; text++)
        add_string(&writer, text, "", texts[text]);
    for (enum pattern pattern = 0; pattern < pattern_count; pattern++) {
        for (uint32_t variant = 0; variant < program_variants; variant++) {
            add_function(&writer, pattern, variant);
            for (uint32_t i = 0; i < program_sites_max && functions[pattern].sites[i].operation != 0; i++)
                add_site(&writer, pattern, variant, i);
        }
    }
    bytes_free(&writer.body);
}
