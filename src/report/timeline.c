/*
 * In:   a scene.
 * Out:  who is who, then a line for each moment: columns of actors on the left, what happened on the right.
 * Holds: lines keep to the width; names and sources are escaped before they are added.
 */
#include "report/timeline.h"

#include "finding/phrase.h"
#include "report/location.h"
#include "report/story.h"
#include "report/wording.h"

enum {
    indent_columns = 2,
    lane_columns = 4, /* its line, the locks that it holds, and room for arrows */
    lanes_max = 16,
    what_columns_min = 24, /* less than that beside a location is none */
    line_columns = 6,
};

/* What is drawn in a column. */
enum ink {
    INK_NONE,
    INK_RUNNING, /* a step */
    INK_WAITING, /* between two steps */
    INK_BEGIN,
    INK_END,
    INK_MOMENT,
    INK_LOCK,
    INK_ARROW,    /* a piece of its line */
    INK_TO_RIGHT, /* its head */
    INK_TO_LEFT,
    INK_CROSSING, /* its line over another actor's */
    INK_MARK,     /* the number of an end of the finding; what is added to it */
};

static const char *const inks[] = {
    [INK_NONE] = " ",     [INK_RUNNING] = "│", [INK_WAITING] = "┊",  [INK_BEGIN] = "┌",
    [INK_END] = "└",      [INK_MOMENT] = "├",  [INK_LOCK] = "║",     [INK_ARROW] = "─",
    [INK_TO_RIGHT] = "▶", [INK_TO_LEFT] = "◀", [INK_CROSSING] = "┼",
};

struct timeline {
    struct page *page;
    const struct finding *finding;
    const struct scene *scene;
    struct story_step steps[story_steps_max];
    size_t step_count;
    char marks[SCENE_ROLE_LAST + 1]; /* by role: '1' and so on; 0: that end has no row */
    uint32_t first_rows[lanes_max], last_rows[lanes_max];
};

/* ---- Ends ---- */

static const struct finding_place *place_of(const struct finding *finding, enum scene_role role)
{
    const struct finding_place *const places[] = {&finding->first, &finding->window, &finding->other,
                                                  &finding->last};
    return places[role - SCENE_ROLE_FIRST];
}

/* Whether the place is one that the finding has. */
static bool is_there(const struct finding_place *place)
{
    return place->line != 0 || place->is_location;
}

/* They are numbered in the order in which the finding tells of them, those that are one event alike. */
static void number_ends(char marks[SCENE_ROLE_LAST + 1], const struct finding *finding)
{
    char next = '1';
    for (int role = SCENE_ROLE_FIRST; role <= SCENE_ROLE_LAST; role++) {
        const struct finding_place *place = place_of(finding, (enum scene_role)role);
        bool is_repeated = role == SCENE_ROLE_OTHER && place->event == finding->last.event;
        is_repeated |= role == SCENE_ROLE_LAST && place->event == finding->first.event;
        marks[role] = is_there(place) && !(is_repeated && place->event != 0) ? next++ : '\0';
    }
}

/* ---- Who is who ---- */

static void add_lane(struct timeline *timeline, size_t index)
{
    static const char *const kinds[] = {[SCENE_LANE_TASK] = "task",
                                        [SCENE_LANE_CALLBACK] = "callback",
                                        [SCENE_LANE_THREAD] = "thread",
                                        [SCENE_LANE_JOB] = "executor job"};
    const struct scene_lane *lane = &timeline->scene->lanes[index];
    struct buffer raw, line;
    buffer_init(&raw);
    buffer_init(&line);
    buffer_add_format(&raw, "%c  ", (char)('A' + index));
    buffer_add(&raw, lane->name);
    buffer_add_format(&raw, ", %s", kinds[lane->kind]);
    if (lane->made_at.line != 0) {
        buffer_add_string(&raw, ", made at ");
        wording_add_location(&raw, &lane->made_at);
    }
    if (lane->made_by.length != 0) {
        buffer_add_string(&raw, lane->made_at.line != 0 ? " by " : ", made by ");
        buffer_add(&raw, lane->made_by);
    }
    buffer_add_escaped(&line, buffer_text(&raw));
    page_add_wrapped(timeline->page, buffer_text(&line), indent_columns, "", 2);
    buffer_fini_part(&raw, timeline->page->out);
    buffer_fini_part(&line, timeline->page->out);
}

