/* In: the number of an event kind. Out: its name and fields.
 * Must hold: formats/events.yaml says the same. */
#include "trace/event_kinds.h"

#include <stddef.h>

static const struct event_kind_info kinds[] = {
    [EVENT_ACTOR] = {"actor",
                     6,
                     {{"actor", FIELD_ACTOR},
                      {"actor_kind", FIELD_ACTOR_KIND},
                      {"string", FIELD_STRING},
                      {"loop", FIELD_LOOP},
                      {"function", FIELD_FUNCTION},
                      {"site", FIELD_SITE}}},
    [EVENT_BEGIN] = {"begin", 2, {{"actor", FIELD_ACTOR}, {"token", FIELD_TOKEN}}},
    [EVENT_END] = {"end", 1, {{"microseconds", FIELD_TIME}}},
    [EVENT_FINISH] = {"finish", 1, {{"actor", FIELD_ACTOR}}},
    [EVENT_LOOP] = {"loop", 2, {{"loop", FIELD_LOOP}, {"string", FIELD_STRING}}},
    [EVENT_LOOP_CLOSE] = {"loop_close", 1, {{"loop", FIELD_LOOP}}},

    [EVENT_SCHEDULE] = {"schedule",
                        3,
                        {{"token", FIELD_TOKEN}, {"how", FIELD_SCHEDULE_HOW}, {"loop", FIELD_LOOP}}},
    [EVENT_WAKE] = {"wake", 2, {{"token", FIELD_TOKEN}, {"loop", FIELD_LOOP}}},
    [EVENT_SEND] = {"send", 1, {{"token", FIELD_TOKEN}}},
    [EVENT_MERGE] = {"merge", 1, {{"token", FIELD_TOKEN}}},
    [EVENT_SEND_NOW] = {"send_now", 1, {{"token", FIELD_TOKEN}}},
    [EVENT_MERGE_NOW] = {"merge_now", 1, {{"token", FIELD_TOKEN}}},
    [EVENT_RECV] = {"recv", 1, {{"token", FIELD_TOKEN}}},
    [EVENT_RETIRE] = {"retire", 1, {{"token", FIELD_TOKEN}}},

    [EVENT_LOCK] = {"lock",
                    3,
                    {{"object", FIELD_OBJECT}, {"lock_kind", FIELD_LOCK_KIND}, {"permits", FIELD_NUMBER}}},
    [EVENT_ACQUIRE] = {"acquire", 2, {{"object", FIELD_OBJECT}, {"site", FIELD_SITE}}},
    [EVENT_RELEASE] = {"release", 2, {{"object", FIELD_OBJECT}, {"site", FIELD_SITE}}},

    [EVENT_WAIT] = {"wait", 2, {{"object", FIELD_OBJECT}, {"site", FIELD_SITE}}},
    [EVENT_WOKEN] = {"woken", 2, {{"object", FIELD_OBJECT}, {"how", FIELD_WOKEN_HOW}}},
    [EVENT_NOTIFY] = {"notify",
                      3,
                      {{"object", FIELD_OBJECT}, {"site", FIELD_SITE}, {"waiters", FIELD_NUMBER}}},

    [EVENT_ENTER] = {"enter",
                     3,
                     {{"function", FIELD_FUNCTION}, {"site", FIELD_SITE}, {"activation", FIELD_ACTIVATION}}},
    [EVENT_LEAVE] = {"leave", 1, {{"activation", FIELD_ACTIVATION}}},
    [EVENT_PAUSE] = {"pause", 1, {{"activation", FIELD_ACTIVATION}}},
    [EVENT_RESUME] = {"resume", 2, {{"activation", FIELD_ACTIVATION}, {"site", FIELD_SITE}}},
    [EVENT_AWAIT] = {"await", 1, {{"site", FIELD_SITE}}},

    [EVENT_BLOCKED] = {"blocked",
                       6,
                       {{"function", FIELD_FUNCTION},
                        {"line", FIELD_NUMBER},
                        {"string", FIELD_STRING},
                        {"microseconds", FIELD_TIME},
                        {"cpu_microseconds", FIELD_TIME},
                        {"waiting_microseconds", FIELD_TIME}}},
    [EVENT_ABANDONED] = {"abandoned",
                         6,
                         {{"what", FIELD_ABANDONED_WHAT},
                          {"function", FIELD_FUNCTION},
                          {"line", FIELD_NUMBER},
                          {"string", FIELD_STRING},
                          {"coroutine", FIELD_STRING},
                          {"actor", FIELD_ACTOR}}},
    [EVENT_FOREIGN] = {"foreign",
                       6,
                       {{"object", FIELD_OBJECT},
                        {"loop", FIELD_LOOP},
                        {"function", FIELD_FUNCTION},
                        {"line", FIELD_NUMBER},
                        {"string", FIELD_STRING},
                        {"operation", FIELD_STRING}}},

    [EVENT_OBJECT] = {"object",
                      3,
                      {{"object", FIELD_OBJECT},
                       {"object_kind", FIELD_OBJECT_KIND},
                       {"string", FIELD_STRING}}},
    [EVENT_KEEP] = {"keep", 3, {{"object", FIELD_OBJECT}, {"owner", FIELD_OBJECT}, {"key", FIELD_KEY}}},
    [EVENT_LOCAL] = {"local",
                     4,
                     {{"object", FIELD_OBJECT},
                      {"function", FIELD_FUNCTION},
                      {"string", FIELD_STRING},
                      {"line", FIELD_NUMBER}}},
    [EVENT_DROP] = {"drop", 1, {{"object", FIELD_OBJECT}}},
    [EVENT_READ] =
        {"read",
         4,
         {{"site", FIELD_SITE}, {"object", FIELD_OBJECT}, {"key", FIELD_KEY}, {"value", FIELD_VALUE}}},
    [EVENT_WRITE] =
        {"write",
         4,
         {{"site", FIELD_SITE}, {"object", FIELD_OBJECT}, {"key", FIELD_KEY}, {"value", FIELD_VALUE}}},
    [EVENT_KEY] = {"key", 2, {{"key_number", FIELD_NUMBER}, {"string", FIELD_STRING}}},
    [EVENT_VALUE] = {"value", 2, {{"value_number", FIELD_NUMBER}, {"string", FIELD_STRING}}},

    [EVENT_READ_AT] = {"read_at", 3, {{"line", FIELD_NUMBER}, {"object", FIELD_OBJECT}, {"key", FIELD_KEY}}},
    [EVENT_WRITE_AT] = {"write_at",
                        3,
                        {{"line", FIELD_NUMBER}, {"object", FIELD_OBJECT}, {"key", FIELD_KEY}}},
    [EVENT_BLOCK] = {"block", 2, {{"line", FIELD_NUMBER}, {"string", FIELD_STRING}}},
    [EVENT_BLOCK_END] = {"block_end", 1, {{"line", FIELD_NUMBER}}},
    [EVENT_ACQUIRE_AT] = {"acquire_at", 2, {{"object", FIELD_OBJECT}, {"line", FIELD_NUMBER}}},
    [EVENT_RELEASE_AT] = {"release_at", 2, {{"object", FIELD_OBJECT}, {"line", FIELD_NUMBER}}},

    [EVENT_CLOCK] = {"clock", 1, {{"nanoseconds", FIELD_TIME}}},
    [EVENT_LOST] = {"lost", 1, {{"events", FIELD_NUMBER}}},
    [EVENT_OFF] = {"off", 1, {{"string", FIELD_STRING}}},
};

