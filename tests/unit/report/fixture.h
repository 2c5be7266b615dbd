/* A fixed list of findings for the tests of reports: the counter, a queue, a cache with hostile names, two
 * threads. */
#ifndef STALEREAD_TESTS_REPORT_FIXTURE_H
#define STALEREAD_TESTS_REPORT_FIXTURE_H

#include "finding/list.h"
#include "finding/rules.h"
#include "report/report.h"

static inline struct finding_place fixture_place(const char *file, uint32_t line, const char *function,
                                                 const char *actor, const char *source)
{
    return (struct finding_place){.file = text_of(file),
                                  .line = line,
                                  .function = text_of(function),
                                  .actor = text_of(actor),
                                  .source = text_of(source)};
}

/* 999 tasks overwrite what another one wrote. */
static inline struct finding fixture_counter(void)
{
    static const char file[] = "counter.py", function[] = "Counter.increment";
    struct finding finding = {
        .kind = FINDING_LOST_UPDATE,
        .status = FINDING_OBSERVED,
        .confidence = FINDING_HIGH,
        .count = 999,
        .order = 40,
        .cell = {.owner = TEXT("Counter"), .attribute = TEXT("value"), .text = TEXT("Counter.value")},
        .first = fixture_place(file, 9, function, "Task-3", "value = self.value"),
        .window = fixture_place(file, 10, function, "", "await asyncio.sleep(0)"),
        .other = fixture_place(file, 11, function, "Task-2", "self.value = value + 1"),
        .last = fixture_place(file, 11, function, "Task-3", "self.value = value + 1"),
        .values = {.read = TEXT("0"), .other = TEXT("1"), .written = TEXT("1")},
    };
    finding.first.event = 31;
    finding.window.event = 32;
    finding.other.event = 38;
    finding.last.event = 40;
    return finding;
}

/* A queue that is asked, and filled after an await, under a lock that is released in between. */
static inline struct finding fixture_queue(void)
{
    static const char file[] = "app/feed.py", function[] = "Feed.fill";
    struct finding finding = {
        .kind = FINDING_CHECK_THEN_ACT,
        .status = FINDING_PREDICTED,
        .confidence = FINDING_HIGH,
        .count = 2,
        .order = 70,
        .cell = {.owner = TEXT("Feed"),
                 .attribute = TEXT("queue"),
                 .text = TEXT("Feed.queue"),
                 .object = FINDING_OBJECT_QUEUE},
        .first = fixture_place(file, 20, function, "filler-1", "if self.queue.empty():"),
        .window = fixture_place(file, 22, function, "", "item = await self.source.fetch()"),
        .other = fixture_place(file, 24, function, "filler-2", "await self.queue.put(item)"),
        .last = fixture_place(file, 24, function, "filler-1", "await self.queue.put(item)"),
        .released_between = true,
        .lock_in_vain = true,
    };
    struct finding_lock lock = {.name = TEXT("Feed._lock"), .kind = FINDING_LOCK_ASYNCIO, .permits = 1};
    finding.first.locks[finding.first.lock_count++] = lock;
    finding.last.locks[finding.last.lock_count++] = lock;
    return finding;
}

/* What a hostile program may be called: terminal escapes, Markdown, HTML, mentions, invalid UTF-8, endless
 * lines. */
