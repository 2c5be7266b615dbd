"""The tools of the standard library that look at a program while it runs, or at its functions, all at work."""

import asyncio
import copy
import cProfile
import dataclasses
import doctest
import importlib
import inspect
import io
import os
import pdb
import pickle
import pstats
import runpy
import sys
import trace
import traceback
import unittest
import warnings

import accounts
from accounts import Account, Node, Point, numbered, transfer

HERE = os.path.dirname(os.path.abspath(__file__))


def is_ours(file):
    return os.path.basename(file) == "accounts.py"


def profiled():
    seen = []

    def profile(frame, event, argument):
        if is_ours(frame.f_code.co_filename) and not event.startswith("c_"):
            seen.append((event, frame.f_code.co_name, frame.f_lineno))

    sys.setprofile(profile)
    try:
        asyncio.run(transfer(Account(10), Account(2), 3))
    finally:
        sys.setprofile(None)
    return seen


def traced():
    seen = []

    def tracer(frame, event, argument):
        if not is_ours(frame.f_code.co_filename):
            return None
        seen.append((event, frame.f_code.co_name, frame.f_lineno))
        return tracer

    sys.settrace(tracer)
    try:
        asyncio.run(transfer(Account(10), Account(2), 3))
        list(numbered(3))
    finally:
        sys.settrace(None)
    return seen


def monitored():
    """Of the newer interface: which functions start and return, and which lines run."""
    if not hasattr(sys, "monitoring"):
        return []
    seen, events, tool = [], sys.monitoring.events, sys.monitoring.PROFILER_ID
    callbacks = {
        events.PY_START: lambda code, _: is_ours(code.co_filename) and seen.append(("start", code.co_name)),
        events.PY_RETURN: lambda code, _, value: (
            is_ours(code.co_filename) and seen.append(("return", code.co_name, value))
        ),
        events.LINE: lambda code, line: is_ours(code.co_filename) and seen.append(("line", line)),
    }
    sys.monitoring.use_tool_id(tool, "a test")
    for event, callback in callbacks.items():
        sys.monitoring.register_callback(tool, event, callback)
    sys.monitoring.set_events(tool, sum(callbacks))
    try:
        asyncio.run(transfer(Account(10), Account(2), 3))
    finally:
        sys.monitoring.set_events(tool, 0)
        sys.monitoring.free_tool_id(tool)
    return seen


def profiled_in_c():
    profile = cProfile.Profile()
    profile.runcall(asyncio.run, transfer(Account(10), Account(2), 3))
    rows = pstats.Stats(profile).stats.items()
    return sorted((name, calls[:2]) for (file, _, name), calls in rows if is_ours(file))


def counted():
    tracer = trace.Trace(count=1, trace=0)
    tracer.runfunc(asyncio.run, transfer(Account(1), Account(2), 1))
    return sorted((line, n) for (file, line), n in tracer.results().counts.items() if is_ours(file))


class Transfers(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.account = Account(5)

    async def test_passes(self):
        await transfer(self.account, Account(1), 2)
        self.assertEqual(self.account.balance, 3)

    async def test_fails(self):
        self.assertEqual(self.account.balance, 4)

    async def test_raises(self):
        await transfer(self.account, None, 2)

    async def test_parts(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertNotEqual(number, 1)


def unittests():
    out = io.StringIO()
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Transfers)
    unittest.TextTestRunner(stream=out, verbosity=2).run(suite)
    return out.getvalue()


DEBUGGING = """b accounts.py:14
c
args
p amount
p source.balance
n
p sorted(locals())
s
r
unt 18
cl 1
c
"""


def debugged():
    out = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO(DEBUGGING), stdout=out, nosigint=True)
    debugger.use_rawinput = False
    debugger.runcall(asyncio.run, accounts.transfer(Account(10), Account(3), 4))
    return out.getvalue()


def failed():
    try:
        asyncio.run(transfer(Account(10), None, 4))
    except AttributeError as error:
        return traceback.format_exc() + str(
            [frame.name for frame in traceback.extract_tb(error.__traceback__)]
        )


def warned():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        accounts.old()
        return [
            (str(warning.message), os.path.basename(warning.filename), warning.lineno) for warning in caught
        ]


def inspected():
    source, line = inspect.getsourcelines(Account.add)
    return (
        *(
            inspect.getsource(transfer),
            inspect.signature(transfer),
            inspect.getdoc(transfer),
            line,
            len(source),
        ),
        *(inspect.iscoroutinefunction(transfer), inspect.isgeneratorfunction(numbered)),
        *(transfer.__code__.co_firstlineno, transfer.__code__.co_varnames[:3], transfer.__qualname__),
        sorted(vars(accounts)),
    )


def copied():
    point, node = Point(1, 2), copy.deepcopy(Node(Node(None)))
    return (
        *(
            pickle.loads(pickle.dumps(point)),
            node,
            dataclasses.asdict(point),
            dataclasses.replace(point, x=3),
        ),
        *(Point.__match_args__, pickle.loads(pickle.dumps(transfer)) is transfer),
    )


def loaded_again():
    before = accounts.Account
    importlib.reload(accounts)
    moved = asyncio.run(accounts.transfer(accounts.Account(1), accounts.Account(2), 1))
    fresh = runpy.run_path(os.path.join(HERE, "accounts.py"))
    return (
        accounts.Account is before,
        moved,
        sorted(runpy.run_module("accounts")) == sorted(fresh),
        fresh["loaded"],
    )


tools = [profiled, traced, monitored, profiled_in_c, counted, warned, inspected, copied]
if sys.version_info >= (3, 11):  # Before, nothing takes a frame out of a traceback.
    tools += [unittests, failed]
for tool in tools:
    print(tool.__name__, tool())
print("doctest", doctest.testmod(accounts))
print(debugged())
print(loaded_again())
