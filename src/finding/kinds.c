/*
 * In:   an enum of finding.h or kinds.h, or its name.
 * Out:  the other of the two.
 * Holds: every value of an enum has a name, each name stands once in its table.
 */
#include "finding/kinds.h"

#include <string.h>

#include "base/suggest.h"

static const char *const kind_names[FINDING_KIND_COUNT] = {
    [FINDING_LOST_UPDATE] = "lost-update",
    [FINDING_CHECK_THEN_ACT] = "check-then-act",
    [FINDING_STALE_READ] = "stale-read",
    [FINDING_DIRTY_READ] = "dirty-read",
    [FINDING_LOCK_RELEASED_BETWEEN] = "lock-released-between",
    [FINDING_LOCK_MISUSE] = "lock-misuse",
    [FINDING_LOST_WAKEUP] = "lost-wakeup",
    [FINDING_BLOCKING_CALL] = "blocking-call",
    [FINDING_NEVER_AWAITED] = "never-awaited",
    [FINDING_DATA_RACE] = "data-race",
    [FINDING_ATOMICITY] = "atomicity",
};

static const char *const form_names[FINDING_FORM_COUNT] = {
    [FINDING_FORM_ONLY] = "",
    [FINDING_FORM_PARKED] = "parked",
    [FINDING_FORM_LATE] = "late-write",
    [FINDING_FORM_COROUTINE] = "dropped-coroutine",
    [FINDING_FORM_EXCEPTION] = "unseen-exception",
    [FINDING_FORM_PENDING] = "destroyed-task",
    [FINDING_FORM_SLEEPING] = "sleeping",
    [FINDING_FORM_COMPUTING] = "computing",
    [FINDING_FORM_CLEARED] = "cleared-event",
    [FINDING_FORM_UNHEARD] = "unheard-notify",
    [FINDING_FORM_REPLACED] = "replaced",
    [FINDING_FORM_TWO_LOOPS] = "two-loops",
    [FINDING_FORM_FOREIGN] = "foreign-thread",
    [FINDING_FORM_INVERSION] = "inversion",
    [FINDING_FORM_DEADLOCK] = "deadlock",
    [FINDING_FORM_WRITE_WRITE] = "write-write",
    [FINDING_FORM_WRITE_READ] = "write-read",
    [FINDING_FORM_READ_WRITE] = "read-write",
    [FINDING_FORM_CYCLE] = "cycle",
};

static const char *const status_names[] = {
    [FINDING_PREDICTED] = "predicted",
    [FINDING_OBSERVED] = "observed",
    [FINDING_CONFIRMED] = "confirmed",
};

static const char *const confidence_names[] = {
    [FINDING_LOW] = "low",
    [FINDING_MEDIUM] = "medium",
    [FINDING_HIGH] = "high",
};

static const char *const fail_on_names[FINDING_FAIL_ON_COUNT] = {
    [FINDING_FAIL_ON_PREDICTED] = "predicted",
    [FINDING_FAIL_ON_OBSERVED] = "observed",
    [FINDING_FAIL_ON_NEVER] = "never",
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* The place of a name in its table; `count` when it is not there. */
static size_t find_name(const char *const *names, size_t count, struct text name)
{
    size_t i = 0;
    while (i < count && !text_equals(name, names[i]))
        i++;
    return i;
}

const char *kinds_name(enum finding_kind kind)
{
    return kind_names[kind];
}

const char *kinds_form_name(enum finding_form form)
{
    return form_names[form];
}

const char *kinds_status_name(enum finding_status status)
{
    return status_names[status];
}

const char *kinds_confidence_name(enum finding_confidence confidence)
{
    return confidence_names[confidence];
}

const char *kinds_fail_on_name(enum finding_fail_on fail_on)
{
    return fail_on_names[fail_on];
}

const char *kinds_nearest(struct text name)
{
    char word[64];
    if (name.length >= sizeof word || memchr(name.bytes, '\0', name.length) != NULL)
        return NULL;
    memcpy(word, name.bytes, name.length);
    word[name.length] = '\0';
    return suggest_nearest(word, kind_names, FINDING_KIND_COUNT);
}

bool kinds_find(struct text name, enum finding_kind *kind)
{
    size_t found = find_name(kind_names, FINDING_KIND_COUNT, name);
    if (found < FINDING_KIND_COUNT)
        *kind = (enum finding_kind)found;
    return found < FINDING_KIND_COUNT;
}

bool kinds_find_form(struct text name, enum finding_form *form)
{
    size_t found = find_name(form_names, FINDING_FORM_COUNT, name);
    bool is_one = found > FINDING_FORM_ONLY && found < FINDING_FORM_COUNT;
    if (is_one)
        *form = (enum finding_form)found;
    return is_one;
}

bool kinds_find_status(struct text name, enum finding_status *status)
{
    size_t found = find_name(status_names, COUNT(status_names), name);
    if (found < COUNT(status_names))
        *status = (enum finding_status)found;
    return found < COUNT(status_names);
}

bool kinds_find_confidence(struct text name, enum finding_confidence *confidence)
{
    size_t found = find_name(confidence_names, COUNT(confidence_names), name);
    if (found < COUNT(confidence_names))
        *confidence = (enum finding_confidence)found;
    return found < COUNT(confidence_names);
}

bool kinds_find_fail_on(struct text name, enum finding_fail_on *fail_on)
{
    size_t found = find_name(fail_on_names, COUNT(fail_on_names), name);
    if (found < COUNT(fail_on_names))
        *fail_on = (enum finding_fail_on)found;
    return found < COUNT(fail_on_names);
}
