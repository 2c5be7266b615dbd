/* In: findings as real bugs make them, one for each row of the table. Out: what a reviewer would say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "finding/advice.h"
#include "finding/sample.h"

/* The advice's primitive, and pieces of its text in this order; NULL ends them. */
static void assert_advice(struct finding finding, const char *primitive, ...)
{
    struct arena arena;
    arena_init(&arena, 0);
    assert_int_equal(advice_give(&finding, &arena), STATUS_OK);
    const struct finding_advice *advice = &finding.advice;
    if (!text_equals(advice->primitive, primitive))
        fail_msg("%.*s instead of %s", (int)advice->primitive.length, advice->primitive.bytes, primitive);
    assert_int_equal(advice->from_line, finding.first.line);
    assert_int_equal(advice->to_line, finding.last.line);

    va_list pieces;
    va_start(pieces, primitive);
    const char *rest = advice->text.bytes;
    for (const char *piece; (piece = va_arg(pieces, const char *)) != NULL;) {
        const char *found = strstr(rest, piece);
        if (found == NULL)
            fail_msg("no \"%s\" in \"%s\"", piece, advice->text.bytes);
        rest = found + strlen(piece);
    }
    va_end(pieces);
    arena_fini(&arena);
}

static void test_lost_update(void **state)
{
    (void)state;
    assert_advice(sample_finding(), "asyncio.Lock", "from line 9 to line 11",
                  "read only after the await at line 10", NULL);
    struct finding finding = sample_finding();
    finding.other.function = TEXT("Counter.reset");
    finding.other.line = 30;
    assert_advice(finding, "asyncio.Lock", "from line 9 to line 11",
                  "the same one for line 30 in `Counter.reset`", NULL);
    finding.window.line = 0;
    assert_advice(finding, "asyncio.Lock", "the await in between", NULL);
}

static void test_await_in_assignment(void **state)
{
    (void)state;
    struct finding finding = sample_finding();
    finding.first.line = finding.window.line = finding.last.line = 14;
    finding.first.source = finding.window.source = finding.last.source =
        TEXT("self.report.total_bytes += await self.http.get_size(url)");
    assert_advice(finding, "await-first", "`Counter.value` is read before the await in line 14",
                  "local variable", NULL);
}

