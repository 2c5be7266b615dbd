"""All hooks of rewritten code, by the names that the rewriter uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from staleread._record.accelerated import accelerated
from staleread._record.activations import activation_hooks
from staleread._record.attributes import attribute_hooks
from staleread._record.calls import call_hooks
from staleread._record.containers import METHODS
from staleread._record.identity import Scope
from staleread._record.items import item_hooks
from staleread._record.recorder import Recorder
from staleread._record.variables import variable_hooks


def make_hooks(recorder: Recorder) -> dict[str, Callable[..., Any]]:
    hooks = {
        **attribute_hooks(recorder),
        **item_hooks(recorder),
        **call_hooks(recorder),
        **variable_hooks(recorder),
        **activation_hooks(recorder),
    }
    return accelerated(recorder, hooks, METHODS)


def _first(value: Any = None, *_: Any) -> Any:
    return value


def _second(_: Any, value: Any, *__: Any) -> Any:
    return value


def _nothing(*_: Any) -> None:
    """What a context manager returns that swallows no exception."""


_PASS_THROUGHS: dict[str, Callable[..., Any]] = {
    "_sr_leave": _nothing,
    "_sr_pause": _second,
    "_sr_resume": _second,
    # What a recording that begins later may be given by a call that is under way then.
    "_sr_scope": Scope,
    "_sr_enter_gen": _nothing,
}


def make_pass_throughs() -> dict[str, Callable[..., Any]]:
    """What replaces the hooks when nothing is recorded any more: they only give back what they are given."""
    from staleread._rewrite.hook_names import HOOKS

    return {name: _PASS_THROUGHS.get(name, _first) for name in HOOKS}
