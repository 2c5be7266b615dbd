/* In: lines. Out: events.
 * Must hold: what is written orders the accesses of the trace as `fork`, `join`, locks and the order of each thread do, and by
 * nothing else; a thread's index is used again once it was joined, so that many short threads cost as much as those alive. */
#include "trace/std_import.h"

#include <inttypes.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "base/names.h"
#include "base/vector.h"
#include "trace/cells.h"
#include "trace/lines.h"
#include "trace/std_line.h"
#include "trace/writer.h"

/* Of so many bad lines the trace tells the numbers. */
enum { bad_lines_named_max = 10 };

/* Object 1 keeps all variables; locks come behind it. */
enum { variables_object = 1, first_lock_object };

enum thread_state { THREAD_UNKNOWN, THREAD_FORKED, THREAD_RUNS, THREAD_JOINED };

struct thread {
    enum thread_state state;
    uint32_t index;  /* in the thread column, while it runs */
    uint64_t actor;  /* a joined thread that goes on is a new actor after the old one */
    uint64_t birth;  /* token of what comes before its first event */
    uint64_t end;    /* token of what came before it was joined; 0: it was not */
    uint64_t string; /* its name */
};

struct importing {
    struct std_import *import;
    struct trace_writer *writer;
    struct names thread_names, variables, locks, blocks;
    VECTOR(struct thread) threads;     /* by number of the name */
    uint32_t latest;                   /* of them, that a line was about */
    VECTOR(uint64_t) variable_strings; /* by number of the name */
    VECTOR(uint64_t) block_strings;
    VECTOR(uint32_t) free_indexes;
    uint32_t index_count;
    uint64_t actor_count;
    uint64_t token_count;
    uint64_t start;          /* token of the very beginning; 0: nothing was written yet */
    struct buffer bad_lines; /* numbers of the first ones, a line each */
    enum status status;
};

/* ---- Writing ---- */

#define WRITE(importing, kind, index, ...)                                                                   \
    trace_writer_event((importing)->writer, (kind), (index), (const uint64_t[]){__VA_ARGS__})

static uint64_t new_token(struct importing *importing)
{
    return ++importing->token_count;
}

static void fail(struct importing *importing, enum status status)
{
    if (importing->status == STATUS_OK)
        importing->status = status;
}

static uint32_t number_of(struct importing *importing, struct names *names, struct text text, bool *added)
{
    uint32_t number = 0;
    *added = false;
    enum status status = names_number(names, text, &number, added);
    if (status != STATUS_OK)
        fail(importing, status);
    return number;
}

/* ---- Threads ---- */

/* "T9", also where it is written as 9 only. */
static uint64_t name_thread(struct importing *importing, struct text name)
{
    struct buffer full;
    buffer_init(&full);
    if (name.bytes[0] >= '0' && name.bytes[0] <= '9')
        buffer_add_char(&full, 'T');
    buffer_add(&full, name);
    uint64_t string = trace_writer_string(importing->writer, buffer_text(&full));
    if (buffer_status(&full) != STATUS_OK)
        fail(importing, STATUS_NOMEM);
    buffer_fini(&full);
    return string;
}

/* Mostly of the thread that the line before was about. */
static struct thread *thread_of(struct importing *importing, struct text name)
{
    bool added = false;
    uint32_t number = importing->latest;
    if (importing->threads.count == 0 || !text_equal(importing->thread_names.texts.items[number], name))
        number = number_of(importing, &importing->thread_names, name, &added);
    if (added && VECTOR_PUSH(&importing->threads, (struct thread){.string = name_thread(importing, name)}) !=
                     STATUS_OK)
        fail(importing, STATUS_NOMEM);
    if (importing->status != STATUS_OK)
        return NULL;
    importing->latest = number;
    return &importing->threads.items[number];
}

static uint32_t take_index(struct importing *importing)
{
    if (importing->free_indexes.count > 0)
        return importing->free_indexes.items[--importing->free_indexes.count];
    if (importing->index_count == trace_threads_max)
        fail(importing, STATUS_LIMIT);
    return importing->index_count++;
}

static void declare(struct importing *importing, struct thread *thread, uint32_t at)
{
    thread->actor = ++importing->actor_count;
    WRITE(importing, EVENT_ACTOR, at, thread->actor, ACTOR_THREAD, thread->string, 0, 0, 0);
}

/* The first event of the file: what everything that was not forked comes after. */
static void write_start(struct importing *importing, uint32_t at)
{
    WRITE(importing, EVENT_OBJECT, at, variables_object, OBJECT_VARIABLES, 0);
    importing->start = new_token(importing);
    WRITE(importing, EVENT_SEND_NOW, at, importing->start);
}