static inline struct finding fixture_hostile(void)
{
    static const char file[] = "<img src=x>.py";
    static const char source[] =
        "data[`rm -rf`] = \"```</code><script>alert(1)</script>\x1b[2J@everyone | \xFF\" + "
        "first_very_long_name + second_very_long_name + third_very_long_name + "
        "fourth_very_long_name + fifth_very_long_name + sixth_very_long_name";
    return (struct finding){
        .kind = FINDING_CHECK_THEN_ACT,
        .status = FINDING_OBSERVED,
        .confidence = FINDING_MEDIUM,
        .count = 1,
        .order = 50,
        .cell = {.owner = TEXT("Cache"),
                 .attribute = TEXT("_data"),
                 .key = TEXT("'\x1b]0;pwned\x07\n`# x`'"),
                 .text = TEXT("Cache._data['\x1b]0;pwned\x07\n`# x`']"),
                 .object = FINDING_OBJECT_DICT},
        .first =
            fixture_place(file, 3, "f.<locals>.<lambda>", "*Task*\xC2\x9B\xC3\xA9", "if key not in data:"),
        .window = fixture_place(file, 4, "f.<locals>.<lambda>", "", "await load(key)  # ` one backtick"),
        .other = fixture_place("other/place.py", 90, "g", "", source),
        .last = fixture_place(file, 5, "f.<locals>.<lambda>", "*Task*\xC2\x9B\xC3\xA9", source),
        .values = {.read = TEXT("<absent>"), .other = TEXT("`x`")},
        .every_run = true,
    };
}

/* Two threads, an asyncio lock that does not help, no await known. */
static inline struct finding fixture_threads(void)
{
    static const char file[] = "counter.py", function[] = "Counter.increment";
    struct finding finding = fixture_counter();
    finding.count = 1234567;
    finding.order = 41;
    finding.cell.owner = TEXT("ThreadedCounter");
    finding.cell.text = TEXT("ThreadedCounter.value");
    finding.first = fixture_place(file, 9, function, "Task-1", "value = self.value");
    finding.window = (struct finding_place){0};
    finding.last.actor = finding.first.actor;
    finding.between_threads = true;
    finding.lock_in_vain = true;
    struct finding_lock lock = {.name = TEXT("Counter._lock"), .kind = FINDING_LOCK_ASYNCIO, .permits = 1};
    finding.first.locks[finding.first.lock_count++] = lock;
    finding.other.locks[finding.other.lock_count++] = lock;
    finding.last.locks[finding.last.lock_count++] = lock;
    return finding;
}

/* Of low confidence: hidden unless asked for. */
static inline struct finding fixture_low(void)
{
    struct finding finding = fixture_counter();
    finding.confidence = FINDING_LOW;
    finding.count = 1;
    finding.order = 99;
    finding.cell.attribute = TEXT("low");
    finding.cell.text = TEXT("Counter.low");
    return finding;
}

/* All of them, finished. */
static inline enum status fixture_list(struct finding_list *list)
{
    struct finding findings[] = {fixture_low(), fixture_hostile(), fixture_queue(), fixture_threads(),
                                 fixture_counter()};
    finding_list_init(list);
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++) {
        if (finding_list_add(list, &findings[i]) != STATUS_OK)
            return STATUS_NOMEM;
    }
    return finding_list_finish(list, NULL);
}

/* Two of forty-one coroutine functions did not run. */
/* Of which kind a form is. */
static inline enum finding_kind fixture_kind(enum finding_form form)
{
    if (form >= FINDING_FORM_CYCLE)
        return FINDING_ATOMICITY;
    if (form >= FINDING_FORM_WRITE_WRITE)
        return FINDING_DATA_RACE;
    if (form >= FINDING_FORM_TWO_LOOPS)
        return FINDING_LOCK_MISUSE;
    if (form >= FINDING_FORM_CLEARED)
        return FINDING_LOST_WAKEUP;
    if (form >= FINDING_FORM_SLEEPING)
        return FINDING_BLOCKING_CALL;
    return form >= FINDING_FORM_COROUTINE ? FINDING_NEVER_AWAITED : FINDING_LOST_UPDATE;
}

