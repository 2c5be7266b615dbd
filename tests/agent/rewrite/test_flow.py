"""Which sources reach which write, call or return, and which checks guard it."""

from __future__ import annotations

import pytest
from rewriting import Subject, rewrite
from staleread._rewrite.sites import (
    AWAIT,
    CALL,
    CHECK,
    CONTAINS,
    DELETE,
    GOES_ON,
    ITERATE,
    LENGTH,
    READ,
    SUSPENDS,
    TRUTH,
    UPDATE,
    USE,
    WRITE,
)


def method(body: str, parameters: str = "") -> Subject:
    """A method of a class with this body."""
    lines = "\n".join("        " + line for line in body.strip("\n").splitlines())
    return rewrite(f"class Box:\n    async def go(self{parameters and ', ' + parameters}):\n{lines}\n")


def data_of(subject: Subject, expression: str, operation: int = WRITE) -> set[str]:
    return subject.named(subject.site(expression, operation).data)


def guards_of(subject: Subject, expression: str, operation: int = WRITE) -> set[str]:
    return subject.named(subject.site(expression, operation).control)


def test_a_value_read_before_an_await_reaches_the_write() -> None:
    subject = method(
        """
seen = self.value
await sleep(0)
self.value = seen + 1
"""
    )
    (read,) = [row for row in subject.sites() if row.operation == READ]
    assert subject.site("self.value", WRITE).data == (2 * read.number,)
    assert subject.site("await sleep(0)", AWAIT).flags == SUSPENDS


def test_a_variable_holds_only_what_was_assigned_last() -> None:
    subject = method(
        """
seen = self.old
seen = self.new
self.out = seen
"""
    )
    assert data_of(subject, "self.out") == {"self.new"}


def test_both_branches_reach_what_follows_them() -> None:
    subject = method(
        """
if self.flag:
    seen = self.a
else:
    seen = self.b
self.out = seen
"""
    )
    assert data_of(subject, "self.out") == {"self.a", "self.b"}
    assert guards_of(subject, "self.out") == {"self.flag"}  # it chose the value, though not whether to write


def test_a_condition_guards_its_branches_and_nothing_after_them() -> None:
    subject = method(
        """
if self.flag:
    self.inside = 1
self.after = 2
"""
    )
    assert guards_of(subject, "self.inside") == {"self.flag"}
    assert guards_of(subject, "self.after") == set()


@pytest.mark.parametrize("leave", ["return", "raise KeyError", "await sleep(0); return"])
def test_a_condition_guards_what_follows_a_branch_that_leaves(leave: str) -> None:
    subject = method(
        f"""
if self.flag:
    {leave}
self.after = 2
"""
    )
    assert guards_of(subject, "self.after") == {"self.flag"}


def waited_of(subject: Subject, expression: str, operation: int = WRITE) -> set[str]:
    return subject.named(subject.site(expression, operation).waited)


@pytest.mark.parametrize(
    "wait",
    [
        "if self.flag: await sleep(0)",
        "if not self.flag:\n    pass\nelse:\n    await sleep(0)",
        "if self.flag:\n    async with self.lock: pass",
        "self.flag and await sleep(0)",
        "await sleep(0) if self.flag else None",
        "match self.flag:\n    case 1: await sleep(0)",
        "try:\n    if self.flag: await sleep(0)\nfinally:\n    pass",
    ],
)
def test_a_condition_that_only_decides_whether_to_wait_is_kept_apart(wait: str) -> None:
    subject = method(f"{wait}\nself.after = 2")
    assert guards_of(subject, "self.after") == set()
    assert waited_of(subject, "self.after") == {"self.flag"}


@pytest.mark.parametrize(
    "check",
    [
        "if self.flag: self.inside = 1",
        "if self.flag:\n    await sleep(0)\n    return",
        "if self.flag:\n    await sleep(0)\nelse:\n    return",
        "while self.flag: await sleep(0)",
        "async with self.lock:\n    if self.flag: return",
    ],
)
def test_a_condition_that_decides_or_does_not_wait_was_not_waited_for(check: str) -> None:
    assert waited_of(method(f"{check}\nself.after = 2"), "self.after") == set()