static bool is_told_before(const struct scene *scene, size_t held)
{
    for (size_t i = 0; i < held; i++)
        if (scene->held[i].lane == scene->held[held].lane &&
            text_equal(scene->held[i].lock, scene->held[held].lock))
            return true;
    return false;
}

static void add_lock(struct timeline *timeline, const struct scene_span *held)
{
    struct page *page = timeline->page;
    struct buffer line;
    buffer_init(&line);
    buffer_add_format(&line, "║  %c holds ", (char)('A' + held->lane));
    buffer_add_escaped(&line, held->lock);
    page_add_wrapped(page, buffer_text(&line), indent_columns, "", 2);
    buffer_fini_part(&line, page->out);
}

static void add_legend(struct timeline *timeline)
{
    const struct scene *scene = timeline->scene;
    for (size_t i = 0; i < scene->lane_count; i++)
        add_lane(timeline, i);
    for (size_t i = 0; i < scene->held_count; i++)
        if (!is_told_before(scene, i))
            add_lock(timeline, &scene->held[i]);
    if (!scene->is_supposed)
        return;
    struct buffer line;
    buffer_init(&line);
    for (size_t i = 0; i < scene->moment_count; i++)
        if (scene->moments[i].role == SCENE_ROLE_OTHER)
            buffer_add_format(
                &line, "In this run the step of %c came at another time; it is told where it would do harm.",
                (char)('A' + scene->moments[i].lane));
    page_add_wrapped(timeline->page, buffer_text(&line), indent_columns, "", 0);
    buffer_fini_part(&line, timeline->page->out);
}

/* ---- Columns ---- */

static bool covers(const struct scene_span *span, uint32_t lane, uint32_t row)
{
    return span->lane == lane && span->from_row <= row && row <= span->to_row;
}

static bool is_covered(const struct scene_span *spans, size_t count, uint32_t lane, uint32_t row)
{
    for (size_t i = 0; i < count; i++)
        if (covers(&spans[i], lane, row))
            return true;
    return false;
}

static enum ink ink_of_moment(const struct scene_moment *moment)
{
    switch (moment->kind) {
    case SCENE_BEGIN:
        return INK_BEGIN;
    case SCENE_END:
    case SCENE_FINISH:
        return INK_END;
    default:
        return INK_MOMENT;
    }
}

/* The line of an actor in a row. */
static unsigned char ink_of_lane(const struct timeline *timeline, uint32_t lane, uint32_t row)
{
    const struct scene *scene = timeline->scene;
    const struct scene_moment *moment = &scene->moments[row];
    if (moment->kind != SCENE_LEFT_OUT && moment->lane == lane)
        return moment->role != SCENE_ROLE_NONE ? (unsigned char)(INK_MARK + timeline->marks[moment->role])
                                               : (unsigned char)ink_of_moment(moment);
    if (row < timeline->first_rows[lane] || row > timeline->last_rows[lane])
        return INK_NONE;
    return (unsigned char)(is_covered(scene->steps, scene->step_count, lane, row) ? INK_RUNNING
                                                                                  : INK_WAITING);
}

/* An arrow along the row, from one actor's line to another's. */
static void draw_arrow(unsigned char *columns, uint32_t from, uint32_t to)
{
    size_t left = lane_columns * (from < to ? from : to) + 1;
    size_t right = lane_columns * (from < to ? to : from);
    for (size_t i = left; i < right; i++)
        columns[i] = columns[i] == INK_RUNNING || columns[i] == INK_WAITING ? INK_CROSSING
                     : columns[i] == INK_NONE                               ? INK_ARROW
                                                                            : columns[i];
    columns[from < to ? right - 1 : left] = from < to ? INK_TO_RIGHT : INK_TO_LEFT;
}

static void add_columns(struct timeline *timeline, uint32_t row)
{
    const struct scene *scene = timeline->scene;
    unsigned char columns[lane_columns * lanes_max] = {INK_NONE};
    for (uint32_t lane = 0; lane < scene->lane_count; lane++) {
        columns[lane_columns * lane] = ink_of_lane(timeline, lane, row);
        if (is_covered(scene->held, scene->held_count, lane, row))
            columns[lane_columns * lane + 1] = INK_LOCK;
    }
    for (size_t i = 0; i < scene->edge_count; i++)
        if (scene->edges[i].to_row == row)
            draw_arrow(columns, scene->moments[scene->edges[i].from_row].lane, scene->moments[row].lane);
    for (size_t i = 0; i < lane_columns * scene->lane_count; i++) {
        if (columns[i] > INK_MARK)
            buffer_add_char(timeline->page->out, (char)(columns[i] - INK_MARK));
        else
            buffer_add_string(timeline->page->out, inks[columns[i]]);
    }
}