/* One of a form, as if it had all places that a finding can have. */
static inline struct finding fixture_form(enum finding_form form, enum finding_status status)
{
    static const char file[] = "mailbox.py";
    struct finding finding = {
        .kind = fixture_kind(form),
        .form = form,
        .status = status,
        .confidence = FINDING_HIGH,
        .count = 1,
        .order = (uint64_t)form,
        .cell = {.owner = text_of(kinds_form_name(form)),
                 .attribute = TEXT("it"),
                 .text = TEXT("Mailbox.it")},
        .first = fixture_place(file, 10, "Mailbox.read", "reader", "first()"),
        .other = fixture_place(file, 20, "Mailbox.post", "postman", "other()"),
        .last = fixture_place(file, 12, "Mailbox.read", "reader", "last()"),
        .values = {.read = TEXT("something")},
    };
    if (form >= FINDING_FORM_INVERSION && form <= FINDING_FORM_DEADLOCK) {
        finding.last.locks[finding.last.lock_count++] = (struct finding_lock){.name = TEXT("Mailbox.one")};
        finding.other.locks[finding.other.lock_count++] = (struct finding_lock){.name = TEXT("Mailbox.two")};
    }
    return finding;
}

/* One of each form, and those that are told otherwise when they are predicted, finished. */
static inline enum status fixture_forms(struct finding_list *list)
{
    finding_list_init(list);
    for (int form = FINDING_FORM_ONLY + 1; form < FINDING_FORM_COUNT; form++) {
        bool predicted = form == FINDING_FORM_INVERSION || form == FINDING_FORM_DEADLOCK;
        struct finding finding =
            fixture_form((enum finding_form)form, predicted ? FINDING_PREDICTED : FINDING_OBSERVED);
        if (finding_list_add(list, &finding) != STATUS_OK)
            return STATUS_NOMEM;
        if (form != FINDING_FORM_CLEARED && form != FINDING_FORM_UNHEARD && form != FINDING_FORM_READ_WRITE)
            continue;
        finding.status = FINDING_PREDICTED;
        finding.cell.attribute = TEXT("predicted");
        if (finding_list_add(list, &finding) != STATUS_OK)
            return STATUS_NOMEM;
    }
    return finding_list_finish(list, NULL);
}

static inline struct report_trace fixture_trace(void)
{
    static const struct text not_run[] = {{"Counter.reset", 13}, {"Counter.`x`", 11}};
    static const struct report_fact facts[] = {{{"argv", 4}, {"app.py\n\x1b[1m", 11}},
                                               {{"not_run", 7}, {"told elsewhere", 14}},
                                               {{"root", 4}, {"", 0}}};
    return (struct report_trace){
        .path = "counter.srt",
        .complete = true,
        .events = 4004,
        .actors = 1001,
        .python = TEXT("3.11.7"),
        .loop = TEXT("asyncio.unix_events._UnixSelectorEventLoop"),
        .started = TEXT("2026-01-02T03:04:05Z"),
        .start_nanoseconds = 1767323045123456789,
        .process = 4711,
        .host = TEXT("build-7"),
        .facts = facts,
        .fact_count = sizeof facts / sizeof *facts,
        .unexercised = {.is_known = true,
                        .functions = 50,
                        .functions_run = 47,
                        .coroutines = 41,
                        .coroutines_run = 39,
                        .not_run = not_run,
                        .not_run_count = 2},
    };
}

/* A trace about which there is a lot to warn. */
static inline struct report_trace fixture_torn_trace(void)
{
    static const char note[] = "the agent switched itself off: \x1b[31m*boom*";
    static const struct text notes[] = {{note, sizeof note - 1}};
    static const struct text unseen[] = {{"uvloop", 6}, {"new\x1bword", 8}};
    static const struct text unwatched[] = {{"redis", 5}, {"<b>httpx", 8}};
    return (struct report_trace){
        .path = "torn\x1b.srt",
        .events = 1,
        .actors = 1,
        .lost_events = 2500,
        .damaged_frames = 1,
        .notes = notes,
        .note_count = 1,
        .switched_off = true,
        .unseen = unseen,
        .unseen_count = 2,
        .unwatched = unwatched,
        .unwatched_count = 2,
        .forgotten = {.cells = 1, .windows = 1234, .actors = 70000},
    };
}

#endif