@pytest.mark.parametrize(
    ("again", "waited"),
    [
        ("if not self.items: return", set()),
        ("while not self.items: await sleep(0)", set()),
        ("if len(self.items) == 0: raise KeyError", set()),
        ("if self.other: return", {"self.items"}),
        ("if self.items: self.seen = 1", {"self.items"}),
        ("assert self.items", {"self.items"}),
        ("if self.items and self.other: return", set()),
    ],
)
def test_what_is_checked_again_is_not_waited_for_any_more(again: str, waited: set[str]) -> None:
    subject = method(f"if not self.items: await sleep(0)\n{again}\nself.after = 2")
    assert waited_of(subject, "self.after") == waited


def test_inside_a_check_that_is_made_again_nothing_is_waited_for() -> None:
    subject = method("if not self.items: await sleep(0)\nif self.items: self.inside = 1\nself.after = 2")
    assert waited_of(subject, "self.inside") == set()
    assert guards_of(subject, "self.inside") == {"self.items"}
    assert waited_of(subject, "self.after") == {"self.items"}


def test_a_branch_that_waits_on_one_way_and_leaves_on_another() -> None:
    subject = method(
        """
if not self.items:
    if self.closed: raise KeyError
    await sleep(0)
self.after = 2
"""
    )
    assert guards_of(subject, "self.after") == {"self.closed"}
    assert waited_of(subject, "self.after") == {"self.items"}


@pytest.mark.parametrize("wait", ["task", "wait([task])", "wait_for(task, timeout=1)"])
def test_who_waits_for_what_was_read_counts_on_its_being_there_still(wait: str) -> None:
    subject = method(
        f"""
task = self.task
if task is not None and not task.done():
    await {wait}
self.task = 2
"""
    )
    assert guards_of(subject, "self.task") == {"self.task"}
    assert waited_of(subject, "self.task") == {"task.done()"}


def test_what_chose_a_value_is_no_wait_alone() -> None:
    subject = method(
        """
found = self.conn
if found is None:
    found = await connect()
self.conn = found
self.other = 1
"""
    )
    assert guards_of(subject, "self.conn") == {"self.conn"}
    assert waited_of(subject, "self.conn") == set()
    assert waited_of(subject, "self.other") == {"self.conn"}


def test_a_function_tells_what_it_waited_for() -> None:
    subject = method("if not self.items: await sleep(0)")
    assert subject.named(subject.function("Box.go").waited) == {"self.items"}
    assert subject.function("Box.go").control == ()


@pytest.mark.parametrize("jump", ["break", "continue"])
def test_a_condition_that_jumps_guards_the_rest_of_the_loop(jump: str) -> None:
    subject = method(
        f"""
for item in range(3):
    if self.flag:
        {jump}
    self.inside = item
"""
    )
    assert guards_of(subject, "self.inside") == {"self.flag"}


def test_a_break_guards_what_follows_the_loop_and_a_continue_does_not() -> None:
    subject = method(
        """
while True:
    if self.skip:
        continue
    if self.ready:
        break
    await sleep(0)
self.after = 1
"""
    )
    assert "self.ready" in guards_of(subject, "self.after")


def test_a_while_condition_guards_body_and_rest() -> None:
    subject = method(
        """
while not self.ready:
    self.waiting = 1
self.after = 1
"""
    )
    assert guards_of(subject, "self.waiting") == guards_of(subject, "self.after") == {"self.ready"}


def test_a_loop_carries_values_round() -> None:
    subject = method(
        """
last = None
for item in self.items:
    self.out = last
    last = item.value
"""
    )
    assert data_of(subject, "self.out") == {"item.value", "self.items"}


def test_an_endless_loop_with_a_return_guards_nothing_behind_it() -> None:
    subject = method(
        """
for item in self.items:
    if item.bad:
        return
self.after = 1
"""
    )
    assert "item.bad" in guards_of(subject, "self.after")


def test_tuples_are_matched_element_by_element() -> None:
    subject = method(
        """
a, b = self.x, self.y
self.first, self.second = b, a
"""
    )
    assert data_of(subject, "self.first") == {"self.y"}
    assert data_of(subject, "self.second") == {"self.x"}


def test_swapping_uses_the_old_values() -> None:
    subject = method(
        """
a, b = self.x, self.y
a, b = b, a
self.out = a
"""
    )
    assert data_of(subject, "self.out") == {"self.y"}


def test_unpacking_something_unknown_gives_all_of_it_to_each() -> None:
    subject = method(
        """
a, *b = self.pair
self.out = b
"""
    )
    assert data_of(subject, "self.out") == {"self.pair"}


def test_an_augmented_assignment_is_made_from_its_own_read() -> None:
    subject = method("self.total += await self.load()")
    read, write = subject.site("self.total", READ), subject.site("self.total", WRITE)
    assert 2 * read.number in write.data
    assert data_of(subject, "self.total") == {"self.total", "self.load()", "await self.load()"}