const struct event_kind_info *event_kinds_info(uint8_t kind)
{
    if (kind >= sizeof kinds / sizeof *kinds || kinds[kind].name == NULL)
        return NULL;
    return &kinds[kind];
}

static const char *const actor_words[] = {NULL, "task", "callback", "thread", "job"};

static const char *const how_words[] = {NULL, "soon", "threadsafe", "timer", "io"};

static const char *const woken_words[] = {NULL, "notified", "otherwise", "at once"};

static const char *const abandoned_words[] = {NULL, "coroutine", "exception", "pending"};

static const char *const lock_words[] = {
    NULL, "asyncio-lock", "asyncio-semaphore", "threading-lock", "threading-rlock", "threading-semaphore",
};

static const char *const object_words[] = {
    NULL,    "instance", "class", "module", "closure", "dict", "list",      "set",
    "deque", "queue",    "event", "future", "other",   "lock", "variables",
};

static const char *word(const char *const *words, size_t count, uint64_t number)
{
    return number < count ? words[number] : NULL;
}

const char *event_kinds_word(enum event_field_type type, uint64_t number)
{
    switch (type) {
    case FIELD_ACTOR_KIND:
        return word(actor_words, sizeof actor_words / sizeof *actor_words, number);
    case FIELD_SCHEDULE_HOW:
        return word(how_words, sizeof how_words / sizeof *how_words, number);
    case FIELD_WOKEN_HOW:
        return word(woken_words, sizeof woken_words / sizeof *woken_words, number);
    case FIELD_ABANDONED_WHAT:
        return word(abandoned_words, sizeof abandoned_words / sizeof *abandoned_words, number);
    case FIELD_LOCK_KIND:
        return word(lock_words, sizeof lock_words / sizeof *lock_words, number);
    case FIELD_OBJECT_KIND:
        return word(object_words, sizeof object_words / sizeof *object_words, number);
    default:
        return NULL;
    }
}
