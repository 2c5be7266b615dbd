/*
 * In:   a finding of the list, and perhaps the scene around it.
 * Out:  what the parts of its section share.
 * Holds: lanes that moments name are there, whoever made the scene.
 */
#include "report/view.h"

static const char *const verbs[SCENE_MOMENT_KIND_COUNT] = {
    [SCENE_BEGIN] = "step begins", [SCENE_END] = "step ends",     [SCENE_READ] = "reads",
    [SCENE_WRITE] = "writes",      [SCENE_AWAIT] = "awaits",      [SCENE_SPAWN] = "spawns",
    [SCENE_ACQUIRE] = "acquires",  [SCENE_RELEASE] = "releases",  [SCENE_WAIT] = "waits for",
    [SCENE_NOTIFY] = "notifies",   [SCENE_FINISH] = "is over",    [SCENE_CALL] = "calls",
    [SCENE_NOTE] = "comes upon",   [SCENE_LEFT_OUT] = "left out",
};

static enum scene_role role_of(const struct finding *finding, const struct finding_place *place)
{
    return place == &finding->first    ? SCENE_ROLE_FIRST
           : place == &finding->window ? SCENE_ROLE_WINDOW
           : place == &finding->other  ? SCENE_ROLE_OTHER
                                       : SCENE_ROLE_LAST;
}

/* ---- A scene of its own ---- */

static uint32_t own_lane(struct view_own_scene *own, struct text actor)
{
    for (uint32_t i = 0; i < own->scene.lane_count; i++)
        if (text_equal(own->lanes[i].name, actor))
            return i;
    own->lanes[own->scene.lane_count].name = actor;
    return (uint32_t)own->scene.lane_count++;
}

/* The lines of a function, rising, each once. */
static void add_own_line(struct scene_line *lines, struct scene_source *source,
                         const struct finding_place *place, enum scene_role role)
{
    size_t at = 0;
    while (at < source->line_count && lines[at].line < place->line)
        at++;
    if (at < source->line_count && lines[at].line == place->line)
        return;
    memmove(&lines[at + 1], &lines[at], (source->line_count - at) * sizeof *lines);
    lines[at] = (struct scene_line){.source = place->source, .line = place->line, .role = role};
    source->line_count++;
}

static void add_own_source(struct view_own_scene *own, const struct finding_place *place,
                           enum scene_role role)
{
    size_t i = 0;
    if (place->line == 0 || place->source.length == 0)
        return;
    while (i < own->scene.source_count && !(text_equal(own->sources[i].file, place->file) &&
                                            text_equal(own->sources[i].function, place->function)))
        i++;
    if (i == own->scene.source_count)
        own->sources[own->scene.source_count++] =
            (struct scene_source){.file = place->file, .function = place->function, .lines = own->lines[i]};
    add_own_line(own->lines[i], &own->sources[i], place, role);
}

static struct text own_value(const struct finding *finding, enum scene_role role)
{
    return role == SCENE_ROLE_FIRST   ? finding->values.read
           : role == SCENE_ROLE_OTHER ? finding->values.other
           : role == SCENE_ROLE_LAST  ? finding->values.written
                                      : TEXT_NONE;
}

/* What was done at an end, where the kind of finding tells. */
static enum scene_moment_kind own_kind(const struct finding *finding, enum scene_role role)
{
    bool is_told = finding->form == FINDING_FORM_ONLY &&
                   (finding->kind == FINDING_LOST_UPDATE || finding->kind == FINDING_CHECK_THEN_ACT ||
                    finding->kind == FINDING_LOCK_RELEASED_BETWEEN);
    if (role == SCENE_ROLE_WINDOW)
        return SCENE_AWAIT;
    if (!is_told)
        return SCENE_NOTE;
    bool reads = role == SCENE_ROLE_FIRST || (role == SCENE_ROLE_LAST && finding->act_is_use);
    return reads ? SCENE_READ : SCENE_WRITE;
}

static void make_own_scene(struct view *view)
{
    struct view_own_scene *own = &view->own;
    for (size_t i = 0; i < view->step_count; i++) {
        const struct story_step *step = &view->steps[i];
        enum scene_role role = role_of(view->finding, step->place);
        own->moments[own->scene.moment_count++] = (struct scene_moment){
            .kind = own_kind(view->finding, role),
            .role = role,
            .lane = own_lane(own, step->actor),
            .number = step->place->event != 0 ? step->place->event - 1 : 0,
            .place = *step->place,
            .value = own_value(view->finding, role),
        };
        add_own_source(own, step->place, role);
    }
    own->scene.lanes = own->lanes;
    own->scene.moments = own->moments;
    own->scene.sources = own->sources;
    own->scene.is_supposed = view->finding->status == FINDING_PREDICTED;
    view->scene = &own->scene;
    view->is_own = true;
}

/* ---- The view ---- */