def test_an_augmented_local_accumulates() -> None:
    subject = method(
        """
total = 0
for item in self.items:
    total += item.size
self.out = total
"""
    )
    assert "item.size" in data_of(subject, "self.out")


def test_a_call_is_made_from_its_receiver_and_arguments() -> None:
    subject = method(
        """
value = self.store.load(self.key, limit=self.limit)
self.out = value
"""
    )
    call = subject.site("self.store.load(self.key, limit=self.limit)", CALL)
    assert data_of(subject, "self.out") == {
        "self.store.load(self.key, limit=self.limit)",
        "self.store",
        "self.key",
        "self.limit",
    }
    assert subject.named(call.data) == {"self.store"}
    assert [(part.slot, part.name, subject.named(part.data)) for part in call.arguments] == [
        (0, "", {"self.key"}),
        (1, "limit", {"self.limit"}),
    ]


def test_an_await_repeats_the_arguments_of_the_call_awaited() -> None:
    subject = method("await self.save(self.value + 1, *self.rest)", "")
    awaited = subject.site("await self.save(self.value + 1, *self.rest)", AWAIT)
    assert [(part.slot, subject.named(part.data)) for part in awaited.arguments] == [
        (0, {"self.value"}),
        (2000, {"self.rest"}),
    ]


def test_the_value_of_a_helper_is_what_its_returns_are_made_from() -> None:
    subject = rewrite(
        """
        class Box:
            def room(self):
                if self.closed:
                    return 0
                return self.limit - len(self.items)
        """
    )
    row = subject.function("Box.room")
    assert subject.named(row.data) == {"self.limit", "self.items", "len(self.items)"}
    assert subject.named(row.control) == {"self.closed"}


def test_parameters_are_sources_and_the_bound_object_is_none_by_itself() -> None:
    subject = method(
        """
self.out = amount + self.rate
self.rest = args
self.named = options
""",
        "amount, *args, **options",
    )
    assert data_of(subject, "self.out") == {"$1", "self.rate"}
    assert data_of(subject, "self.rest") == {"$2"}
    assert data_of(subject, "self.named") == {"$3"}
    assert subject.function("Box.go").parameters == ("self", "amount", "*args", "**options")


def test_all_reads_in_an_expression_are_sources_the_keys_too() -> None:
    subject = method("self.out = self.a.b[self.key]")
    assert data_of(subject, "self.out") == {"self.a", "self.a.b", "self.key", "self.a.b[self.key]"}


def test_and_guards_what_stands_behind_it() -> None:
    subject = method("self.ready and self.start(1)")
    assert guards_of(subject, "self.start(1)", CALL) == {"self.ready"}


def test_a_conditional_expression_chooses() -> None:
    subject = method("self.out = self.a if self.which else self.b")
    assert data_of(subject, "self.out") == {"self.a", "self.b"}
    assert guards_of(subject, "self.out") == {"self.which"}


def test_membership_length_truth_and_iteration_are_checks() -> None:
    subject = method(
        """
if key in self.items:
    self.a = 1
if len(self.items) > 3:
    self.b = 1
if self.items:
    self.c = 1
if any(item.ok for item in self.rows):
    self.d = 1
""",
        "key",
    )
    assert guards_of(subject, "self.a") == {"key in self.items", "self.items", "$1"}
    assert guards_of(subject, "self.b") == {"len(self.items)", "self.items"}
    assert {
        row.operation for row in subject.sites() if 2 * row.number in subject.site("self.c", WRITE).control
    } == {
        READ,
        TRUTH,
    }
    assert {"item.ok", "self.rows"} <= guards_of(subject, "self.d")
    assert subject.site("key in self.items", CONTAINS).flags & CHECK
    assert subject.site("len(self.items)", LENGTH).flags & CHECK
    assert subject.site("self.rows", ITERATE).flags & CHECK


def test_a_flag_in_a_local_variable_is_the_check_it_was_made_from() -> None:
    subject = method(
        """
missing = self.cache is None
ok = False
if self.open:
    ok = True
await sleep(0)
if missing:
    self.cache = 1
if ok:
    self.other = 2
"""
    )
    assert guards_of(subject, "self.cache") - {"missing"} == {
        "self.cache"
    }  # besides the truth of the variable
    assert guards_of(subject, "self.other") - {"ok"} == {"self.open"}


