/* In: the lines of functions. Out: for each function that an end of a finding lies in, those around the ends.
 * Must hold: lines far from all ends are left out where there are too many; those of the ends never. */
#include "scene/sources.h"

#include "scene/function_lines.h"

enum { lines_of_source_max = 40 };

/* ---- One source ---- */

static enum scene_role role_of(const struct finding *finding, const struct draft *draft, uint32_t function,
                               uint32_t line)
{
    const struct finding_place *places[draft_ends] = {&finding->first, &finding->window, &finding->other,
                                                      &finding->last};
    static const enum scene_role order[] = {SCENE_ROLE_FIRST, SCENE_ROLE_WINDOW, SCENE_ROLE_LAST,
                                            SCENE_ROLE_OTHER};
    for (size_t i = 0; i < draft_ends; i++)
        if (places[order[i] - 1]->line == line && draft->ends[order[i] - 1].function == function)
            return order[i];
    return SCENE_ROLE_NONE;
}

/* How far the line is from the next end of the finding in the function. */
static uint32_t distance(const struct draft *draft, uint32_t function, uint32_t line)
{
    const struct finding *finding = draft->finding;
    const struct finding_place *places[draft_ends] = {&finding->first, &finding->window, &finding->other,
                                                      &finding->last};
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < draft_ends; i++) {
        uint32_t end = places[i]->line;
        uint32_t away = end > line ? end - line : line - end;
        if (end != 0 && draft->ends[i].function == function && away < least)
            least = away;
    }
    return least;
}

