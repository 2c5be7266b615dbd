/* In: texts of a trace. Out: texts of the same form, that tell nothing.
 * Must hold: no word and no string of the program's comes through, whatever the text looks like; what is no code (a task's name, a
 * path) is treated like code, so that one word is one pseudonym wherever it stands. */
#include "slice/redactor.h"

#include <string.h>

#include "base/buffer.h"
#include "finding/kinds.h"
#include "finding/source.h"
#include "slice/public_words.h"

/* Whole numbers up to here are everywhere, and tell nothing. */
enum { plain_number_max = 16 };

enum status redactor_init(struct redactor *redactor, const char *key, struct diag *diag)
{
    *redactor = (struct redactor){.keeps_values = false};
    arena_init(&redactor->arena, 0);
    return keyed_open(&redactor->keyed, key, diag);
}

void redactor_fini(struct redactor *redactor)
{
    map_fini(&redactor->own);
    map_fini(&redactor->shown);
    map_fini(&redactor->objects);
    arena_fini(&redactor->arena);
}

/* ---- words ---- */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_upper(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static bool is_lower(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

static bool is_word_byte(char byte)
{
    return is_digit(byte) || is_upper(byte) || is_lower(byte) || byte == '_' || (unsigned char)byte >= 0x80;
}

/* What stands in for what is not told. */
static const struct text ellipsis = {"…", sizeof "…" - 1};

static bool starts_with(struct text text, struct text start)
{
    return text.length >= start.length && memcmp(text.bytes, start.bytes, start.length) == 0;
}

static struct text rest_of(struct text text, size_t from)
{
    return (struct text){text.bytes + from, text.length - from};
}

static struct text word_at(struct text text, size_t from)
{
    size_t end = from;
    while (end < text.length && is_word_byte(text.bytes[end]) && !starts_with(rest_of(text, end), ellipsis))
        end++;
    return (struct text){text.bytes + from, end - from};
}

/* "asyncio_3": what asyncio calls its threads. */
static bool is_thread_name(struct text word)
{
    const struct text start = TEXT("asyncio_");
    if (!starts_with(word, start) || word.length == start.length)
        return false;
    for (size_t i = start.length; i < word.length; i++)
        if (!is_digit(word.bytes[i]))
            return false;
    return true;
}

static bool is_own(const struct redactor *redactor, struct text word)
{
    return map_get(&redactor->own, keyed_hash(&redactor->keyed, word), NULL);
}

/* ---- pseudonyms ---- */

static void add_letters(struct buffer *to, uint64_t hash, int count, bool upper)
{
    static const char alphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
    for (int i = 0; i < count; i++, hash >>= 5) {
        char letter = alphabet[hash & 31];
        buffer_add_char(to, upper && is_lower(letter) ? (char)(letter - 'a' + 'A') : letter);
    }
}

/* Leading underscores, whether it looks like a class or a constant, and whether it is a limit of something, are kept: they are the structure
 * of the code, and the advice goes by them. */
static void add_pseudonym(const struct redactor *redactor, struct buffer *to, struct text word, bool is_name)
{
    enum { letters = 8 };
    uint64_t hash = keyed_hash(&redactor->keyed, word);
    size_t start = 0, uppers = 0, lowers = 0;
    while (start < word.length && start < 2 && word.bytes[start] == '_')
        buffer_add_char(to, word.bytes[start++]);
    for (size_t i = start; i < word.length; i++) {
        uppers += is_upper(word.bytes[i]);
        lowers += is_lower(word.bytes[i]);
    }
    bool is_capital = start < word.length && is_upper(word.bytes[start]);
    bool is_constant = uppers > 1 && lowers == 0;
    if (is_name && source_names_limit(word))
        buffer_add_string(to, is_constant ? "LIMIT_" : "limit_");
    buffer_add_char(to, is_capital ? 'N' : 'n');
    add_letters(to, hash, letters, is_constant);
}

static int64_t other_number(const struct redactor *redactor, struct text digits)
{
    uint64_t hash = keyed_hash(&redactor->keyed, digits);
    return (int64_t)(1000000 + hash % 999000000);
}

static bool is_plain_number(struct text digits)
{
    uint64_t number = 0;
    for (size_t i = 0; i < digits.length; i++) {
        if (!is_digit(digits.bytes[i]) || number > plain_number_max)
            return false;
        number = number * 10 + (uint64_t)(digits.bytes[i] - '0');
    }
    return number <= plain_number_max;
}

/* ---- texts ---- */

struct walk_text {
    const struct redactor *redactor;
    struct text text;
    size_t next;
    struct text before; /* the word before, where one mark alone stands between */
    struct buffer *to;
};

/* A string literal, or what looks like one: its quotes and nothing of what stands in them. */
static void take_literal(struct walk_text *walk)
{
    struct text rest = rest_of(walk->text, walk->next);
    char quote = rest.bytes[0];
    size_t marks = rest.length >= 3 && rest.bytes[1] == quote && rest.bytes[2] == quote ? 3 : 1, end = marks;
    while (end < rest.length && !(rest.bytes[end] == quote &&
                                  (marks == 1 || (end + 2 < rest.length && rest.bytes[end + 1] == quote &&
                                                  rest.bytes[end + 2] == quote))))
        end += rest.bytes[end] == '\\' ? 2 : 1;
    end = end < rest.length ? end : rest.length;
    struct text content = {rest.bytes + marks, end - marks};
    buffer_add_repeated(walk->to, quote, marks);
    if (text_equal(content, ellipsis))
        buffer_add(walk->to, content);
    else if (content.length > 0)
        add_pseudonym(walk->redactor, walk->to, content, false);
    size_t closing = rest.length - end < marks ? rest.length - end : marks;
    buffer_add_repeated(walk->to, quote, closing);
    walk->next += end + closing;
}

/* "Task-3": how asyncio and threading call what nobody has named. */
static bool is_default_name(const struct walk_text *walk)
{
    static const char *const starts[] = {"Task", "Thread", "Dummy"};
    if (walk->next == 0 || walk->text.bytes[walk->next - 1] != '-')
        return false;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (text_equals(walk->before, starts[i]))
            return true;
    return false;
}

static bool is_prefix_of_literal(const struct walk_text *walk, struct text word)
{
    size_t behind = walk->next + word.length;
    if (word.length > 2 || behind >= walk->text.length ||
        (walk->text.bytes[behind] != '"' && walk->text.bytes[behind] != '\''))
        return false;
    for (size_t i = 0; i < word.length; i++)
        if (strchr("rbfuRBFU", word.bytes[i]) == NULL)
            return false;
    return true;
}

static bool stands_behind(const struct walk_text *walk, char mark)
{
    return walk->next > 0 && walk->text.bytes[walk->next - 1] == mark;
}

static bool is_dunder(struct text word)
{
    return word.length > 4 && word.bytes[0] == '_' && word.bytes[1] == '_';
}

/* "Queue", of "Queue.put". */
static bool is_class(struct text word)
{
    return public_words_has(word) && is_upper(word.bytes[0]);
}

/* Whether the word is surely Python's own, where it stands. */
static bool is_pythons(const struct walk_text *walk, struct text word)
{
    const struct redactor *redactor = walk->redactor;
    if (is_thread_name(word) || (stands_behind(walk, '<') && text_equals(word, "module")))
        return true;
    if (is_own(redactor, word))
        return false;
    if (map_get(&redactor->shown, keyed_hash(&redactor->keyed, word), NULL))
        return true;
    if (!stands_behind(walk, '.'))
        return public_words_has(word);
    if (public_words_has_module(walk->before))
        return public_words_has(word) || public_words_has_function(word);
    if (is_class(walk->before) && !is_own(redactor, walk->before) && public_words_has_method(word))
        return true;
    return public_words_has(word) && (is_dunder(word) || text_equals(word, "py"));
}

static void take_word(struct walk_text *walk)
{
    struct text word = word_at(walk->text, walk->next);
    bool is_number = is_digit(word.bytes[0]);
    bool stays = is_number ? is_plain_number(word) || is_default_name(walk)
                           : is_pythons(walk, word) || is_prefix_of_literal(walk, word);
    if (stays)
        buffer_add(walk->to, word);
    else if (is_number)
        buffer_add_number(walk->to, (uint64_t)other_number(walk->redactor, word));
    else
        add_pseudonym(walk->redactor, walk->to, word, true);
    walk->before = word;
    walk->next += word.length;
}

/* A comment, or what looks like one. */
static void take_comment(struct walk_text *walk)
{
    struct text rest = rest_of(walk->text, walk->next + 1);
    buffer_add_char(walk->to, '#');
    if (rest.length > 0)
        add_pseudonym(walk->redactor, walk->to, rest, false);
    walk->next = walk->text.length;
}

/* "time.sleep", where nothing of the program's is called `time`. */
static bool take_dotted(struct walk_text *walk)
{
    struct text rest = rest_of(walk->text, walk->next);
    size_t length = stands_behind(walk, '.') ? 0 : public_words_dotted(rest);
    if (length == 0 || is_own(walk->redactor, word_at(rest, 0)))
        return false;
    buffer_add(walk->to, (struct text){rest.bytes, length});
    walk->next += length;
    return true;
}

static void take_next(struct walk_text *walk)
{
    char byte = walk->text.bytes[walk->next];
    if (byte == '"' || byte == '\'') {
        take_literal(walk);
    } else if (byte == '#') {
        take_comment(walk);
    } else if (starts_with(rest_of(walk->text, walk->next), ellipsis)) {
        buffer_add(walk->to, ellipsis);
        walk->next += ellipsis.length;
    } else if (is_word_byte(byte)) {
        if (!take_dotted(walk))
            take_word(walk);
    } else {
        buffer_add_char(walk->to, byte);
        walk->next++;
    }
}

/* "lost-update, stale-read": what an ignoring comment names. */
static bool is_list_of_kinds(struct text text)
{
    enum finding_kind kind;
    while (text.length > 0) {
        const char *comma = memchr(text.bytes, ',', text.length);
        size_t length = comma != NULL ? (size_t)(comma - text.bytes) : text.length;
        struct text name = {text.bytes, length};
        while (name.length > 0 && name.bytes[0] == ' ')
            name = rest_of(name, 1);
        if (!kinds_find(name, &kind))
            return false;
        text = rest_of(text, comma != NULL ? length + 1 : length);
    }
    return true;
}

struct text redactor_text(struct redactor *redactor, struct text text)
{
    struct buffer to;
    struct walk_text walk = {.redactor = redactor, .text = text, .before = TEXT_NONE, .to = &to};
    if (text.length == 0 || is_list_of_kinds(text))
        return text;
    buffer_init(&to);
    while (walk.next < text.length)
        take_next(&walk);
    struct text taken = arena_text(&redactor->arena, buffer_text(&to));
    if (buffer_status(&to) != STATUS_OK)
        taken = (struct text){NULL, 0};
    buffer_fini(&to);
    return taken;
}

/* ---- what is the program's own ---- */

/* Words that a program may read or hand on as a name, and that stay the language's all the same. */
static bool is_never_own(struct text word)
{
    static const char *const words[] = {"self", "cls", "mcs", "asyncio", "threading", "py"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equals(word, words[i]))
            return true;
    return is_dunder(word);
}

static bool is_public(struct text word)
{
    return public_words_has(word) || public_words_has_function(word) || public_words_has_method(word) ||
           text_equals(word, "time");
}

/* The words of a name; what stands in angle brackets ("<locals>") is no name. */
static enum status learn_name(struct redactor *redactor, struct text name)
{
    for (size_t i = 0; i < name.length;) {
        struct text word = word_at(name, i);
        bool is_bracketed = i > 0 && name.bytes[i - 1] == '<';
        i += word.length > 0 ? word.length : 1;
        if (word.length == 0 || is_bracketed || !is_public(word) || is_never_own(word))
            continue;
        if (map_put(&redactor->own, keyed_hash(&redactor->keyed, word), 1) != STATUS_OK)
            return STATUS_NOMEM;
    }
    return STATUS_OK;
}

static size_t skip_blanks(struct text text, size_t from)
{
    while (from < text.length && text.bytes[from] == ' ')
        from++;
    return from;
}

/* Whether something is given to the word that ends there: `word =`, `word +=`, `word :=`, but not `word ==`. */
static bool is_assigned(struct text text, size_t behind)
{
    size_t i = skip_blanks(text, behind);
    while (i < text.length && text.bytes[i] != '=' && strchr("+-*/%@&|^:<>", text.bytes[i]) != NULL)
        i++;
    return i < text.length && text.bytes[i] == '=' && (i + 1 == text.length || text.bytes[i + 1] != '=');
}

static bool names_what_follows(struct text word)
{
    static const char *const words[] = {"for", "as", "def", "class", "lambda", "global", "nonlocal"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equals(word, words[i]))
            return true;
    return false;
}

/* The names that a line of source gives to something: `name = …`, `for a, b in …`, `as name`, `f(name=…)`. */
static enum status learn_source(struct redactor *redactor, struct text source)
{
    enum status status = STATUS_OK;
    bool is_naming = false;
    for (size_t i = 0; i < source.length && status == STATUS_OK;) {
        struct text word = word_at(source, i);
        i += word.length > 0 ? word.length : 1;
        if (word.length == 0) {
            is_naming = is_naming && strchr(" ,(*", source.bytes[i - 1]) != NULL;
            continue;
        }
        bool ends = text_equals(word, "in");
        if (!ends && (is_naming || is_assigned(source, i)))
            status = learn_name(redactor, word);
        is_naming = !ends && (is_naming || names_what_follows(word));
    }
    return status;
}

/* The same of all lines of a function. */
static enum status learn_lines(struct redactor *redactor, struct text text)
{
    enum status status = STATUS_OK;
    while (text.length > 0 && status == STATUS_OK) {
        const char *end = memchr(text.bytes, '\n', text.length);
        size_t length = end != NULL ? (size_t)(end - text.bytes) : text.length;
        status = learn_source(redactor, (struct text){text.bytes, length});
        text = rest_of(text, end != NULL ? length + 1 : length);
    }
    return status;
}

static enum status learn_function(struct redactor *redactor, const struct trace *trace,
                                  const struct trace_function *row)
{
    enum status status = learn_name(redactor, trace_string(trace, row->name));
    if (status == STATUS_OK)
        status = learn_name(redactor, trace_string(trace, row->file));
    for (uint32_t i = 0; i < row->parameter_count && status == STATUS_OK; i++)
        status = learn_name(redactor, trace_string(trace, row->parameters[i]));
    return status == STATUS_OK ? learn_lines(redactor, trace_text(trace, row->number)) : status;
}

/* Whether the name is called: `queue.empty()` is looked at, but by a name of somebody else's. */
static bool is_called(struct text expression, struct text name)
{
    for (size_t i = 0; i + name.length < expression.length; i++)
        if (memcmp(expression.bytes + i, name.bytes, name.length) == 0 &&
            expression.bytes[i + name.length] == '(')
            return true;
    return false;
}

/* A site names a variable or an attribute, unless it is a call: that may be of anybody's. */
static enum status learn_site(struct redactor *redactor, const struct trace *trace,
                              const struct trace_site *row)
{
    struct text name = trace_string(trace, row->name);
    bool is_access =
        row->operation != SITE_CALL && row->operation != SITE_AWAIT && row->operation != SITE_RETURN;
    enum status status = learn_source(redactor, trace_string(trace, row->source));
    if (status == STATUS_OK && is_access && !is_called(trace_string(trace, row->expression), name))
        status = learn_name(redactor, name);
    return status;
}

enum status redactor_learn(struct redactor *redactor, const struct trace *trace)
{
    enum status status = STATUS_OK;
    const struct trace_function *function = trace_next_function(trace, 0);
    for (; function != NULL && status == STATUS_OK; function = trace_next_function(trace, function->number))
        status = learn_function(redactor, trace, function);
    const struct trace_site *site = trace_next_site(trace, 0);
    for (; site != NULL && status == STATUS_OK; site = trace_next_site(trace, site->number))
        status = learn_site(redactor, trace, site);
    return status;
}

static bool is_built_in(uint64_t object_kind)
{
    return object_kind >= OBJECT_DICT && object_kind <= OBJECT_LOCK && object_kind != OBJECT_OTHER;
}

static enum status learn_object(struct redactor *redactor, const struct trace *trace,
                                const struct record *event)
{
    if (is_built_in(event->field[1]))
        return map_put(&redactor->objects, event->field[0], 1);
    return event->field[1] <= OBJECT_CLOSURE ? learn_name(redactor, trace_string(trace, event->field[2]))
                                             : STATUS_OK;
}

/* The method that is called at the site: its name, or of an await the first thing that is called. */
static struct text method_at(const struct trace *trace, const struct trace_site *site)
{
    struct text name = trace_string(trace, site->name), expression = trace_string(trace, site->expression);
    if (name.length > 0)
        return name;
    const char *call = expression.length > 0 ? memchr(expression.bytes, '(', expression.length) : NULL;
    size_t end = call != NULL ? (size_t)(call - expression.bytes) : 0, start = end;
    while (start > 0 && is_word_byte(expression.bytes[start - 1]))
        start--;
    return (struct text){expression.bytes + start, end - start};
}

/* What is done at the site is done to an object of Python's own. */
static enum status learn_method(struct redactor *redactor, const struct trace *trace, uint64_t object,
                                uint64_t number)
{
    const struct trace_site *site = trace_site(trace, number);
    if (site == NULL || !map_get(&redactor->objects, object, NULL))
        return STATUS_OK;
    struct text method = method_at(trace, site);
    return public_words_has_method(method)
               ? map_put(&redactor->shown, keyed_hash(&redactor->keyed, method), 1)
               : STATUS_OK;
}

enum status redactor_learn_event(struct redactor *redactor, const struct trace *trace,
                                 const struct record *event)
{
    const uint64_t *field = event->field;
    switch (event->kind) {
    case EVENT_OBJECT:
        return learn_object(redactor, trace, event);
    case EVENT_LOCAL:
        return learn_name(redactor, trace_string(trace, field[2]));
    case EVENT_KEEP:
        return cells_key_kind(field[2]) == KEY_ATTRIBUTE
                   ? learn_name(redactor, trace_string(trace, cells_key_rest(field[2])))
                   : STATUS_OK;
    case EVENT_READ:
    case EVENT_WRITE:
        return learn_method(redactor, trace, field[1], field[0]);
    case EVENT_ACQUIRE:
    case EVENT_RELEASE:
    case EVENT_WAIT:
    case EVENT_NOTIFY:
        return learn_method(redactor, trace, field[0], field[1]);
    default:
        return STATUS_OK;
    }
}

/* ---- numbers ---- */

static uint64_t zigzag(int64_t number)
{
    return (uint64_t)number << 1 ^ (uint64_t)(number >> 63);
}

/* The whole number's bytes are what is hashed. */
static uint64_t other_integer(const struct redactor *redactor, uint64_t rest)
{
    int64_t number = cells_integer(rest);
    if (number >= -plain_number_max && number <= plain_number_max)
        return rest;
    int64_t other = other_number(redactor, (struct text){(const char *)&rest, sizeof rest});
    return zigzag(number < 0 ? -other : other);
}

static uint64_t other_value(const struct redactor *redactor, uint64_t value)
{
    if (redactor->keeps_values || cells_value_kind(value) != VALUE_INTEGER ||
        other_integer(redactor, cells_value_rest(value)) == cells_value_rest(value))
        return value;
    uint64_t rest = cells_value_rest(value);
    uint64_t hash = keyed_hash(&redactor->keyed, (struct text){(const char *)&rest, sizeof rest});
    return hash << 3 | VALUE_FINGERPRINT;
}

void redactor_event(const struct redactor *redactor, struct record *event)
{
    const struct event_kind_info *info = event_kinds_info(event->kind);
    for (size_t i = 0; i < info->field_count; i++) {
        uint64_t *field = &event->field[i];
        bool is_key = info->fields[i].type == FIELD_KEY;
        if (is_key && cells_key_kind(*field) == KEY_INTEGER)
            *field = other_integer(redactor, cells_key_rest(*field)) << 2 | KEY_INTEGER;
        if (info->fields[i].type == FIELD_VALUE)
            *field = other_value(redactor, *field);
    }
}
