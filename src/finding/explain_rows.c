/* The texts of `staleread explain`.
 * Must hold: nothing is wider than 80 columns, and what is said of a kind is what its detector does. */
#include "finding/explain.h"

const struct explain_row explain_rows[FINDING_KIND_COUNT] = {
    [FINDING_LOST_UPDATE] =
        {
            .headline = "a write goes over what others wrote since the read",
            .meaning = "A task reads a cell, suspends, and writes a value that it made from what it\n"
                       "read. Meanwhile somebody else wrote the cell: that write is gone, as if it had\n"
                       "never been. Counters lose counts, balances lose payments, lists lose items.\n",
            .example = "    async def deposit(self, amount):\n"
                       "        balance = self.balance           # reads 100\n"
                       "        await self.audit(amount)         # another task writes 150\n"
                       "        self.balance = balance + amount  # writes 110: the 50 are gone\n"
                       "\n"
                       "    self.total += await self.fetch()     # reads before it awaits: the same\n",
            .cures = "  - Read after the await, in one step with the write.\n"
                     "  - One `asyncio.Lock` over read, await and write, taken by everybody who\n"
                     "    writes; a `threading.Lock` where threads are involved.\n"
                     "  - Compare and retry: write only if the cell still is what was read.\n",
            .not_it = "  - `self.n += 1` without an await in it: one step, nobody comes in between.\n"
                      "  - A write that is made from nothing that was read: the last one wins, and\n"
                      "    that may be what is wanted.\n"
                      "  - A rival that leaves the value as it was.\n"
                      "  - Read and write under one acquisition of a lock that the rival takes, too.\n",
        },
    [FINDING_CHECK_THEN_ACT] =
        {
            .headline = "an act relies on a check that no longer holds",
            .meaning = "A task checks a cell, suspends, and then acts as if the check still held.\n"
                       "Meanwhile somebody else wrote the cell, and the same check would come out\n"
                       "otherwise now: two connections are opened, one cache entry is filled twice, a\n"
                       "limit is passed.\n",
            .example = "    async def session(self):\n"
                       "        if self._session is None:             # two tasks see None\n"
                       "            self._session = await connect()   # both connect, one is lost\n"
                       "        return self._session\n",
            .cures = "  - Act before the await: put in a future or a flag in the step of the check,\n"
                     "    and let the others wait for it (single flight).\n"
                     "  - Check again after the await, in one step with the act.\n"
                     "  - One `asyncio.Lock` over check and act; `asyncio.Semaphore(n)` where a\n"
                     "    number is checked against a limit; `asyncio.Queue` where `empty()` or `len`\n"
                     "    is asked.\n",
            .not_it = "  - A check that is made again in the step of the act (double-checked locking).\n"
                      "  - A flag that is tested and set in one step: that is a lock, and what it\n"
                      "    guards is protected.\n"
                      "  - A check by which to wait, when the wait ends because it does not hold any\n"
                      "    more.\n"
                      "  - An act that writes what is there already and guards nothing else.\n",
        },
    [FINDING_STALE_READ] =
        {
            .headline = "a task goes on with a value that has changed",
            .meaning = "A task reads a cell, suspends, and goes on with what it read, though the cell\n"
                       "holds something else by now. Surest where a container is iterated that changes\n"
                       "between two rounds: `RuntimeError: dictionary changed size during iteration`,\n"
                       "or items that are left out without a word.\n",
            .example = "    async def broadcast(self, text):\n"
                       "        for client in self.clients:    # a set\n"
                       "            await client.send(text)    # another task adds a client: it raises\n",
            .cures = "  - Iterate over a copy: `for client in list(self.clients)`.\n"
                     "  - Read again after the await, where the object itself is used.\n"
                     "  - One lock, or an owner task with a queue, where the copy would be too old.\n",
            .not_it = "  - `list(x)`, `x.copy()`, `sorted(x)` and the like: a snapshot cannot change.\n"
                      "  - A container that only grew in other keys while single entries were read.\n"
                      "  - Going on with an old value on purpose: no dependence shows it, so\n"
                      "    confidence is low where it is no object of which a method is called, and\n"
                      "    hidden unless asked for (`--confidence low`).\n",
        },
    [FINDING_DIRTY_READ] =
        {
            .headline = "somebody acts on a state that is half written",
            .meaning = "A function writes a cell, suspends, and writes it again before it returns. In\n"
                       "between somebody else reads the first value, which was never meant to be seen,\n"
                       "and acts on it. Medium confidence at most: what is meant to be seen stands in\n"
                       "no program.\n",
            .example = "    async def reload(self):\n"
                       "        self.routes = {}                   # empty for a while\n"
                       "        self.routes = await self.load()    # a request in between finds no route\n",
            .cures = "  - Build the new value in a local variable, and assign it in one step.\n"
                     "  - One lock over both writes, which readers take, too.\n",
            "  - Flags, locks, and counters that are right after every step, as one of\n"
            "    what is going on: up by one, an await, down by one.\n"
            "  - Progress that is written to be read: states of a state machine that each\n"
            "    hold.\n"
            "  - A reader that does nothing with what it read.\n",
        },
    [FINDING_LOCK_RELEASED_BETWEEN] =
        {
            .headline = "check and act share a lock, but not one acquisition",
            .meaning = "The check stands under a lock and so does the act, and still somebody comes in\n"
                       "between, because the lock is released after the one and taken again for the\n"
                       "other. Each block is safe by itself; the two together are not.\n",
            .example = "    async with self.lock:\n"
                       "        free = self.free > 0               # checked under the lock\n"
                       "    if free:\n"
                       "        async with self.lock:              # another acquisition\n"
                       "            self.free -= 1                 # may go below zero\n",
            .cures = "  - Hold the lock once, from the check to the act.\n"
                     "  - Check again under the second acquisition.\n",
            .not_it = "  - A second check under the second acquisition (double-checked locking).\n"
                      "  - Two locks: then the act is not protected at all, which is a check-then-act.\n",
        },
    [FINDING_LOCK_MISUSE] =
        {
            .headline = "a lock or primitive is used in a way that cannot work",
            .meaning = "Three things that go wrong with primitives themselves. An asyncio lock that is\n"
                       "used on two loops excludes nobody and may raise. An asyncio primitive that is\n"
                       "touched from a thread that does not run its loop wakes nobody up, or breaks.\n"
                       "And two locks that are taken in opposite orders: an *inversion*; a *deadlock*\n"
                       "where two actors can really hold one each and wait for the other.\n",
            .example = "    async with self.accounts:         # one task: accounts, then journal\n"
                       "        async with self.journal: ...\n"
                       "\n"
                       "    async with self.journal:          # another: journal, then accounts\n"
                       "        async with self.accounts: ...\n"
                       "\n"
                       "    def on_thread(self):\n"
                       "        self.changed.set()            # an asyncio.Event, from another thread\n",
            .cures = "  - One order for all locks, the same everywhere; or one lock for both.\n"
                     "  - One lock per loop; `threading.Lock` for what threads share.\n"
                     "  - `loop.call_soon_threadsafe(self.changed.set)`,\n"
                     "    `asyncio.run_coroutine_threadsafe(…)` from other threads.\n",
            .not_it = "  - Opposite orders under a third lock, or of one task alone: low confidence.\n"
                      "  - A re-entrant lock that its holder takes again.\n"
                      "  - `call_soon_threadsafe`: it is made for other threads.\n",
        },
    [FINDING_LOST_WAKEUP] =
        {
            .headline = "a signal is given, and who waits for it misses it",
            .meaning = "A task waits for news, and the news gets lost: an event that was set is cleared\n"
                       "by who has not looked since; a condition is notified while nobody waits, and\n"
                       "then somebody waits for just that; an event or a future is replaced by a new\n"
                       "one while tasks still wait for the old. The program stands still, or is one\n"
                       "round late.\n",
            .example = "    while True:\n"
                       "        await self.changed.wait()\n"
                       "        await self.save(self.items)    # another item, and changed.set()\n"
                       "        self.changed.clear()           # takes back what was not seen yet\n",
            .cures = "  - Clear first, then look: `wait()`, `clear()`, and only then the work.\n"
                     "  - A condition with a predicate: `await condition.wait_for(lambda:\n"
                     "    self.items)`.\n"
                     "  - `asyncio.Queue`: what is put stays there until somebody gets it.\n"
                     "  - Set the old event, or complete the old future, before putting a new one.\n",
            .not_it = "  - `clear()` in one step with the return of `wait()`.\n"
                      "  - `clear()` after looking at the data once more in the same step.\n"
                      "  - A notify that comes too early for a waiter who checks before it waits.\n",
        },
    [FINDING_BLOCKING_CALL] =
        {
            .headline = "a step holds its loop, and nobody else runs",
            .meaning = "A step took longer than a threshold (100 ms; `blocking-ms` in the rules file):\n"
                       "meanwhile no other task of the loop ran, no timer, no connection. The report\n"
                       "names the line it stood at. Surest where the thread slept; where it computed,\n"
                       "being recorded made it slower than it is.\n",
            .example = "    async def thumbnail(self, url):\n"
                       "        data = requests.get(url).content    # the whole loop waits\n"
                       "        time.sleep(1)                       # so it does here\n",
            .cures = "  - `await asyncio.to_thread(f, …)` for what blocks or computes for long.\n"
                     "  - The awaitable twin: `await asyncio.sleep(1)`, an asynchronous client.\n"
                     "  - `await asyncio.sleep(0)` now and then in a long computation.\n",
            .not_it = "  - Steps that are short, however many of them.\n"
                      "  - What runs in a thread or an executor: the loop goes on.\n"
                      "  - A machine that stood still as a whole: such stretches are not counted.\n",
        },
    [FINDING_NEVER_AWAITED] =
        {
            .headline = "a coroutine, task or exception that nobody looks after",
            .meaning = "A coroutine was made and dropped: what stands in it never ran, and a bare\n"
                       "`self.save()` in place of `await self.save()` looks as if it had. Or a task\n"
                       "ended with an exception that nobody took. Or a task was destroyed while it\n"
                       "waited, because nobody but the loop's weak reference held it.\n",
            .example = "    async def close(self):\n"
                       "        self.flush()                  # a coroutine function: nothing happens\n"
                       "        if self.is_clean(): ...       # a coroutine is always true\n"
                       "        asyncio.create_task(self.log())   # nobody keeps the task\n",
            .cures = "  - `await` it.\n"
                     "  - Keep the task where it lives as long as it should, await or cancel it at\n"
                     "    the end, or make it in an `asyncio.TaskGroup`.\n"
                     "  - Take the exception: await the task, or `add_done_callback`.\n",
            .not_it = "  - A coroutine that is closed on purpose (`coroutine.close()`).\n"
                      "  - A coroutine that is passed on and awaited somewhere else.\n"
                      "  - Tasks that are still pending when the loop is closed: low confidence.\n",
        },
    [FINDING_DATA_RACE] =
        {
            .headline = "two threads, one writes, and nothing orders them",
            .meaning = "Two threads read or write the same cell, at least one of them writes, and\n"
                       "neither a lock nor a join, a queue or an event says who comes first.\n"
                       "`observed`: nothing ordered them in this run, hand-overs of locks included.\n"
                       "`predicted`: one happened to release a lock that the other took later, but no\n"
                       "lock is held by both at the cell.\n",
            .example = "    def work(self):                    # in two threads\n"
                       "        for item in self.items:\n"
                       "            self.latest = item         # whose is it in the end?\n",
            .cures = "  - One `threading.Lock` held by both, over all that belongs together.\n"
                     "  - Hand over: `queue.Queue`, a future, `join`.\n"
                     "  - `threading.local` for what is one thread's own.\n",
            .not_it = "  - Tasks of one event loop: they are one thread.\n"
                      "  - What was written before the other thread was started, or is read after it\n"
                      "    was joined; what an executor's job leaves to who takes its result.\n"
                      "  - What went through a queue, or stands on two sides of an event or a barrier.\n"
                      "  - What the interpreter's lock makes whole (a flag that is only looked at,\n"
                      "    `list.append`), and what a finding of another kind says already, is of low\n"
                      "    confidence (`--confidence low` shows it).\n",
        },
    [FINDING_ATOMICITY] =
        {
            .headline = "a block that is meant to be atomic is none",
            .meaning = "A log that was imported says which blocks are meant to be atomic. No order of\n"
                       "whole blocks, one after the other, explains what this run did: something of\n"
                       "another thread comes after one part of the block and before a later part of it.\n"
                       "There need not be any data race: locks that are held for pieces of the block do\n"
                       "not keep others out of the whole.\n",
            .example = "    T1|begin(deposit)|1\n"
                       "    T1|r(balance)|2\n"
                       "    T2|w(balance)|3     # after the read, before the write\n"
                       "    T1|w(balance)|4\n"
                       "    T1|end(deposit)|5\n",
            .cures = "  - One lock from the beginning of the block to its end, taken by everybody who\n"
                     "    uses what the block uses.\n",
            .not_it = "  - Blocks that run side by side and have nothing to do with each other, or\n"
                      "    that would have given the same one after the other.\n",
        },
};