/* Lets the thread run, if it does not. */
static void enter(struct importing *importing, struct thread *thread)
{
    if (thread->state == THREAD_RUNS)
        return;
    thread->index = take_index(importing);
    if (thread->state == THREAD_UNKNOWN)
        thread->birth = importing->start;
    if (thread->state == THREAD_JOINED)
        thread->birth = thread->end;
    if (thread->state != THREAD_FORKED)
        declare(importing, thread, thread->index);
    WRITE(importing, EVENT_BEGIN, thread->index, thread->actor, thread->birth);
    if (thread->state == THREAD_FORKED)
        WRITE(importing, EVENT_RETIRE, thread->index, thread->birth);
    thread->state = THREAD_RUNS;
    if (importing->start == 0)
        write_start(importing, thread->index);
}

static void fork_thread(struct importing *importing, const struct thread *parent, struct thread *child)
{
    switch (child->state) {
    case THREAD_UNKNOWN:
        declare(importing, child, parent->index);
        child->birth = new_token(importing);
        WRITE(importing, EVENT_SEND_NOW, parent->index, child->birth);
        child->state = THREAD_FORKED;
        break;
    case THREAD_FORKED:
        WRITE(importing, EVENT_MERGE_NOW, parent->index, child->birth);
        break;
    case THREAD_RUNS:
    case THREAD_JOINED:
        enter(importing, child);
        WRITE(importing, EVENT_SEND_NOW, parent->index, new_token(importing));
        WRITE(importing, EVENT_RECV, child->index, importing->token_count);
        WRITE(importing, EVENT_RETIRE, child->index, importing->token_count);
    }
}

/* The child's actor is over; should the thread go on (a join that gave up waiting), another one comes after it. */
static void join_thread(struct importing *importing, const struct thread *parent, struct thread *child)
{
    if (child->state != THREAD_JOINED) {
        enter(importing, child);
        if (child->end != 0)
            WRITE(importing, EVENT_RETIRE, child->index, child->end);
        child->end = new_token(importing);
        WRITE(importing, EVENT_SEND_NOW, child->index, child->end);
        WRITE(importing, EVENT_FINISH, child->index, child->actor);
        WRITE(importing, EVENT_END, child->index, 0);
        child->state = THREAD_JOINED;
        if (VECTOR_PUSH(&importing->free_indexes, child->index) != STATUS_OK)
            fail(importing, STATUS_NOMEM);
    }
    WRITE(importing, EVENT_RECV, parent->index, child->end);
}

/* ---- State ---- */

static uint64_t string_of(struct importing *importing, struct names *names, struct text text)
{
    bool is_variable = names == &importing->variables;
    bool added;
    uint32_t number = number_of(importing, names, text, &added);
    if (added) {
        uint64_t string = trace_writer_string(importing->writer, text);
        enum status status = is_variable ? VECTOR_PUSH(&importing->variable_strings, string)
                                         : VECTOR_PUSH(&importing->block_strings, string);
        fail(importing, status);
    }
    if (importing->status != STATUS_OK)
        return 0;
    return is_variable ? importing->variable_strings.items[number] : importing->block_strings.items[number];
}

static void write_access(struct importing *importing, const struct thread *thread,
                         const struct std_line *line)
{
    uint64_t string = string_of(importing, &importing->variables, line->operand);
    WRITE(importing, line->operation == STD_READ ? EVENT_READ_AT : EVENT_WRITE_AT, thread->index,
          line->location, variables_object, string << 2 | KEY_ATTRIBUTE);
}

static void write_locking(struct importing *importing, const struct thread *thread,
                          const struct std_line *line)
{
    bool added;
    uint64_t object =
        first_lock_object + (uint64_t)number_of(importing, &importing->locks, line->operand, &added);
    if (added) {
        uint64_t string = trace_writer_string(importing->writer, line->operand);
        WRITE(importing, EVENT_OBJECT, thread->index, object, OBJECT_LOCK, string);
        WRITE(importing, EVENT_LOCK, thread->index, object, LOCK_THREADING_REENTRANT, 1);
    }
    WRITE(importing, line->operation == STD_ACQUIRE ? EVENT_ACQUIRE_AT : EVENT_RELEASE_AT, thread->index,
          object, line->location);
}

/* ---- Lines ---- */

static void write_line(struct importing *importing, const struct std_line *line, uint32_t number)
{
    struct thread *thread = &importing->threads.items[number];
    switch (line->operation) {
    case STD_READ:
    case STD_WRITE:
        write_access(importing, thread, line);
        break;
    case STD_ACQUIRE:
    case STD_RELEASE:
        write_locking(importing, thread, line);
        break;
    case STD_BEGIN:
        WRITE(importing, EVENT_BLOCK, thread->index, line->location,
              line->operand.length == 0 ? 0 : string_of(importing, &importing->blocks, line->operand));
        break;
    case STD_END:
        WRITE(importing, EVENT_BLOCK_END, thread->index, line->location);
        break;
    default:
        break;
    }
}