void view_of(struct view *view, const struct report_input *input, const struct finding *finding)
{
    *view = (struct view){.input = input, .finding = finding};
    if (finding->trace < input->trace_count)
        view->trace = &input->traces[finding->trace];
    view->step_count = story_of(finding, view->steps);
    if (input->scenes != NULL)
        view->scene = input->scenes[finding - input->list->findings.items];
    if (view->scene == NULL || view->scene->moment_count == 0)
        make_own_scene(view);
}

/* Where first and last are one event, a scene has it as the first. */
enum scene_role view_role(const struct view *view, size_t number)
{
    const struct finding *finding = view->finding;
    const struct finding_place *place = view->steps[number - 1].place;
    bool is_one_event = finding->first.event != 0 && finding->first.event == finding->last.event;
    return role_of(finding, is_one_event && place == &finding->last ? &finding->first : place);
}

/* Where first and last are one event, a scene has it as the first, and the story may have it as the last. */
static bool is_of_role(const struct finding *finding, const struct finding_place *place, enum scene_role role)
{
    bool is_one_event = finding->first.event == finding->last.event;
    return role_of(finding, place) == role ||
           (is_one_event && role == SCENE_ROLE_FIRST && place == &finding->last);
}

static const struct story_step *step_of(const struct view *view, enum scene_role role, size_t *number)
{
    for (size_t i = 0; role != SCENE_ROLE_NONE && i < view->step_count; i++) {
        *number = i + 1;
        if (is_of_role(view->finding, view->steps[i].place, role))
            return &view->steps[i];
    }
    *number = 0;
    return NULL;
}

size_t view_number(const struct view *view, enum scene_role role)
{
    size_t number;
    step_of(view, role, &number);
    return number;
}

const char *view_verb(const struct view *view, const struct scene_moment *moment)
{
    size_t number;
    bool waits_for_ever = view->finding->form == FINDING_FORM_DEADLOCK && view->scene->is_supposed;
    if (waits_for_ever && moment->role > SCENE_ROLE_FIRST && moment->kind == SCENE_ACQUIRE)
        return "cannot get";
    const struct story_step *step = step_of(view, moment->role, &number);
    return step != NULL ? step->verb : verbs[moment->kind];
}

struct text view_what(const struct scene_moment *moment)
{
    static const char await[] = "await ";
    enum { await_length = sizeof await - 1 };
    struct text what = moment->what;
    bool says_twice = moment->kind == SCENE_AWAIT && what.length > await_length &&
                      memcmp(what.bytes, await, await_length) == 0;
    return says_twice ? (struct text){what.bytes + await_length, what.length - await_length} : what;
}

struct text view_value(const struct scene_moment *moment)
{
    if (!text_equals(moment->value, FINDING_VALUE_ABSENT))
        return moment->value;
    return moment->kind == SCENE_WRITE ? TEXT("(deletes it)") : TEXT("(not there)");
}

size_t view_numbers_at(const struct view *view, struct text file, uint32_t line,
                       size_t numbers[story_steps_max])
{
    size_t count = 0;
    for (size_t i = 0; i < view->step_count; i++) {
        const struct finding_place *place = view->steps[i].place;
        if (place->line == line && text_equal(place->file, file))
            numbers[count++] = i + 1;
    }
    return count;
}

struct text view_actor(const struct scene *scene, uint32_t lane)
{
    bool is_known = lane < scene->lane_count && scene->lanes[lane].name.length != 0;
    return is_known ? scene->lanes[lane].name : TEXT("?");
}

struct text view_source_line(const struct view *view, struct text file, uint32_t line)
{
    for (size_t i = 0; i < view->scene->source_count; i++) {
        const struct scene_source *source = &view->scene->sources[i];
        for (size_t j = 0; text_equal(source->file, file) && j < source->line_count; j++)
            if (source->lines[j].line == line)
                return source->lines[j].source;
    }
    for (size_t i = 0; i < view->step_count; i++) {
        const struct finding_place *place = view->steps[i].place;
        if (place->line == line && text_equal(place->file, file))
            return place->source;
    }
    return TEXT_NONE;
}

/* Whether the scene has an actor of that name that is no task: nothing is awaited in a callback, a job or a thread's own code. */
static bool is_no_task(const struct view *view, struct text actor)
{
    for (size_t i = 0; i < view->scene->lane_count && !view->is_own; i++)
        if (actor.length != 0 && text_equal(view->scene->lanes[i].name, actor))
            return view->scene->lanes[i].kind != SCENE_LANE_TASK;
    return false;
}

bool view_cannot_await(const struct view *view, const struct finding_place *place)
{
    if (is_no_task(view, place->actor))
        return true;
    for (size_t i = 0; i < view->scene->source_count; i++) {
        const struct scene_source *source = &view->scene->sources[i];
        if (text_equal(source->file, place->file) && text_equal(source->function, place->function))
            return source->cannot_await;
    }
    return false;
}