def test_walrus_binds_what_it_tests() -> None:
    subject = method(
        """
if (value := self.cache.get(1)) is None:
    value = await load()
self.out = value
"""
    )
    assert "self.cache.get(1)" in data_of(subject, "self.out")
    assert subject.site("self.cache.get(1)", READ).flags & CHECK


def test_a_comprehension_is_made_from_elements_and_conditions() -> None:
    subject = method("self.out = [item.x for item in self.rows if item.ok]")
    assert data_of(subject, "self.out") == {"item.x", "self.rows"}
    assert "item.ok" in guards_of(subject, "self.out")


def test_a_comprehensions_variable_hides_one_outside() -> None:
    subject = method(
        """
item = self.mine
self.inner = [item for item in self.rows]
self.out = item
"""
    )
    assert data_of(subject, "self.out") == {"self.mine"}
    assert data_of(subject, "self.inner") == {"self.rows"}


def test_match_checks_its_subject_and_binds_its_parts() -> None:
    subject = method(
        """
match self.state:
    case {"value": value} if self.open:
        self.out = value
    case "closed":
        return
self.after = 1
"""
    )
    assert data_of(subject, "self.out") == {"self.state"}
    assert guards_of(subject, "self.out") == {"self.state", "self.open"}
    assert guards_of(subject, "self.after") == {"self.state", "self.open"}


def test_a_failed_lookup_is_a_check() -> None:
    subject = method(
        """
try:
    return self.cache[key]
except KeyError:
    pass
value = await load(key)
self.cache[key] = value
""",
        "key",
    )
    assert "self.cache[key]" in guards_of(subject, "self.cache[key]")
    assert subject.site("self.cache[key]", READ).flags & CHECK


def test_an_unrelated_handler_is_guarded_by_nothing() -> None:
    subject = method(
        """
try:
    seen = self.cache[key]
except TimeoutError:
    self.failed = 1
""",
        "key",
    )
    assert guards_of(subject, "self.failed") == set()


def test_a_handler_sees_what_the_body_may_have_assigned() -> None:
    subject = method(
        """
seen = self.old
try:
    seen = self.new
    await sleep(0)
    seen = None
except OSError:
    self.out = seen
"""
    )
    assert data_of(subject, "self.out") == {"self.old", "self.new"}


def test_finally_is_guarded_by_what_was_checked_before_the_try_only() -> None:
    subject = method(
        """
if self.busy:
    return
try:
    if self.stop:
        return
    self.inside = 1
finally:
    self.last = 2
self.after = 3
"""
    )
    assert guards_of(subject, "self.last") == {"self.busy"}
    assert guards_of(subject, "self.after") == {"self.busy", "self.stop"}


def test_a_with_target_is_made_from_its_context() -> None:
    subject = method(
        """
async with self.pool.connect() as connection:
    self.out = connection
"""
    )
    assert {"self.pool", "self.pool.connect()"} <= data_of(subject, "self.out")
    assert subject.site("self.pool.connect()", AWAIT).flags & SUSPENDS


def test_a_mutating_call_writes_its_arguments_under_its_guards() -> None:
    subject = method(
        """
name = self.next_name
if name not in self.seen:
    await sleep(0)
    self.seen.add(name)
"""
    )
    site = subject.site("self.seen.add(name)", UPDATE)
    assert subject.named(site.data) == {"self.next_name"}
    assert "name not in self.seen" in subject.named(site.control)


def test_what_a_local_container_is_given_it_holds() -> None:
    subject = method(
        """
batch = []
table = {}
for item in self.rows:
    batch.append(item)
    table["k"] = self.key
self.out = batch
self.table = table
"""
    )
    assert "self.rows" in data_of(subject, "self.out")
    assert data_of(subject, "self.table") == {"self.key"}


def test_uses_are_told_from_mere_reads() -> None:
    subject = method(
        """
conn = self.conn
await sleep(0)
conn.send(self.payload)
for item in self.items:
    pass
self.copy = self.plain
"""
    )
    assert subject.site("self.conn", READ).flags & USE
    assert subject.site("self.payload", READ).flags & USE
    assert subject.site("self.items", READ).flags & USE
    assert not subject.site("self.plain", READ).flags & USE