/* How far from an end lines may be so that not too many are shown. */
static uint32_t reach(const struct function_lines *known, const struct draft *draft, uint32_t function)
{
    uint32_t low = 0, high = UINT32_MAX;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2 + 1;
        size_t count = 0;
        for (size_t i = 0; i < known->lines.count; i++)
            count += distance(draft, function, known->lines.items[i].line) <= middle;
        if (count <= lines_of_source_max)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* ---- Indentation ---- */

/* A line of which it is not known stands below the one before it, or the first ones above the one after them. The leftmost line
 * then stands at the edge. */
static void settle_indents(uint32_t *indents, size_t count)
{
    size_t known = 0;
    uint32_t least = INDENT_UNKNOWN;
    while (known < count && indents[known] == INDENT_UNKNOWN)
        known++;
    for (size_t i = 0; i < count; i++) {
        if (indents[i] == INDENT_UNKNOWN)
            indents[i] = i > known ? indents[i - 1] : known < count ? indents[known] : 0;
        least = indents[i] < least ? indents[i] : least;
    }
    for (size_t i = 0; i < count; i++)
        indents[i] -= least;
}

/* A copy; an empty line stays one. */
static struct text indented(struct arena *arena, struct text source, uint32_t indent)
{
    if (source.length == 0)
        return TEXT_NONE;
    char *bytes = arena_alloc(arena, indent + source.length + 1);
    if (bytes == NULL)
        return TEXT_NONE;
    memset(bytes, ' ', indent);
    memcpy(bytes + indent, source.bytes, source.length);
    return (struct text){bytes, indent + source.length};
}

/* ---- The lines ---- */

/* Lines of ends at which no site stands. */
static void add_ends(const struct draft *draft, uint32_t function, struct scene_line *lines,
                     uint32_t *indents, size_t *count)
{
    const struct finding *finding = draft->finding;
    const struct finding_place *places[draft_ends] = {&finding->first, &finding->window, &finding->other,
                                                      &finding->last};
    for (size_t i = 0; i < draft_ends; i++) {
        size_t at = *count;
        if (places[i]->line == 0 || draft->ends[i].function != function)
            continue;
        while (at > 0 && lines[at - 1].line > places[i]->line)
            at--;
        if (at > 0 && lines[at - 1].line == places[i]->line)
            continue;
        memmove(&lines[at + 1], &lines[at], (*count - at) * sizeof *lines);
        memmove(&indents[at + 1], &indents[at], (*count - at) * sizeof *indents);
        indents[at] = INDENT_UNKNOWN;
        lines[at] = (struct scene_line){
            .source = places[i]->source,
            .line = places[i]->line,
            .role = role_of(finding, draft, function, places[i]->line),
        };
        ++*count;
    }
}

/* Whether the function's text begins with a plain `def`, below its decorators. Of a lambda nothing is known. */
static bool is_plain(struct text text)
{
    static const struct text words[] = {{"async def ", 10}, {"def ", 4}};
    while (text.length > 0) {
        const char *end = memchr(text.bytes, '\n', text.length);
        size_t length = end != NULL ? (size_t)(end - text.bytes) + 1 : text.length;
        size_t blanks = 0;
        while (blanks < length && text.bytes[blanks] == ' ')
            blanks++;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (length - blanks >= words[i].length &&
                memcmp(text.bytes + blanks, words[i].bytes, words[i].length) == 0)
                return i == 1;
        text = (struct text){text.bytes + length, text.length - length};
    }
    return false;
}

static bool write_source(const struct trace *trace, struct words *words, const struct function_lines *known,
                         const struct draft *draft, uint32_t function, struct scene_source *source)
{
    const struct trace_function *row = trace_function(trace, function);
    uint32_t away = reach(known, draft, function);
    uint32_t indents[lines_of_source_max + draft_ends];
    struct scene_line *lines = arena_alloc(words->arena, (lines_of_source_max + draft_ends) * sizeof *lines);
    if (lines == NULL)
        return false;
    *source = (struct scene_source){.lines = lines};
    source->cannot_await = is_plain(trace_text(trace, function));
    if (row != NULL) {
        source->file = words_string(words, row->file);
        source->function = words_string(words, row->name);
    }
    for (size_t i = 0; i < known->lines.count && source->line_count < lines_of_source_max; i++) {
        const struct function_line *line = &known->lines.items[i];
        if (distance(draft, function, line->line) > away)
            continue;
        indents[source->line_count] = line->indent;
        lines[source->line_count++] = (struct scene_line){
            .source = line->source,
            .line = line->line,
            .role = role_of(draft->finding, draft, function, line->line),
        };
    }
    add_ends(draft, function, lines, indents, &source->line_count);
    settle_indents(indents, source->line_count);
    for (size_t i = 0; i < source->line_count; i++)
        lines[i].source = indented(words->arena, lines[i].source, indents[i]);
    return !words->arena->lacks;
}

/* ---- All of a scene ---- */

static bool has_earlier(const struct draft *draft, size_t end)
{
    for (size_t i = 0; i < end; i++)
        if (draft->ends[i].function == draft->ends[end].function)
            return true;
    return false;
}

static bool write_sources(const struct trace *trace, struct words *words, struct function_lines *known,
                          const struct draft *draft, struct scene *scene)
{
    struct scene_source *sources = arena_alloc(words->arena, draft_ends * sizeof *sources);
    if (sources == NULL)
        return false;
    for (size_t i = 0; i < draft_ends; i++) {
        if (draft->ends[i].function == 0 || has_earlier(draft, i))
            continue;
        uint32_t function = draft->ends[i].function;
        if (function_lines_find(known, trace, function) != STATUS_OK ||
            !write_source(trace, words, known, draft, function, &sources[scene->source_count]))
            return false;
        if (sources[scene->source_count].line_count != 0)
            scene->source_count++;
    }
    scene->sources = sources;
    return true;
}

enum status sources_give(const struct trace *trace, struct words *words, const struct draft *drafts,
                         struct scene *const *scenes, size_t count)
{
    struct function_lines known = {0};
    struct map functions;
    map_init(&functions);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        for (size_t j = 0; j < draft_ends && status == STATUS_OK; j++)
            if (drafts[i].ends[j].function != 0)
                status = map_put(&functions, drafts[i].ends[j].function, 1);
    if (status == STATUS_OK)
        status = function_lines_know(&known, trace, &functions);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (scenes[i] != NULL && !write_sources(trace, words, &known, &drafts[i], scenes[i]))
            status = STATUS_NOMEM;
    function_lines_fini(&known);
    map_fini(&functions);
    return status;
}
