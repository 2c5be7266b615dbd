"""Numbers outlive `id()`, and nothing outlives its time because it has a number."""

from __future__ import annotations

from collections.abc import Callable

from trace_reader import Trace

TraceOf = Callable[..., Trace]


def test_a_reused_id_is_another_object(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        class Plain: pass
        class Slotted: __slots__ = ('value',)
        def one(cls):
            x = cls()
            x.value = 1
            return id(x)
        def listed():
            x = [1]
            return len(x), id(x)
        def work():
            ids = [one(Plain) for _ in range(20)]
            assert len(set(ids)) < 20
            [one(Slotted) for _ in range(20)]
            [listed() for _ in range(20)]
        work()
        """
    )
    names = trace.objects()
    for name in ("Plain", "Slotted", "list"):
        touched = [
            event.object
            for event in trace.of("read", "write")
            if names[event.object] == name
            and trace.functions[trace.sites[event.site].function].name in ("one", "listed")
        ]
        assert len(touched) == len(set(touched)) == 20
    declared = [event.object for event in trace.of("object")]
    assert len(declared) == len(set(declared))
    plain = {number for number, name in names.items() if name == "Plain"}
    assert {event.object for event in trace.of("drop")} >= plain


def test_a_drop_comes_after_the_last_access_and_before_a_successor(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        import asyncio
        class Plain: pass
        async def one():
            x = Plain()
            x.value = [1]
            await asyncio.sleep(0)
            x.value.append(2)
        async def main():
            for _ in range(50):
                await one()
        asyncio.run(main())
        """
    )
    gone: set[int] = set()
    for event in trace.events:
        if event.name == "drop":
            assert event.object not in gone
            gone.add(event.object)
        elif event.name in ("read", "write", "keep"):
            assert event.object not in gone
    assert len(gone) >= 50


def test_objects_die_when_they_would_have(trace_of: TraceOf) -> None:
    """Also those in cycles through containers, by the next full collection."""
    trace_of(
        """
        import asyncio, gc, weakref
        class Node:
            def __init__(self, parent=None):
                self.children = []
                self.parent = parent
                if parent is not None:
                    parent.children.append(self)
        class Slotted:
            __slots__ = ('box', '__weakref__')
        def at_once():
            x = Node()
            x.value = {'k': x.parent}
            len(x.value)
            return weakref.ref(x)
        def cycle():
            root = Node()
            Node(root), Node(root)
            return weakref.ref(root)
        def slots():
            x = Slotted()
            x.box = [x]
            len(x.box)
            return weakref.ref(x)
        async def main():
            assert at_once()() is None
            refs = [make() for make in (cycle, slots) for _ in range(50)]
            await asyncio.sleep(0)
            gc.collect()
            assert [ref for ref in refs if ref() is not None] == []
        asyncio.run(main())
        """
    )


def test_a_collection_keeps_the_numbers_of_the_living(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        import gc
        class Plain: pass
        def work():
            x = Plain()
            x.items = [x]
            x.items.append(1)
            gc.collect()
            x.items.append(2)
        work()
        """
    )
    lists = [event for event in trace.of("object") if event.object_kind == 6]
    appended = [event.object for event in trace.of("write") if event.key == 0]
    assert len(lists) == 1 and appended == [lists[0].object] * 2


def test_a_container_that_a_step_made_and_left_is_let_go_with_the_step(trace_of: TraceOf) -> None:
    trace = trace_of(
        """
        import asyncio
        class Probe:
            def __del__(self):
                print(end='')
                self.gone = True
        async def work():
            made = [Probe()]
            len(made)
        async def main():
            await asyncio.create_task(work())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        asyncio.run(main())
        """
    )
    names = trace.objects()
    order = [
        event.name
        for event in trace.events
        if (event.name == "loop_close") or (event.name == "drop" and names[event.object] == "list")
    ]
    assert order == ["drop", "loop_close"]


def test_a_type_that_goes_takes_what_was_known_of_it_along(trace_of: TraceOf) -> None:
    trace_of(
        """
        import gc
        def make(turn):
            if turn % 2:
                class Box: value = property(lambda self: 1)
            else:
                class Box: pass
            return Box
        def touch(x, turn):
            if not turn % 2:
                x.value = 1
            return x.value
        def work():
            for turn in range(60):
                assert touch(make(turn)(), turn) == 1
                gc.collect()
        work()
        """
    )


def test_what_dies_late_dies_in_a_thread_of_the_program(trace_of: TraceOf) -> None:
    trace_of(
        """
        import asyncio, threading
        died_in = []
        class Probe:
            def __del__(self):
                died_in.append(threading.get_ident())
        class Box: pass
        async def main():
            box = Box()
            for turn in range(60):
                box.items = [Probe()]
                len(box.items)
                await asyncio.sleep(0.01)
            del box
            for turn in range(1000):
                if len(died_in) == 60:
                    break
                await asyncio.sleep(0.05)
            assert died_in == [threading.get_ident()] * 60, died_in
        asyncio.run(main())
        """
    )


def test_an_exception_goes_when_it_would_have(trace_of: TraceOf) -> None:
    """With it all that the functions had that it went through."""
    trace = trace_of(
        """
        import asyncio, weakref
        class Plain: pass
        class Client:
            failed = None
        client = Client()
        def fail():
            local = Plain()
            gone.append(weakref.ref(local))
            raise OSError(5, 'broken')
        def attempt():
            try:
                fail()
            except OSError as error:
                client.failed = error
                assert client.failed is error and error.errno == 5
                by_error = {error: 1}
                assert by_error[error] == 1
                del by_error
                client.failed = None
        async def main():
            attempt()
            assert gone[0]() is None
        gone = []
        asyncio.run(main())
        """
    )
    failed = [event.value for event in trace.of("read", "write") if trace.strings[event.key >> 2] == "failed"]
    there = 1 | 4 << 3
    assert failed == [there, there, 1]
    assert "OSError" not in trace.objects().values()


def test_nothing_of_ours_refers_to_what_the_program_has(trace_of: TraceOf) -> None:
    trace_of(
        """
        import asyncio, gc, sys
        class Plain: pass
        def made():
            one = Plain()
            listed = [one]
            listed.append(listed[0])
            nested = {'listed': [one]}
            nested['more'] = nested['listed']
            nested['more'].append(2)
            return one
        def look(one, kept):
            kept.append(one)
            kept.append(kept)
            return gc.get_referrers(one), gc.get_referrers(kept)
        async def main():
            one, kept = made(), []
            of_one, of_kept = look(one, kept)
            assert not [it for it in of_one if type(it) in (list, dict) and it is not kept], of_one
            assert kept in of_kept and not [it for it in of_kept if type(it) is dict], of_kept
            kept.clear(), of_one.clear()
            if (3, 11) <= sys.version_info < (3, 14):  # before and after, one finds one's own frame or coroutine
                assert gc.get_referrers(one) == []
        asyncio.run(main())
        """
    )
