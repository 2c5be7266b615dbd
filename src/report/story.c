/*
 * In:   a finding.
 * Out:  its places in the order in which they matter, each with a verb.
 * Holds: a table has a row for each kind, and one for each form that reads differently.
 */
#include "report/story.h"

enum which { NOWHERE, FIRST, WINDOW, OTHER, LAST };

struct step_row {
    enum which which;
    const char *verb;
    const char *predicted; /* instead of the verb; NULL: the verb */
    const char *nobody;    /* who it was where that is not known */
};

struct story_table {
    struct step_row rows[story_steps_max];
};

#define AWAITS                                                                                               \
    {                                                                                                        \
        WINDOW, "awaits", NULL, "one"                                                                        \
    }

static const struct story_table by_kind[FINDING_KIND_COUNT] = {
    [FINDING_LOST_UPDATE] = {{{FIRST, "reads", NULL, "one"},
                              AWAITS,
                              {OTHER, "writes", "could write", "another"},
                              {LAST, "overwrites", "writes", "one"}}},
    [FINDING_CHECK_THEN_ACT] = {{{FIRST, "checks", NULL, "one"},
                                 AWAITS,
                                 {OTHER, "writes", "could write", "another"},
                                 {LAST, "acts", NULL, "one"}}},
    [FINDING_STALE_READ] = {{{FIRST, "reads", NULL, "one"},
                             AWAITS,
                             {OTHER, "writes", "could write", "another"},
                             {LAST, "goes on", NULL, "one"}}},
    [FINDING_DIRTY_READ] = {{{FIRST, "writes", NULL, "one"},
                             AWAITS,
                             {OTHER, "reads", "could read", "another"},
                             {LAST, "writes", NULL, "one"}}},
    [FINDING_LOCK_RELEASED_BETWEEN] = {{{FIRST, "checks", NULL, "one"},
                                        AWAITS,
                                        {OTHER, "writes", "could write", "another"},
                                        {LAST, "acts", NULL, "one"}}},
    [FINDING_LOCK_MISUSE] = {{{LAST, "acquires", NULL, "one"}}},
    [FINDING_LOST_WAKEUP] = {{{FIRST, "waits", NULL, "one"}}},
    [FINDING_BLOCKING_CALL] = {{{LAST, "blocks", NULL, "one"}}},
    [FINDING_NEVER_AWAITED] = {{{LAST, "leaves", NULL, "one"}}},
    [FINDING_DATA_RACE] = {{{FIRST, "writes", NULL, "one"}, {LAST, "writes", NULL, "another"}}},
    [FINDING_ATOMICITY] = {{{FIRST, "begins", NULL, "one"},
                            {OTHER, "interferes", NULL, "another"},
                            {LAST, "goes on", NULL, "one"}}},
};

/* Without rows: as the kind has it. */
static const struct story_table by_form[FINDING_FORM_COUNT] = {
    [FINDING_FORM_PARKED] = {{{FIRST, "writes", NULL, "one"},
                              AWAITS,
                              {OTHER, "writes", "could write", "another"},
                              {LAST, "uses", NULL, "one"}}},
    [FINDING_FORM_LATE] = {{{FIRST, "makes it", NULL, "one"},
                            AWAITS,
                            {OTHER, "writes", "could write", "another"},
                            {LAST, "overwrites", "writes", "one"}}},
    [FINDING_FORM_COROUTINE] = {{{FIRST, "defined", NULL, "coroutine"}, {LAST, "made", NULL, "coroutine"}}},
    [FINDING_FORM_EXCEPTION] = {{{FIRST, "defined", NULL, "task"}, {LAST, "raises", NULL, "task"}}},
    [FINDING_FORM_PENDING] = {{{FIRST, "defined", NULL, "task"}, {LAST, "waits", NULL, "task"}}},
    [FINDING_FORM_CLEARED] = {{{FIRST, "waits", NULL, "one"},
                               {OTHER, "sets", "could set", "another"},
                               {LAST, "clears", NULL, "one"}}},
    [FINDING_FORM_UNHEARD] = {{{OTHER, "notifies", "could wake", "another"}, {LAST, "waits", NULL, "one"}}},
    [FINDING_FORM_REPLACED] = {{{FIRST, "waits", NULL, "one"}, {LAST, "replaces", NULL, "another"}}},
    [FINDING_FORM_TWO_LOOPS] = {{{FIRST, "acquires", NULL, "one"}, {LAST, "acquires", NULL, "another"}}},
    [FINDING_FORM_FOREIGN] = {{{LAST, "uses", NULL, "one"}}},
    [FINDING_FORM_INVERSION] = {{{FIRST, "acquires", NULL, "one"},
                                 {LAST, "acquires", NULL, "one"},
                                 {OTHER, "acquires", NULL, "another"}}},
    [FINDING_FORM_DEADLOCK] = {{{FIRST, "acquires", NULL, "one"},
                                {LAST, "acquires", NULL, "one"},
                                {OTHER, "acquires", NULL, "another"}}},
    [FINDING_FORM_WRITE_READ] = {{{FIRST, "writes", NULL, "one"}, {LAST, "reads", NULL, "another"}}},
    [FINDING_FORM_READ_WRITE] = {{{FIRST, "reads", NULL, "one"}, {LAST, "writes", NULL, "another"}}},
};

static const struct story_table *table_of(const struct finding *finding)
{
    const struct story_table *table = &by_form[finding->form];
    return table->rows[0].which != NOWHERE ? table : &by_kind[finding->kind];
}

static const struct finding_place *place_of(const struct finding *finding, enum which which)
{
    switch (which) {
    case FIRST:
        return &finding->first;
    case WINDOW:
        return &finding->window;
    case OTHER:
        return &finding->other;
    default:
        return &finding->last;
    }
}

static const char *verb_of(const struct finding *finding, const struct step_row *row)
{
    bool has_own_verb = finding->kind == FINDING_STALE_READ || finding->kind == FINDING_DATA_RACE;
    if (row->which == LAST && finding->act_is_use && !has_own_verb)
        return "uses";
    return finding->status == FINDING_PREDICTED && row->predicted != NULL ? row->predicted : row->verb;
}

const struct finding_place *story_main_place(const struct finding *finding)
{
    const struct finding_place *const places[] = {&finding->last, &finding->first, &finding->other};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i]->line != 0 || places[i]->is_location)
            return places[i];
    return &finding->last;
}

struct text story_actor(const struct finding_place *place, const char *otherwise)
{
    return place->actor.length != 0 ? place->actor : text_of(otherwise);
}

size_t story_of(const struct finding *finding, struct story_step steps[story_steps_max])
{
    const struct story_table *table = table_of(finding);
    const struct text actor = finding->first.actor;
    size_t count = 0;
    for (size_t i = 0; i < story_steps_max && table->rows[i].which != NOWHERE; i++) {
        const struct step_row *row = &table->rows[i];
        const struct finding_place *place = place_of(finding, row->which);
        if (place->line == 0 && place->function.length == 0 && !place->is_location)
            continue;
        struct text who = story_actor(place, row->nobody);
        if (row->which == WINDOW && actor.length != 0)
            who = actor;
        steps[count++] = (struct story_step){place, who, verb_of(finding, row)};
    }
    return count;
}