static void test_threads(void **state)
{
    (void)state;
    struct finding finding = sample_finding();
    finding.between_threads = true;
    assert_advice(finding, "threading.Lock", "from line 9 to line 11", "Move the await out", NULL);
    finding.window.line = 0;
    sample_hold(&finding.first, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    sample_hold(&finding.last, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    assert_advice(finding, "threading.Lock", "`Counter._lock` does not help", "one event loop", NULL);
}

static void test_jobs(void **state)
{
    (void)state;
    struct finding finding = sample_finding();
    finding.between_threads = true;
    finding.first.function = TEXT("Store.load");
    finding.last.function = finding.other.function = TEXT("Store.save");
    assert_advice(finding, "threading.Lock", "in one job", "the await at line 10 in `Counter.increment`",
                  NULL);
}

static void test_spawned(void **state)
{
    (void)state;
    struct finding finding =
        sample_check("if task.task_id in self._running:", "self._running.add(task.task_id)");
    finding.last.actor = TEXT("Task-3");
    finding.last.function = TEXT("Scheduler.run");
    assert_advice(finding, "act-first", "line 11 in `Scheduler.run`", "the check at line 9", NULL);
}

static void test_lock_released(void **state)
{
    (void)state;
    struct finding finding = sample_finding();
    finding.released_between = true;
    sample_hold(&finding.first, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    sample_hold(&finding.last, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    sample_hold(&finding.other, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    assert_advice(finding, "asyncio.Lock", "Hold `Counter._lock` once, from line 9 to line 11",
                  "released in between", NULL);
    finding.first.locks[0].kind = finding.last.locks[0].kind = FINDING_LOCK_THREADING;
    finding.between_threads = true;
    assert_advice(finding, "threading.Lock", "Hold `Counter._lock` once", NULL);
}

static void test_lock_missing(void **state)
{
    (void)state;
    struct finding finding = sample_finding();
    finding.other.line = 30;
    finding.other.function = TEXT("Counter.reset");
    finding.lock_in_vain = true;
    sample_hold(&finding.first, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    sample_hold(&finding.last, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    assert_advice(finding, "asyncio.Lock", "Take `Counter._lock` for line 30 in `Counter.reset` too", NULL);
    finding.first.locks[0].kind = finding.last.locks[0].kind = FINDING_LOCK_ASYNCIO_SEMAPHORE;
    assert_advice(finding, "asyncio.Semaphore", "Take `Counter._lock`", NULL);
}

static void test_lock_late(void **state)
{
    (void)state;
    struct finding finding = sample_finding();
    sample_hold(&finding.last, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    sample_hold(&finding.other, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    assert_advice(finding, "asyncio.Lock", "Take `Counter._lock` before line 9", "from line 9 to line 11",
                  NULL);
}

/* Two objects of one class, each with its lock, and something that they share. */
static void test_lock_twin(void **state)
{
    (void)state;
    struct finding finding = sample_finding();
    sample_hold(&finding.first, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    sample_hold(&finding.other, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    sample_hold(&finding.last, "Counter._lock", FINDING_LOCK_ASYNCIO, 1);
    assert_advice(finding, "asyncio.Lock", "all who share `Counter.value`, from line 9 to line 11",
                  "of its own", NULL);
}

static void test_semaphore_in_vain(void **state)
{
    (void)state;
    struct finding finding = sample_finding();
    sample_hold(&finding.first, "Counter._slots", FINDING_LOCK_ASYNCIO_SEMAPHORE, 3);
    sample_hold(&finding.last, "Counter._slots", FINDING_LOCK_ASYNCIO_SEMAPHORE, 3);
    assert_advice(finding, "asyncio.Lock", "`Counter._slots` does not help", "lets 3 in at a time", NULL);
}

static void test_queue(void **state)
{
    (void)state;
    struct finding finding = sample_check("if self.queue.empty():", "await self.queue.put(item)");
    finding.cell.object = FINDING_OBJECT_QUEUE;
    assert_advice(finding, "asyncio.Queue", "What line 9 asks the queue", "after the await at line 10",
                  "put_nowait", "from line 9 to line 11", NULL);
}

static void test_limit(void **state)
{
    (void)state;
    struct finding finding =
        sample_check("return self._limit - len(self._acquired)", "self._acquired.add(conn)");
    finding.first.function = TEXT("BaseConnector._available");
    finding.cell.object = FINDING_OBJECT_SET;
    assert_advice(finding, "asyncio.Semaphore", "`asyncio.Semaphore(self._limit)`", "the check at line 9",
                  "line 11 in `Counter.increment`", "before the await at line 10", NULL);
}

static void test_event(void **state)
{
    (void)state;
    struct finding finding = sample_check("while not self.ready:", "self.started = True");
    finding.other.source = TEXT("self.ready = True");
    finding.acts_on_other_cell = true;
    assert_advice(finding, "asyncio.Event", "wait for it at line 9 instead of polling", NULL);
}

static void test_flag_as_lock(void **state)
{
    (void)state;
    struct finding finding = sample_check("while self.busy:", "self.busy = True");
    finding.other = finding.last;
    assert_advice(finding, "asyncio.Lock", "instead of waiting for the flag", "from line 9", "line 11", NULL);
}

static void test_condition(void **state)
{
    (void)state;
    struct finding finding = sample_check("if self.items == 0:", "self.items -= 1");
    finding.window.source = TEXT("await self.changed.wait()");
    assert_advice(finding, "asyncio.Condition", "Write `while` instead of `if` at line 9", "line 11", NULL);
    /* Who waits for a condition lets its lock go; that is no mistake. */
    finding.first.locks[0] = finding.last.locks[0] = (struct finding_lock){.name = {"Lock", 4}, .permits = 1};
    finding.first.lock_count = finding.last.lock_count = 1;
    finding.released_between = true;
    assert_advice(finding, "asyncio.Condition", "Write `while` instead of `if` at line 9", NULL);
}

static void test_cache(void **state)
{
    (void)state;
    static const char *const checks[] = {
        "if key not in self._data:", "if self._protocol is None:", "row = self._rows.get(session_id)",
        "if self._protocol is not None:"};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        assert_advice(sample_check(checks[i], "self._data[key] = await load(key)"), "asyncio.Future",
                      "before the await at line 10", "from line 9 to line 11", NULL);
}

static void test_recheck(void **state)
{
    (void)state;
    struct finding finding = sample_check("if self.writer is None:", "return await self.writer.drain()");
    finding.act_is_use = true;
    assert_advice(finding, "re-check", "Check `Counter.value` again after the await at line 10",
                  "step of line 11", NULL);
    finding.act_is_use = false;
    finding.acts_on_other_cell = true;
    assert_advice(finding, "re-check", "Check `Counter.value` again", NULL);
}

static void test_check_then_act(void **state)
{
    (void)state;
    assert_advice(sample_check("if task.task_id in self._running:", "self._running.add(task.task_id)"),
                  "asyncio.Lock", "from line 9 to line 11", "act before the await at line 10", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lost_update),
        cmocka_unit_test(test_await_in_assignment),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_lock_released),
        cmocka_unit_test(test_lock_missing),
        cmocka_unit_test(test_lock_late),
        cmocka_unit_test(test_queue),
        cmocka_unit_test(test_lock_twin),
        cmocka_unit_test(test_semaphore_in_vain),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_event),
        cmocka_unit_test(test_cache),
        cmocka_unit_test(test_flag_as_lock),
        cmocka_unit_test(test_condition),
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_spawned),
        cmocka_unit_test(test_recheck),
        cmocka_unit_test(test_check_then_act),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
