/*
 * In:   a finding.
 * Out:  one sentence, a level and a place.
 * Holds: every kind and every form has a sentence, and one of its own where it is predicted and reads otherwise then. In a
 * sentence, %f, %o and %l stand for who was at the first, the other and the last place, %c for the cell, %v for the value
 * that was read.
 */
#include "report/symptom.h"

#include "finding/phrase.h"
#include "report/story.h"

struct sentence {
    const char *observed;
    const char *predicted; /* NULL: the same */
};

static const struct sentence by_kind[FINDING_KIND_COUNT] = {
    [FINDING_LOST_UPDATE] =
        {"%l writes %c with a value made from an old read: what %o wrote in between is lost.",
         "%l writes %c with a value made from an earlier read: what %o writes in between "
         "would be lost."},
    [FINDING_CHECK_THEN_ACT] = {"%l acts on a check of %c that no longer holds: %o changed it in between.",
                                "%l acts on a check of %c that may no longer hold: %o can change it in "
                                "between."},
    [FINDING_STALE_READ] = {"%l goes on with what it read from %c, which %o changed meanwhile.",
                            "%l goes on with what it read from %c, which %o may change meanwhile."},
    [FINDING_DIRTY_READ] = {"%o uses %c while %f is in the middle of changing it.",
                            "%o may use %c while %f is in the middle of changing it."},
    [FINDING_LOCK_RELEASED_BETWEEN] =
        {"%l checks %c and acts on it under one lock, but lets go of it in between, and %o changes it then.",
         "%l checks %c and acts on it under one lock, but lets go of it in between, and %o may change it "
         "then."},
    [FINDING_LOCK_MISUSE] = {"%c is used in a way that cannot work.", NULL},
    [FINDING_LOST_WAKEUP] = {"A wake-up of %c is lost.", "A wake-up of %c may be lost."},
    [FINDING_BLOCKING_CALL] = {"%l holds its event loop for %v, and nothing else of the loop can run.", NULL},
    [FINDING_NEVER_AWAITED] = {"%c is left behind without being awaited.", NULL},
    [FINDING_DATA_RACE] = {"%f and %l use %c on two threads, and nothing orders them.",
                           "%f and %l use %c on two threads, and no lock keeps them apart in every run."},
    [FINDING_ATOMICITY] = {"A block of %f that is meant to be atomic is interrupted by %o.", NULL},
};

/* Without a sentence: as the kind has it. */
static const struct sentence by_form[FINDING_FORM_COUNT] = {
    [FINDING_FORM_PARKED] = {"What %f put into %c is gone before it is used: %o wrote over it.",
                             "What %f puts into %c may be gone before it is used: %o writes there, too."},
    [FINDING_FORM_LATE] =
        {"%l writes a first value to %c too late: over what %o, which was made before, had written.",
         "%l writes a first value to %c after %o was made, and may write over what that one "
         "has written."},
    [FINDING_FORM_COROUTINE] = {"A coroutine of %c is made and never awaited: none of its body runs.", NULL},
    [FINDING_FORM_EXCEPTION] = {"A task of %c ends with an exception, and nobody takes it.", NULL},
    [FINDING_FORM_PENDING] = {"A task of %c is destroyed while it waits: the rest of it never runs.", NULL},
    [FINDING_FORM_CLEARED] = {"%l clears %c without having seen that %o set it, and waits again.",
                              "%l may clear %c without having seen that %o set it, and wait again."},
    [FINDING_FORM_UNHEARD] = {"%o notifies %c when nobody waits for it, and %l waits afterwards.",
                              "%o may notify %c before %l waits for it, and then wakes nobody."},
    [FINDING_FORM_REPLACED] = {"%l replaces %c while %f waits for the old one.", NULL},
    [FINDING_FORM_TWO_LOOPS] = {"%c is used on two event loops, and keeps out nobody of the other one.",
                                NULL},
    [FINDING_FORM_FOREIGN] = {"%c is used on a thread that does not run its event loop.", NULL},
    [FINDING_FORM_INVERSION] = {"%l and %o take two locks in opposite orders.", NULL},
    [FINDING_FORM_DEADLOCK] = {"%l and %o take two locks in opposite orders, and can wait for each other for "
                               "ever.",
                               NULL},
};

static void add_marked(struct buffer *out, const struct finding *finding, char mark)
{
    switch (mark) {
    case 'f':
        phrase_add_code(out, story_actor(&finding->first, "one"));
        break;
    case 'o':
        phrase_add_code(out, story_actor(&finding->other, "another"));
        break;
    case 'l':
        phrase_add_code(out, story_actor(&finding->last, "one"));
        break;
    case 'v':
        phrase_add_code(out, finding->values.read);
        break;
    default:
        phrase_add_code(out, finding->cell.text);
    }
}

void symptom_add(struct buffer *out, const struct finding *finding)
{
    const struct sentence *sentence = &by_form[finding->form];
    if (sentence->observed == NULL)
        sentence = &by_kind[finding->kind];
    bool is_predicted = finding->status == FINDING_PREDICTED && sentence->predicted != NULL;
    for (const char *at = is_predicted ? sentence->predicted : sentence->observed; *at != '\0'; at++) {
        if (*at == '%')
            add_marked(out, finding, *++at);
        else
            buffer_add_char(out, *at);
    }
}

enum symptom_level symptom_level(const struct finding *finding)
{
    if (finding->confidence == FINDING_LOW)
        return SYMPTOM_NOTE;
    return finding->status == FINDING_PREDICTED ? SYMPTOM_WARNING : SYMPTOM_ERROR;
}

const struct finding_place *symptom_place(const struct finding *finding)
{
    struct story_step steps[story_steps_max];
    size_t count = story_of(finding, steps);
    if (finding->last.line != 0 || count == 0)
        return &finding->last;
    return steps[count - 1].place;
}