/* ---- What happened ---- */

/* ", woken by A", from whatever leads here. */
static void say_origin(const struct timeline *timeline, uint32_t row, struct buffer *out)
{
    static const char *const words[][2] = {{"spawns", "made"}, {"wakes", "woken"}, {"sends", "told"}};
    const struct scene *scene = timeline->scene;
    for (size_t word = 0; word < sizeof words / sizeof *words; word++) {
        size_t count = 0;
        for (size_t i = 0; i < scene->edge_count; i++) {
            const struct scene_edge *edge = &scene->edges[i];
            if (edge->to_row != row || strcmp(edge->word, words[word][0]) != 0)
                continue;
            buffer_add_string(out, count == 0 ? ", " : " and ");
            if (count++ == 0)
                buffer_add_format(out, "%s by ", words[word][1]);
            buffer_add_char(out, (char)('A' + scene->moments[edge->from_row].lane));
        }
    }
}

static bool has_run_before(const struct timeline *timeline, uint32_t row)
{
    return timeline->first_rows[timeline->scene->moments[row].lane] < row;
}

static void say_begin(const struct timeline *timeline, uint32_t row, struct buffer *out)
{
    buffer_add_string(out, has_run_before(timeline, row) ? "goes on" : "a step begins");
}

static void say_end(const struct timeline *timeline, uint32_t row, struct buffer *out)
{
    enum scene_lane_kind kind = timeline->scene->lanes[timeline->scene->moments[row].lane].kind;
    buffer_add_string(out,
                      kind == SCENE_LANE_THREAD || kind == SCENE_LANE_JOB ? "is over" : "back to the loop");
}

static void say_left_out(const struct scene_moment *moment, struct buffer *out)
{
    buffer_add_string(out, "… ");
    phrase_add_count(out, moment->left_out, "event", "events");
    if (moment->left_out_steps == 0)
        return;
    buffer_add_string(out, ", ");
    phrase_add_count(out, moment->left_out_steps, "step", "steps");
}

/* How the finding calls what is done at one of its ends. */
static const char *verb_of_end(const struct timeline *timeline, enum scene_role role)
{
    const struct finding *finding = timeline->finding;
    bool is_one_event = role == SCENE_ROLE_FIRST && finding->first.event == finding->last.event;
    for (size_t i = 0; role != SCENE_ROLE_NONE && i < timeline->step_count; i++)
        if (timeline->steps[i].place == place_of(finding, role) ||
            (is_one_event && timeline->steps[i].place == &finding->last))
            return timeline->steps[i].verb;
    return NULL;
}

static const char *const own_verbs[SCENE_MOMENT_KIND_COUNT] = {
    [SCENE_READ] = "reads",     [SCENE_WRITE] = "writes",     [SCENE_AWAIT] = "awaits",
    [SCENE_SPAWN] = "makes",    [SCENE_ACQUIRE] = "acquires", [SCENE_RELEASE] = "releases",
    [SCENE_WAIT] = "waits for", [SCENE_NOTIFY] = "notifies",  [SCENE_FINISH] = "is over",
    [SCENE_CALL] = "enters",    [SCENE_NOTE] = "comes upon",
};

static const char *verb_of(const struct timeline *timeline, const struct scene_moment *moment)
{
    const char *verb = verb_of_end(timeline, moment->role);
    bool has_own_verb =
        moment->kind == SCENE_AWAIT || moment->kind == SCENE_WAIT || moment->kind == SCENE_SPAWN;
    if (timeline->finding->form == FINDING_FORM_DEADLOCK && moment->role > SCENE_ROLE_FIRST)
        return "cannot get";
    return verb != NULL && !has_own_verb ? verb : own_verbs[moment->kind];
}

/* Whether the verb tells what it comes to, not what is done: that follows then. */
static bool is_about_outcome(const char *verb)
{
    static const char *const verbs[] = {"acts", "uses", "goes on", "interferes"};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verb, verbs[i]) == 0)
            return true;
    return false;
}

