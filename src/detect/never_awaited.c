/* What nobody awaits.
 *
 * In: moments at which the interpreter let go of a coroutine or a task that somebody should have awaited. Out: one
 * occurrence each, placed where the coroutine was made, the exception raised, the task left waiting. What must hold: what happens to be
 * left over when a loop ends is no more than a hint. */
#include "detect/never_awaited.h"

#include "detect/describe.h"
#include "detect/naming.h"

enum { field_what, field_function, field_line, field_source, field_coroutine, field_actor };

static enum finding_form form_of(const struct event *event)
{
    switch (event->field[field_what]) {
    case ABANDONED_COROUTINE:
        return FINDING_FORM_COROUTINE;
    case ABANDONED_EXCEPTION:
        return FINDING_FORM_EXCEPTION;
    case ABANDONED_PENDING:
        return FINDING_FORM_PENDING;
    default:
        return FINDING_FORM_ONLY;
    }
}

/* The coroutine's own function: the one of that name in the file of the place, or else the only one of that name. */
static const struct trace_function *function_named(const struct trace *trace, uint64_t name,
                                                   const struct trace_function *near)
{
    struct text wanted = trace_string(trace, name);
    const struct trace_function *found = NULL;
    bool is_unique = true;
    const struct trace_function *function = trace_next_function(trace, 0);
    for (; function != NULL; function = trace_next_function(trace, function->number)) {
        if ((function->flags & FUNCTION_FLAG_COROUTINE) == 0 ||
            !text_equal(trace_string(trace, function->name), wanted))
            continue;
        if (near != NULL && function->file == near->file)
            return function;
        is_unique = found == NULL;
        found = function;
    }
    return is_unique ? found : NULL;
}

static enum finding_confidence confidence_of(const struct moment *moment, enum finding_form form,
                                             const struct trace_function *defined)
{
    if (form == FINDING_FORM_PENDING)
        return moment->actor->loop != 0 ? FINDING_MEDIUM : FINDING_LOW;
    if (moment->event->field[field_function] != 0)
        return FINDING_HIGH;
    return defined != NULL ? FINDING_MEDIUM : FINDING_LOW;
}

/* Splits "Class.method" at its last dot. */
static void name_cell(struct text name, struct finding_cell *cell)
{
    size_t dot = name.length;
    while (dot > 0 && name.bytes[dot - 1] != '.')
        dot--;
    *cell = (struct finding_cell){
        .owner = {name.bytes, dot > 0 ? dot - 1 : 0},
        .attribute = {name.bytes + dot, name.length - dot},
        .text = name,
        .object = FINDING_OBJECT_OTHER,
    };
}

/* The task's name, where the task is known still. */
static struct text name_task(struct reporter *reporter, uint64_t number)
{
    const struct actor *actor = number != 0 ? map_get_pointer(&reporter->replay->actors, number) : NULL;
    return actor != NULL ? naming_actor(reporter->replay, &reporter->arena, actor) : TEXT_NONE;
}

static enum status moment(void *state, const struct moment *moment, struct reporter *reporter)
{
    (void)state;
    const struct event *event = moment->event;
    enum finding_form form = event->kind == EVENT_ABANDONED ? form_of(event) : FINDING_FORM_ONLY;
    if (form == FINDING_FORM_ONLY)
        return STATUS_OK;
    const struct replay *replay = reporter->replay;
    const struct trace_function *defined =
        function_named(replay->trace, event->field[field_coroutine],
                       trace_function(replay->trace, event->field[field_function]));
    struct finding finding = {
        .kind = FINDING_NEVER_AWAITED,
        .form = form,
        .status = FINDING_OBSERVED,
        .confidence = confidence_of(moment, form, defined),
        .count = 1,
        .order = moment->number,
        .last = describe_line(replay, event->field[field_function], event->field[field_line],
                              event->field[field_source]),
    };
    finding.last.event = moment->number;
    if (defined != NULL)
        finding.first = describe_line(replay, defined->number, defined->line, 0);
    finding.first.actor = finding.last.actor = name_task(reporter, event->field[field_actor]);
    name_cell(trace_string(replay->trace, event->field[field_coroutine]), &finding.cell);
    return reporter_add(reporter, &finding);
}

const struct detector never_awaited = {
    .kind = FINDING_NEVER_AWAITED,
    .moment = moment,
};
