"""One suite, run plainly and recorded, compared and analyzed.

In: a Suite. Out: what the table and the reader of findings want to know.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, TypedDict

import outcomes
import tool
from servers import serving
from workshop import Suite

HERE = Path(__file__).resolve().parent
RUNS_MAX = 3
SECONDS_MAX = 900


class Result(TypedDict):
    package: str
    version: str
    tests: int
    flaky: list[str]
    """Tests that end now so, now so."""
    differing: dict[str, tuple[str, str]]
    """Tests that only end so when recorded: a defect of the agent."""
    wrong: str
    """Why the recording cannot be judged; empty where it can."""
    accelerated: bool
    """Whether the agent had its accelerator."""
    events: int
    seconds: tuple[float, float]
    """Processor time of all the tests, plain and recorded."""
    own: dict[str, int]
    """Findings in the package's own modules, by kind, status and confidence."""
    others: dict[str, int]
    """Findings with a part of them elsewhere."""


def measure(suite: Suite) -> Result:
    plain, plain_seconds = run(suite, suite.results / "plain", ())
    recorded, recorded_seconds = run(suite, suite.results / "recorded", recorder(suite, "trace.srt"))
    flaky, differing = again(suite, plain, recorded)
    result = Result(
        package=suite.name,
        version="",
        tests=len(plain),
        flaky=flaky,
        differing=differing,
        wrong="" if plain else "no test ran, or they did not come to an end",
        accelerated=is_accelerated(suite),
        events=0,
        seconds=(plain_seconds, recorded_seconds),
        own={},
        others={},
    )
    judge(suite, result, plain)
    return result


def total(results: list[Result]) -> Result:
    """Several suites as one: the modules of one package."""
    whole = Result(
        package="",
        version="",
        tests=sum(each["tests"] for each in results),
        flaky=[test for each in results for test in each["flaky"]],
        differing={},
        wrong="; ".join(f"{each['package']}: {each['wrong']}" for each in results if each["wrong"]),
        accelerated=all(each["accelerated"] for each in results),
        events=sum(each["events"] for each in results),
        seconds=(sum(each["seconds"][0] for each in results), sum(each["seconds"][1] for each in results)),
        own=dict(sum((Counter(each["own"]) for each in results), Counter())),
        others=dict(sum((Counter(each["others"]) for each in results), Counter())),
    )
    for each in results:
        whole["differing"].update(each["differing"])
    return whole


def again(
    suite: Suite, plain: outcomes.Outcomes, recorded: outcomes.Outcomes
) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """Runs what ended differently again, on both sides: flaky tests, and those that recording changed."""
    plains, recordeds = [plain], [recorded]
    doubtful = suspects = outcomes.differing(plains, recordeds)
    while suspects and len(plains) < RUNS_MAX:
        name = f"again-{len(plains)}"
        # What went wrong around tests has a name that nobody can ask for; pytest's own may have blanks.
        tests = tuple(test for test in suspects if "::" in test or " " not in test) or None
        plains.append(run(suite, suite.results / f"plain-{name}", (), tests)[0])
        command = recorder(suite, f"{name}.srt")
        recordeds.append(run(suite, suite.results / f"recorded-{name}", command, tests)[0])
        suspects = outcomes.differing(plains, recordeds)
    return sorted(doubtful.keys() - suspects.keys()), suspects


def recorder(suite: Suite, trace: str) -> tuple[str, ...]:
    """The words before those that run tests. A package's tests are not watched: they race on purpose."""
    watch = [word for pattern in suite.watch for word in ("--watch", pattern)]
    ignore = ("--ignore", f"{suite.folder}/*")
    return ("-m", "staleread", "record", "--quiet", "-o", str(suite.results / trace), *watch, *ignore)


def run(
    suite: Suite, stem: Path, before: tuple[str, ...], tests: tuple[str, ...] | None = None
) -> tuple[outcomes.Outcomes, float]:
    """One run of the tests: how each ended, and the seconds of processor time it all took."""
    ended, printed = stem.with_suffix(".json"), stem.with_suffix(".txt")
    ended.unlink(missing_ok=True)
    started = processor_seconds()
    with serving(suite.server) as port, printed.open("w") as output, suppress(subprocess.TimeoutExpired):
        selected = suite.tests if tests is None else tests
        words = (word.replace("{port}", str(port)) for word in suite.runner)
        subprocess.run(
            (str(suite.python), *before, *words, *selected),
            cwd=suite.folder,
            env={**environment(suite, port), outcomes.FILE: str(ended)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=SECONDS_MAX,
            check=False,
        )
    seconds = processor_seconds() - started
    known: outcomes.Outcomes = json.loads(ended.read_text()) if ended.exists() else {}
    return known, seconds


def environment(suite: Suite, port: int) -> dict[str, str]:
    path = os.pathsep.join((str(tool.AGENT), str(HERE)))
    own = {name: value.replace("{port}", str(port)) for name, value in suite.environment.items()}
    return {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", **own}


def is_accelerated(suite: Suite) -> bool:
    """One that was built for an older agent is not used."""
    text = "from staleread._acceleration import accelerator; print(accelerator is not None)"
    command = (str(suite.python), "-c", text)
    done = subprocess.run(command, env=environment(suite, 0), capture_output=True, text=True, check=False)
    return done.stdout.strip() == "True"


def processor_seconds() -> float:
    """Of all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def judge(suite: Suite, result: Result, plain: outcomes.Outcomes) -> None:
    """Analyzes the trace, leaves the reports beside it, and adds to `result` what they say."""
    trace = suite.results / "trace.srt"
    if not trace.exists():
        result["wrong"] = "no trace was written"
        return
    for form in ("json", "text"):
        command = ("analyze", "--format", form, "--fail-on", "never", "--confidence", "low", trace)
        done = subprocess.run(
            (tool.ANALYZER, *command), capture_output=True, text=True, timeout=SECONDS_MAX, check=False
        )
        if done.returncode:
            result["wrong"] = done.stderr.strip()
            return
        (suite.results / f"report.{form}").write_text(done.stdout)
    report = json.loads((suite.results / "report.json").read_text())
    recording = report["traces"][0]
    result["events"] = recording["events"]
    result["wrong"] = result["wrong"] or unusable(recording, plain)
    own, others = split(report["findings"])
    result["own"], result["others"] = tally(own), tally(others)


def unusable(recording: dict[str, Any], ended: outcomes.Outcomes) -> str:
    """Why tests that passed while this was recorded say nothing of the agent; empty where they do."""
    off: list[str] = [note for note in recording["notes"] if "switched itself off" in note]
    ran = (recording["unexercised"] or {}).get("functions_run")
    if not recording["complete"]:
        return "the trace is incomplete"
    if off:
        return off[0]
    if not ran and set(ended.values()) != {"skipped"}:
        return "nothing that is watched ran"
    return ""


def split(findings: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Findings whose ends both lie in installed modules, and the rest."""
    own = [finding for finding in findings if all(is_installed(place) for place in ends(finding))]
    return own, [finding for finding in findings if finding not in own]


def ends(finding: dict[str, Any]) -> list[dict[str, Any]]:
    """The places a finding is about; some kinds have one only."""
    return [finding[name] for name in ("first", "last") if finding[name] and finding[name]["file"]]


def is_installed(place: dict[str, Any]) -> bool:
    return "site-packages" in Path(place["file"]).parts


def tally(findings: list[dict[str, Any]]) -> dict[str, int]:
    return dict(Counter(f"{each['kind']} {each['status']} {each['confidence']}" for each in findings))