def test_a_helper_that_raises_or_waits_on_a_condition_guards_what_follows_its_call() -> None:
    subject = rewrite(
        """
        class Box:
            def ensure_open(self):
                if self.closed:
                    raise ValueError
            async def wait_for_room(self):
                while self.full:
                    await sleep(0)
            def log(self):
                print(self.name)
            async def go(self):
                self.ensure_open()
                await self.wait_for_room()
                self.log()
                self.out = 1
        """
    )
    assert guards_of(subject, "self.out") == {"self.ensure_open()", "await self.wait_for_room()"}
    assert subject.named(subject.function("Box.ensure_open").control) == {"self.closed"}
    assert "self.full" in subject.named(subject.function("Box.wait_for_room").control)


def test_globals_and_closure_variables_are_cells() -> None:
    subject = rewrite(
        """
        TOTAL = 0
        def outer():
            count = 0
            def bump():
                global TOTAL
                nonlocal count
                seen = TOTAL
                count = seen
                TOTAL = count
                del TOTAL
            return bump
        """
    )
    rows = {(row.expression, row.operation, row.line): row for row in subject.sites()}
    assert subject.named(rows["count", WRITE, 9].data) == {"TOTAL"}
    assert subject.named(rows["TOTAL", WRITE, 10].data) == {"count"}
    assert ("TOTAL", DELETE, 11) in rows


def test_a_call_hands_over_what_a_nested_function_uses_of_the_variables_around() -> None:
    subject = rewrite(
        """
        def outer(box):
            seen = box.value
            def inner(other, more=box.more):
                def innermost():
                    box.out = seen
                innermost()
            inner(1)
            to_thread(inner, 1, 2)
        """
    )
    assert subject.function("outer.<locals>.inner").parameters == ("other", "more", "box", "seen")
    assert subject.function("outer.<locals>.inner.<locals>.innermost").parameters == ("box", "seen")
    assert data_of(subject, "box.out") == {"$1"}
    passed = [
        {argument.name: subject.named(argument.data) for argument in subject.site(call, CALL).arguments}
        for call in ("inner(1)", "innermost()", "to_thread(inner, 1, 2)")
    ]
    assert passed == [
        {"": set(), "box": {"$0"}, "more": {"box.more", "$0"}, "seen": {"box.value", "$0"}},
        {"box": {"$2"}, "seen": {"$3"}},
        {"": set(), "box": {"$0"}, "seen": {"box.value", "$0"}},
    ]


def test_the_object_of_a_method_is_no_source_in_functions_inside_it() -> None:
    subject = method("def inner(): self.out = self.value\ninner()")
    assert subject.function("Box.go.<locals>.inner").parameters == ()
    assert data_of(subject, "self.out") == {"self.value"}


def test_a_lambda_is_a_part_of_the_function_around_it() -> None:
    subject = method("read = lambda x, y=self.more: self.value + x + y + k\nself.out = read(1)", "k")
    assert data_of(subject, "self.out") == {"self.value", "self.more", "$1", "read(1)"}
    assert subject.site("self.value", READ).function == subject.site("self.out", WRITE).function


def test_what_a_partial_was_given_is_passed_on() -> None:
    subject = method("store = functools.partial(self.save, self.value)\nstore(2)")
    (positional, given) = subject.site("store(2)", CALL).arguments
    assert (positional.slot, given.slot) == (0, 2000)
    assert subject.named(given.data) == {"self.value"}


def test_yielded_values_are_returned() -> None:
    subject = rewrite(
        """
        class Box:
            def rows(self):
                for row in self.table:
                    if self.open:
                        yield row.name
        """
    )
    row = subject.function("Box.rows")
    assert {"row.name", "self.table"} <= subject.named(row.data)
    assert "self.open" in subject.named(row.control)


def test_an_assert_states_and_decides_nothing() -> None:
    subject = method(
        """
assert self.open
self.out = 1
"""
    )
    assert guards_of(subject, "self.out") == set()
    assert not subject.site("self.open", READ).flags & CHECK


def test_delete_has_its_guards() -> None:
    subject = method(
        """
if key in self.items:
    del self.items[key]
""",
        "key",
    )
    assert "key in self.items" in guards_of(subject, "self.items[key]", DELETE)


def test_getattr_and_setattr_are_a_read_and_a_write() -> None:
    subject = method('setattr(self, "total", getattr(self, "total", 0) + 1)')
    assert subject.site('getattr(self, "total", 0)', READ).name == "total"
    assert data_of(subject, 'setattr(self, "total", getattr(self, "total", 0) + 1)') == {
        'getattr(self, "total", 0)'
    }