static struct text without_await(struct text expression)
{
    static const char word[] = "await ";
    size_t length = sizeof word - 1;
    bool begins = expression.length > length && memcmp(expression.bytes, word, length) == 0;
    return begins ? (struct text){expression.bytes + length, expression.length - length} : expression;
}

static void say_deed(const struct timeline *timeline, const struct scene_moment *moment, struct buffer *out)
{
    const char *verb = verb_of(timeline, moment);
    buffer_add_string(out, verb);
    if (is_about_outcome(verb))
        buffer_add_format(out, ": %s", own_verbs[moment->kind]);
    if (moment->what.length != 0) {
        buffer_add_char(out, ' ');
        buffer_add_escaped(out, moment->kind == SCENE_AWAIT ? without_await(moment->what) : moment->what);
    }
    if (moment->value.length != 0) {
        buffer_add_string(out, ": ");
        buffer_add_escaped(out, moment->value);
    }
}

static void say(const struct timeline *timeline, uint32_t row, struct buffer *out)
{
    const struct scene_moment *moment = &timeline->scene->moments[row];
    switch (moment->kind) {
    case SCENE_BEGIN:
        say_begin(timeline, row, out);
        say_origin(timeline, row, out);
        break;
    case SCENE_END:
        say_end(timeline, row, out);
        break;
    case SCENE_LEFT_OUT:
        say_left_out(moment, out);
        break;
    default:
        say_deed(timeline, moment, out);
    }
}

/* As much as there is room for, and the location at the right edge. */
static void add_said(struct timeline *timeline, struct text said, const struct finding_place *place)
{
    struct page *page = timeline->page;
    size_t room = page->width_columns - indent_columns - lane_columns * timeline->scene->lane_count;
    struct buffer raw, location, url;
    buffer_init(&raw);
    buffer_init(&location);
    buffer_init(&url);
    wording_add_location(&raw, place);
    location_add_url(&url, page->input, timeline->finding, place);
    if (is_there(place))
        buffer_add_escaped(&location, buffer_text(&raw));
    size_t taken = columns_of(buffer_text(&location)) + 2;
    bool has_location = location.length != 0 && taken + what_columns_min <= room;
    size_t columns = has_location ? room - taken : room;
    bool is_cut = columns_of(said) > columns;
    buffer_add(page->out, is_cut ? columns_cut(said, columns - 1) : said);
    if (is_cut)
        buffer_add_string(page->out, "…");
    if (has_location) {
        size_t said_columns = is_cut ? columns_of(columns_cut(said, columns - 1)) + 1 : columns_of(said);
        buffer_add_repeated(page->out, ' ', columns - said_columns + 2);
        page_start_link(page, buffer_text(&url));
        page_add(page, buffer_text(&location));
        page_end_link(page);
    }
    buffer_fini_part(&raw, page->out);
    buffer_fini_part(&location, page->out);
    buffer_fini_part(&url, page->out);
}

static void add_row(struct timeline *timeline, uint32_t row)
{
    struct page *page = timeline->page;
    const struct scene_moment *moment = &timeline->scene->moments[row];
    struct buffer said;
    buffer_init(&said);
    say(timeline, row, &said);
    buffer_add_repeated(page->out, ' ', indent_columns);
    add_columns(timeline, row);
    if (moment->role != SCENE_ROLE_NONE)
        page_start_colour(page, PAGE_BOLD);
    else if (moment->kind == SCENE_LEFT_OUT || moment->kind == SCENE_BEGIN || moment->kind == SCENE_END)
        page_start_colour(page, PAGE_DIM);
    add_said(timeline, buffer_text(&said), &moment->place);
    if (moment->role != SCENE_ROLE_NONE || moment->kind == SCENE_LEFT_OUT || moment->kind == SCENE_BEGIN ||
        moment->kind == SCENE_END)
        page_end_colour(page);
    buffer_add_char(page->out, '\n');
    buffer_fini_part(&said, page->out);
}

/* ---- The timeline ---- */

/* Whether the row is the end of the step in which its actor is over. */
static bool is_said_already(const struct scene *scene, uint32_t row)
{
    const struct scene_moment *moment = &scene->moments[row];
    return moment->kind == SCENE_END && row > 0 && moment[-1].kind == SCENE_FINISH &&
           moment[-1].lane == moment->lane;
}

