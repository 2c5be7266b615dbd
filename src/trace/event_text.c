/* In: events, and the trace that they are of. Out: lines.
 * Must hold: the same program recorded twice gives the same lines as far as it did alike: no times unless asked for, no
 * numbers that are drawn anew for each trace (fingerprints are numbered by first appearance), no absolute paths. */
#include "trace/event_text.h"

#include <inttypes.h>

#include "trace/cells.h"

void event_text_init(struct event_text *out, const struct trace *trace)
{
    *out = (struct event_text){.trace = trace};
    buffer_init(&out->line);
    map_init(&out->keys);
    map_init(&out->values);
    map_init(&out->fingerprints);
}

void event_text_fini(struct event_text *out)
{
    buffer_fini(&out->line);
    map_fini(&out->keys);
    map_fini(&out->values);
    map_fini(&out->fingerprints);
}

static void add_quoted(struct buffer *line, struct text text)
{
    buffer_add_char(line, '\'');
    buffer_add_escaped(line, text);
    buffer_add_char(line, '\'');
}

/* A path is relative to where it was recorded, or else only its end says something elsewhere. */
static struct text path_end(struct text path)
{
    size_t slashes = 0;
    if (path.length == 0 || path.bytes[0] != '/')
        return path;
    for (size_t i = path.length; i > 0; i--)
        if (path.bytes[i - 1] == '/' && ++slashes == 2)
            return (struct text){path.bytes + i, path.length - i};
    return path;
}

static void add_site(struct event_text *out, uint64_t number)
{
    const struct trace_site *site = trace_site(out->trace, number);
    if (site == NULL) {
        buffer_add_format(&out->line, "<site %" PRIu64 ">", number);
        return;
    }
    const struct trace_function *function = trace_function(out->trace, site->function);
    buffer_add_char(&out->line, '<');
    if (function != NULL)
        buffer_add_escaped(&out->line, path_end(trace_string(out->trace, function->file)));
    buffer_add_format(&out->line, ":%" PRIu32 " ", site->line);
    buffer_add_escaped(&out->line, trace_string(out->trace, site->expression));
    if ((site->flags & SITE_FLAG_GOES_ON) != 0)
        buffer_add_string(&out->line, ", going on");
    buffer_add_char(&out->line, '>');
}

static void add_function(struct event_text *out, uint64_t number)
{
    const struct trace_function *function = trace_function(out->trace, number);
    if (function != NULL)
        buffer_add_escaped(&out->line, trace_string(out->trace, function->name));
    else
        buffer_add_format(&out->line, "<function %" PRIu64 ">", number);
}

static void add_explained(struct event_text *out, const struct map *names, char mark, uint64_t number)
{
    uint64_t string;
    if (map_get(names, number, &string) && string != 0)
        buffer_add_escaped(&out->line, trace_string(out->trace, string));
    else
        buffer_add_format(&out->line, "%c%" PRIu64, mark, number);
}

static void add_key(struct event_text *out, uint64_t key)
{
    uint64_t rest = cells_key_rest(key);
    switch (cells_key_kind(key)) {
    case KEY_STRUCTURE:
        buffer_add_char(&out->line, '*');
        break;
    case KEY_ATTRIBUTE:
        buffer_add_char(&out->line, '.');
        buffer_add_escaped(&out->line, trace_string(out->trace, rest));
        break;
    case KEY_NUMBERED:
        buffer_add_char(&out->line, '[');
        add_explained(out, &out->keys, 'k', rest);
        buffer_add_char(&out->line, ']');
        break;
    case KEY_INTEGER:
        buffer_add_format(&out->line, "[%" PRId64 "]", cells_integer(rest));
        break;
    }
}

static void add_constant(struct buffer *line, uint64_t constant)
{
    static const char *const words[] = {"None", "False", "True", "absent"};
    buffer_add_string(line, constant < sizeof words / sizeof *words ? words[constant] : "constant");
}