@pytest.mark.parametrize(
    ("loop", "gone_on_with"),
    [
        ("for x in self.items: await sleep(0)", ["self.items"]),
        ("for k, v in self.rows.items():\n    async with self.lock: pass", ["self.rows.items()"]),
        ("for i, x in enumerate(self.items): await sleep(0)", ["self.items"]),
        ("for i, x in enumerate(zip(self.a, self.b)): await sleep(0)", ["self.a", "self.b"]),
        ("for x in self.items:\n    async for y in x: pass", ["self.items"]),
        ("for x in self.items:\n    for y in x: await sleep(0)", ["self.items", "x"]),
        ("return [await x.go() for x in self.items if x]", ["self.items"]),
        ("return [x async for y in self.stream() for x in y]", []),
        ("return {x: y for x in self.items async for y in x}", ["self.items"]),
        ("it = iter(self.items)\nnext(it)\nawait sleep(0)", ["self.items"]),
        ("self.it = iter(self.items)\nawait sleep(0)", []),
        ("it = iter(self.next, None)\nawait sleep(0)", []),
        ("it = iter(self.items)", []),
        ("for x in self.items: self.seen = x\nawait sleep(0)", []),
        ("for x in self.items: pass\nelse: await sleep(0)", []),
        ("async for x in self.items: await sleep(0)", []),
        ("for x in list(self.items): await sleep(0)", []),
        ("for x in sorted(self.items): await sleep(0)", []),
        ("for x in self.items.copy(): await sleep(0)", []),
        ("for x in self.items[:]: await sleep(0)", []),
        ("for i, x in enumerate(tuple(self.items)): await sleep(0)", []),
        ("for x in range(self.count): await sleep(0)", []),
        ("for x in [*self.items]: await sleep(0)", []),
    ],
)
def test_a_loop_that_may_be_suspended_goes_on_with_its_container(loop: str, gone_on_with: list[str]) -> None:
    subject = method(loop)
    going_on = [row for row in subject.sites() if row.flags & GOES_ON]
    assert [row.expression for row in going_on] == gone_on_with
    for row in going_on:
        began = subject.table.site(row.data[0] >> 1)
        assert began is not None and (began.operation, began.expression) == (ITERATE, row.expression)
        assert row.operation == ITERATE and row.flags & USE


def test_a_generator_goes_on_with_its_container_after_each_yield() -> None:
    subject = rewrite("def rows(self):\n    for row in self.table: yield row\n")
    assert [row.expression for row in subject.sites() if row.flags & GOES_ON] == ["self.table"]


def test_what_a_loop_takes_later_comes_from_where_it_went_on() -> None:
    subject = method("for x in self.items:\n    self.seen = x\n    await sleep(0)")
    rows = [subject.table.site(source >> 1) for source in subject.site("self.seen", WRITE).data]
    assert [row.flags & GOES_ON for row in rows if row is not None and row.operation == ITERATE] == [
        0,
        GOES_ON,
    ]


def test_who_calls_what_calls_a_raising_helper_is_let_through_by_its_check() -> None:
    subject = rewrite(
        """
        class Box:
            def ensure(self):
                if self.used: raise KeyError
            def ensure_all(self):
                self.ensure()
            def go(self):
                self.ensure_all()
                self.used = 1
        """
    )
    assert guards_of(subject, "self.used") == {"self.ensure_all()"}
    assert subject.named(subject.function("Box.ensure_all").control) == {"self.ensure()"}


def test_the_body_of_a_loop_is_guarded_by_what_its_generator_checks() -> None:
    subject = rewrite(
        """
        class Box:
            def free(self):
                for name in ("a", "b"):
                    if name not in self.owner: yield name
            def all(self):
                for name in self.owner: yield name
            def go(self):
                for name in self.free(): self.chosen = 1
                for name in self.all(): self.any = 1
        """
    )
    assert "self.free()" in guards_of(subject, "self.chosen")
    assert guards_of(subject, "self.any") == set()


def test_the_body_of_a_loop_is_guarded_by_what_chose_the_elements() -> None:
    subject = method(
        """
free = [row for row in self.rows if row.is_free]
await sleep(0)
for row in free:
    self.chosen = 1
"""
    )
    assert "row.is_free" in guards_of(subject, "self.chosen")


def test_the_else_of_a_try_is_guarded_by_what_did_not_fail() -> None:
    subject = method(
        """
try:
    self.rows["a"]
except KeyError:
    self.failed = 1
else:
    self.there = 1
self.after = 1
"""
    )
    assert 'self.rows["a"]' in guards_of(subject, "self.there")
    assert guards_of(subject, "self.after") == set()