static void find_rows(struct timeline *timeline)
{
    const struct scene *scene = timeline->scene;
    for (size_t lane = 0; lane < scene->lane_count; lane++)
        timeline->first_rows[lane] = UINT32_MAX;
    for (uint32_t row = 0; row < scene->moment_count; row++) {
        uint32_t lane = scene->moments[row].lane;
        if (scene->moments[row].kind == SCENE_LEFT_OUT)
            continue;
        timeline->last_rows[lane] = row;
        if (timeline->first_rows[lane] == UINT32_MAX)
            timeline->first_rows[lane] = row;
    }
}

void timeline_add(struct page *page, const struct finding *finding, const struct scene *scene)
{
    struct timeline timeline = {.page = page, .finding = finding, .scene = scene};
    if (scene->moment_count == 0 || scene->lane_count > lanes_max)
        return;
    timeline.step_count = story_of(finding, timeline.steps);
    number_ends(timeline.marks, finding);
    find_rows(&timeline);
    add_legend(&timeline);
    buffer_add_char(page->out, '\n');
    buffer_add_repeated(page->out, ' ', indent_columns);
    for (size_t lane = 0; lane < scene->lane_count; lane++)
        buffer_add_format(page->out, "%-*c", lane + 1 < scene->lane_count ? lane_columns : 1,
                          (char)('A' + lane));
    buffer_add_char(page->out, '\n');
    for (uint32_t row = 0; row < scene->moment_count; row++)
        if (!is_said_already(scene, row))
            add_row(&timeline, row);
    buffer_add_char(page->out, '\n');
}

/* ---- Sources ---- */

/* The numbers of the ends that stand at the line. */
static void add_line_marks(struct page *page, const struct finding *finding,
                           const struct scene_source *source, uint32_t line)
{
    char marks[SCENE_ROLE_LAST + 1];
    size_t columns = 0;
    number_ends(marks, finding);
    for (int role = SCENE_ROLE_FIRST; role <= SCENE_ROLE_LAST; role++) {
        const struct finding_place *place = place_of(finding, (enum scene_role)role);
        if (marks[role] == '\0' || place->line != line || !text_equal(place->file, source->file) ||
            !text_equal(place->function, source->function))
            continue;
        buffer_add_char(page->out, marks[role]);
        buffer_add_char(page->out, ' ');
        columns += 2;
    }
    buffer_add_repeated(page->out, ' ', columns < line_columns ? line_columns - columns : 1);
}

static void add_source_line(struct page *page, const struct finding *finding,
                            const struct scene_source *source, const struct scene_line *line)
{
    struct buffer text;
    buffer_init(&text);
    buffer_add_escaped(&text, line->source);
    buffer_add_repeated(page->out, ' ', indent_columns);
    if (line->role != SCENE_ROLE_NONE)
        page_start_colour(page, PAGE_BOLD);
    add_line_marks(page, finding, source, line->line);
    buffer_add_format(page->out, "%5u  ", line->line);
    size_t room = page->width_columns - indent_columns - line_columns - 7;
    bool is_cut = columns_of(buffer_text(&text)) > room;
    buffer_add(page->out, is_cut ? columns_cut(buffer_text(&text), room - 1) : buffer_text(&text));
    if (is_cut)
        buffer_add_string(page->out, "…");
    if (line->role != SCENE_ROLE_NONE)
        page_end_colour(page);
    buffer_add_char(page->out, '\n');
    buffer_fini_part(&text, page->out);
}

static void add_source(struct page *page, const struct finding *finding, const struct scene_source *source)
{
    struct buffer title;
    buffer_init(&title);
    buffer_add_escaped(&title, source->file);
    buffer_add_string(&title, " in ");
    buffer_add_escaped(&title, source->function);
    page_add_wrapped(page, buffer_text(&title), indent_columns, "", 2);
    buffer_fini_part(&title, page->out);
    for (size_t i = 0; i < source->line_count; i++) {
        if (i > 0 && source->lines[i].line > source->lines[i - 1].line + 1) {
            buffer_add_repeated(page->out, ' ', indent_columns + line_columns + 4);
            buffer_add_string(page->out, "⋮\n");
        }
        add_source_line(page, finding, source, &source->lines[i]);
    }
    buffer_add_char(page->out, '\n');
}

void timeline_add_sources(struct page *page, const struct finding *finding, const struct scene *scene)
{
    for (size_t i = 0; i < scene->source_count; i++)
        add_source(page, finding, &scene->sources[i]);
}