static const char *take_line(struct importing *importing, const struct std_line *line)
{
    bool is_about_thread = line->operation == STD_FORK || line->operation == STD_JOIN;
    if (is_about_thread && text_equal(line->thread, line->operand))
        return "a thread can neither fork nor join itself";
    struct thread *thread = thread_of(importing, line->thread);
    if (thread == NULL)
        return NULL;
    uint32_t number = (uint32_t)(thread - importing->threads.items);
    enter(importing, thread);
    if (!is_about_thread) {
        write_line(importing, line, number);
        return NULL;
    }
    struct thread *other = thread_of(importing, line->operand);
    if (other == NULL)
        return NULL;
    thread = &importing->threads.items[number]; /* the table may have moved */
    if (line->operation == STD_FORK)
        fork_thread(importing, thread, other);
    else
        join_thread(importing, thread, other);
    return NULL;
}

static void take_text(struct importing *importing, struct text text, bool cut, uint64_t number)
{
    struct std_line line;
    const char *why = cut ? "it is longer than 65536 bytes" : std_line_parse(text, &line);
    if (why == NULL)
        why = take_line(importing, &line);
    if (why == NULL) {
        importing->import->event_lines++;
        return;
    }
    if (importing->import->bad_lines++ < bad_lines_named_max)
        buffer_add_format(&importing->bad_lines, "%" PRIu64 "\n", number);
    importing->import->bad_line(importing->import->context, number, text, why);
}

static bool is_blank(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (strchr(" \t\r", text.bytes[i]) == NULL)
            return false;
    return true;
}

static enum status take_lines(struct importing *importing, struct lines *lines, struct diag *diag)
{
    while (importing->status == STATUS_OK) {
        struct text text;
        bool cut = false;
        enum status status = lines_next(lines, &text, &cut, diag);
        if (status == STATUS_END)
            return STATUS_OK;
        if (status != STATUS_OK)
            return status;
        if (cut || !is_blank(text))
            take_text(importing, text, cut, lines->number);
    }
    if (importing->status == STATUS_LIMIT)
        return diag_set(diag, STATUS_LIMIT, "more than %d of its threads are alive at once",
                        trace_threads_max);
    return diag_set_nomem(diag);
}

/* ---- The whole file ---- */

static enum status write_trace(struct importing *importing, struct lines *lines, struct diag *diag)
{
    const struct meta_pair origin[] = {{TEXT("imported"), TEXT("std")}};
    trace_writer_meta(importing->writer, origin, 1);
    enum status status = take_lines(importing, lines, diag);
    if (status != STATUS_OK)
        return status;
    if (importing->import->event_lines == 0)
        return diag_set(diag, STATUS_BAD_INPUT,
                        "no line of it is an event of RAPID's STD form, such as `T1|w(x)|17`");
    char events[24], bad_lines[24];
    snprintf(events, sizeof events, "%" PRIu64, trace_writer_events(importing->writer));
    snprintf(bad_lines, sizeof bad_lines, "%" PRIu64, importing->import->bad_lines);
    const struct meta_pair end[] = {
        {TEXT("events"), text_of(events)},
        {TEXT("bad_lines"), text_of(bad_lines)},
        {TEXT("bad_line_numbers"), buffer_text(&importing->bad_lines)},
    };
    if (buffer_status(&importing->bad_lines) != STATUS_OK)
        return diag_set_nomem(diag);
    size_t count = sizeof end / sizeof *end - (importing->import->bad_lines == 0);
    return trace_writer_end(importing->writer, end, count, diag);
}

static void importing_fini(struct importing *importing)
{
    struct names *const all[] = {&importing->thread_names, &importing->variables, &importing->locks,
                                 &importing->blocks};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        names_fini(all[i]);
    VECTOR_FINI(&importing->threads);
    VECTOR_FINI(&importing->variable_strings);
    VECTOR_FINI(&importing->block_strings);
    VECTOR_FINI(&importing->free_indexes);
    buffer_fini(&importing->bad_lines);
    trace_writer_close(importing->writer);
}

enum status std_import_run(struct std_import *import, struct diag *diag)
{
    struct importing importing = {.import = import};
    struct lines lines;
    import->event_lines = import->bad_lines = 0;
    names_init(&importing.thread_names);
    names_init(&importing.variables);
    names_init(&importing.locks);
    names_init(&importing.blocks);
    buffer_init(&importing.bad_lines);
    enum status status = lines_init(&lines, import->path, diag);
    if (status == STATUS_OK)
        status = trace_writer_open(&importing.writer, import->to, NULL, diag);
    if (status == STATUS_OK)
        status = write_trace(&importing, &lines, diag);
    lines_fini(&lines);
    importing_fini(&importing);
    return status;
}