static void add_fingerprint(struct event_text *out, uint64_t fingerprint)
{
    bool added;
    uint64_t *number = map_entry(&out->fingerprints, fingerprint, &added);
    if (number == NULL) {
        out->line.status = STATUS_NOMEM;
        return;
    }
    if (added)
        *number = out->fingerprints.count;
    buffer_add_format(&out->line, "~%" PRIu64, *number);
}

static void add_value(struct event_text *out, uint64_t value)
{
    uint64_t rest = cells_value_rest(value);
    switch (cells_value_kind(value)) {
    case VALUE_CONSTANT:
        add_constant(&out->line, rest);
        break;
    case VALUE_INTEGER:
        buffer_add_format(&out->line, "%" PRId64, cells_integer(rest));
        break;
    case VALUE_FINGERPRINT:
        add_fingerprint(out, rest);
        break;
    case VALUE_OBJECT:
        buffer_add_format(&out->line, "o%" PRIu64, rest);
        break;
    case VALUE_NUMBERED:
        add_explained(out, &out->values, 'v', rest);
        break;
    default:
        buffer_add_char(&out->line, '?');
        break;
    }
}

/* Whether the field says anything; references are left out where there is none. */
static bool is_shown(const struct event_text *out, const struct event_field *field, uint64_t number)
{
    switch (field->type) {
    case FIELD_TIME:
        return out->times;
    case FIELD_NUMBER:
    case FIELD_KEY:
        return true;
    default:
        return number != 0;
    }
}

static void add_content(struct event_text *out, enum event_field_type type, uint64_t number)
{
    static const char marks[] = {
        [FIELD_ACTOR] = 'a', [FIELD_TOKEN] = 't', [FIELD_LOOP] = 'l', [FIELD_OBJECT] = 'o'};
    const char *word = event_kinds_word(type, number);
    switch (type) {
    case FIELD_ACTOR:
    case FIELD_TOKEN:
    case FIELD_LOOP:
    case FIELD_OBJECT:
        buffer_add_char(&out->line, marks[type]);
        buffer_add_number(&out->line, number);
        break;
    case FIELD_FUNCTION:
        add_function(out, number);
        break;
    case FIELD_SITE:
        add_site(out, number);
        break;
    case FIELD_STRING:
        add_quoted(&out->line, path_end(trace_string(out->trace, number)));
        break;
    case FIELD_KEY:
        add_key(out, number);
        break;
    case FIELD_VALUE:
        add_value(out, number);
        break;
    default:
        if (word != NULL)
            buffer_add_string(&out->line, word);
        else
            buffer_add_number(&out->line, number);
    }
}

static void add_gap(struct buffer *line, const struct event *event)
{
    buffer_add_format(line, "- gap frames=%" PRIu64 " events=%" PRIu64, event->field[gap_field_frames],
                      event->field[gap_field_events]);
}

void event_text_add(struct event_text *out, const struct event *event)
{
    const struct event_kind_info *info = event_kinds_info(event->kind);
    if (out->numbers)
        buffer_add_format(&out->line, "%" PRIu64 " ", event->number);
    if (event->kind == EVENT_GAP) {
        add_gap(&out->line, event);
        return;
    }
    buffer_add_format(&out->line, "%" PRIu32 " %s", event->thread, info->name);
    for (size_t i = 0; i < info->field_count; i++)
        if (is_shown(out, &info->fields[i], event->field[i])) {
            buffer_add_char(&out->line, ' ');
            buffer_add_string(&out->line, info->fields[i].name);
            buffer_add_char(&out->line, '=');
            add_content(out, info->fields[i].type, event->field[i]);
        }
}

enum status event_text_learn(struct event_text *out, const struct event *event)
{
    if (event->kind == EVENT_KEY)
        return map_put(&out->keys, event->field[0], event->field[1]);
    if (event->kind == EVENT_VALUE)
        return map_put(&out->values, event->field[0], event->field[1]);
    return STATUS_OK;
}
