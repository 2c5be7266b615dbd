"""libstaleread as it is installed: found by pkg-config and CMake, used from C, C++ and another language."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import PROGRAM, ROOT, Program
from trace_writer import Event, TraceWriter

BUILD = PROGRAM.parent
HEADER = ROOT / "include" / "staleread.h"
EXAMPLE = ROOT / "examples" / "embedding" / "findings.c"
TRACES = sorted(
    path for folder in ("racy", "clean", "broken") for path in (ROOT / "traces" / folder).glob("*.srt")
)
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")

pytestmark = pytest.mark.skipif(
    not (BUILD / "CMakeCache.txt").exists(), reason="the program's build is elsewhere"
)


def cached(name: str) -> str:
    """What the build was configured with."""
    found = re.search(rf"^{name}:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE)
    return found[1] if found else ""


def sanitizers() -> list[str]:
    names = cached("STALEREAD_SANITIZE")
    return [f"-fsanitize={names}"] if names else []


def run(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def must(*words: str | Path, **environment: str) -> str:
    done = run(*words, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Installed, and then moved elsewhere."""
    first = tmp_path_factory.mktemp("library") / "first"
    must("cmake", "--install", BUILD, "--prefix", first)
    return first.rename(first.with_name("second"))


def pkg_config(installed: Path, *words: str) -> list[str]:
    folder = next(installed.rglob("staleread.pc")).parent
    return must("pkg-config", *words, "staleread", PKG_CONFIG_PATH=str(folder)).split()


def library_folder(installed: Path) -> Path:
    return next(installed.rglob("libstaleread.so")).parent


def build_example(installed: Path, out: Path, *words: str) -> Path:
    compiler = cached("CMAKE_C_COMPILER")
    must(compiler, "-std=c11", *WARNINGS, *sanitizers(), "-o", out, EXAMPLE, *words)
    return out


def test_the_example_is_built_by_pkg_config(installed: Path, tmp_path: Path) -> None:
    program = build_example(installed, tmp_path / "findings", *pkg_config(installed, "--cflags", "--libs"))
    found = {"LD_LIBRARY_PATH": str(library_folder(installed))}
    racy = run(program, ROOT / "traces" / "racy" / "latent.srt", **found)
    assert racy.returncode == 1, racy.stderr
    assert "lost-update of Account.balance, predicted, 2 times (SR-" in racy.stdout
    assert "first  latent.py:12 by Task-" in racy.stdout
    assert "cure:  Hold one `asyncio.Lock` from line 12 to line 14" in racy.stdout
    clean = run(program, ROOT / "traces" / "clean" / "counter.srt", **found)
    assert (clean.returncode, clean.stderr) == (0, "")
    assert re.fullmatch(r"\S+counter\.srt: \d+ writes, Python 3\.\S+\n", clean.stdout)
    wrong = run(program, "nowhere.srt", ROOT / "traces" / "racy" / "latent.srt", **found)
    assert wrong.returncode == 2
    assert wrong.stderr == "findings: nowhere.srt: cannot open the trace: No such file or directory\n"
    assert "Account.balance" in wrong.stdout


def test_the_static_library_stands_alone(installed: Path, tmp_path: Path) -> None:
    words = [
        word for word in pkg_config(installed, "--static", "--cflags", "--libs") if word != "-lstaleread"
    ]
    program = build_example(
        installed, tmp_path / "findings", str(library_folder(installed) / "libstaleread.a"), *words
    )
    racy = run(program, ROOT / "traces" / "racy" / "latent.srt")
    assert racy.returncode == 1, racy.stderr
    assert "libstaleread" not in must("ldd", program)


def declared() -> set[str]:
    """The functions of the header."""
    without_comments = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.DOTALL)
    return set(re.findall(r"STALEREAD_API\b[^;]*?\b(staleread_\w+)\(", without_comments))


@pytest.mark.parametrize(("library", "options"), [("libstaleread.so", ("-D",)), ("libstaleread.a", ("-g",))])
def test_nothing_else_can_be_seen(installed: Path, library: str, options: tuple[str, ...]) -> None:
    listed = must("nm", *options, "--defined-only", library_folder(installed) / library)
    names = {words[-1] for words in map(str.split, listed.splitlines()) if len(words) == 3}
    assert {name for name in names if not name.startswith(("__", "_ZN"))} == declared()
    assert len(declared()) > 30


# A symbol of a section that can be written to; `.data.rel.ro` cannot, once it is loaded.
VARIABLE = re.compile(
    r"^\w+ [lgu!].{6}\s(\.t?(?:data|bss)(?!\.rel\.ro)\S*)\t\w+(?: \.hidden)? (?!\.|__odr_asan)(\S+)$", re.M
)


def test_there_is_no_state_outside_of_objects(installed: Path, tmp_path: Path) -> None:
    assert not VARIABLE.findall(must("objdump", "-t", library_folder(installed) / "libstaleread.a"))
    (tmp_path / "state.c").write_text("static int counter; int next(void) { return ++counter; }")
    must("cc", *sanitizers(), "-c", "-o", tmp_path / "state.o", tmp_path / "state.c")
    assert VARIABLE.findall(must("objdump", "-t", tmp_path / "state.o")) == [(".bss", "counter")]


def test_the_library_has_a_soname(installed: Path) -> None:
    version = cached("CMAKE_PROJECT_VERSION")
    listed = must("readelf", "-d", library_folder(installed) / "libstaleread.so")
    assert "soname: [libstaleread.so.0]" in listed
    assert pkg_config(installed, "--modversion") == [version]


@pytest.mark.parametrize(
    ("compiler", "options"),
    [("cc", ("-xc", "-std=c11")), ("c++", ("-xc++", "-std=c++11")), ("c++", ("-xc++", "-std=c++20"))],
)
def test_the_header_stands_alone(installed: Path, compiler: str, options: tuple[str, ...]) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"there is no {compiler} here")
    header = installed / "include" / "staleread.h"
    must(compiler, *options, *WARNINGS, "-Wno-pragma-once-outside-header", "-fsyntax-only", header)


# ---- binary compatibility ----

STRUCT = re.compile(r"^struct (staleread_\w+) \{\n(.*?)^\};", re.MULTILINE | re.DOTALL)
ENUM = re.compile(r"^enum (?:staleread_\w+ )?\{(.*?)\};", re.MULTILINE | re.DOTALL)


def layout(folder: Path) -> list[str]:
    """What programs that were compiled rely on: functions, numbers, and where the members of structs are."""
    header = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.DOTALL)
    numbers = [name for body in ENUM.findall(header) for name in re.findall(r"\b(STALEREAD_\w+)", body)]
    members = [
        (struct, re.findall(r"\w+", member)[-1])
        for struct, body in STRUCT.findall(header)
        for member in body.split(";")[:-1]
    ]
    printed = [f'printf("%s = %d\\n", "{name}", (int){name});' for name in numbers]
    printed += [
        f'printf("%s.%s at %zu, %zu bytes\\n", "{struct}", "{member}", offsetof(struct {struct}, {member}), '
        f"sizeof(((struct {struct} *)0)->{member}));"
        for struct, member in members
    ]
    source = "#include <stdio.h>\n#include <staleread.h>\nint main(void) {\n" + "\n".join(printed) + "}\n"
    (folder / "layout.c").write_text(source)
    must(cached("CMAKE_C_COMPILER"), "-I", HEADER.parent, "-o", folder / "layout", folder / "layout.c")
    return must(folder / "layout").splitlines() + sorted(declared())


@pytest.mark.skipif(sys.maxsize < 2**32, reason="the list is of 64 bits")
def test_nothing_that_programs_rely_on_is_taken_away(tmp_path: Path) -> None:
    known = (ROOT / "tests" / "cli" / "golden" / "library.abi").read_text().splitlines()
    now = layout(tmp_path)
    assert not set(known) - set(now), "the soname has to change, or this has to come back"
    assert not set(now) - set(known), "new: add it to tests/cli/golden/library.abi"


CMAKE = """
cmake_minimum_required(VERSION 3.22)
project(embedding LANGUAGES C)
find_package(staleread REQUIRED)
add_executable(findings {example})
target_link_libraries(findings PRIVATE staleread::staleread)
"""


def test_cmake_finds_it(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text(CMAKE.format(example=EXAMPLE))
    flags = " ".join(sanitizers())
    must(
        *("cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={installed}"),
        *(f"-DCMAKE_C_FLAGS={flags}", f"-DCMAKE_C_COMPILER={cached('CMAKE_C_COMPILER')}"),
    )
    must("cmake", "--build", tmp_path / "build")
    racy = run(tmp_path / "build" / "findings", ROOT / "traces" / "racy" / "latent.srt")
    assert racy.returncode == 1, racy.stderr


# ---- docs/library.md ----


def page_code(language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```", (ROOT / "docs" / "library.md").read_text(), re.M | re.S)
    assert found
    return "\n".join(found)


# One trace is watched, several are analyzed.
WATCH = """
#undef main
int main(int argc, char **argv)
{
    if (argc != 2)
        return analyze(argc, argv);
    struct staleread_analysis *analysis = staleread_analysis_new();
    struct staleread_trace *trace = staleread_trace_new();
    staleread_trace_open_file(trace, argv[1]);
    watch(analysis, trace);
    staleread_trace_free(trace);
    staleread_analysis_free(analysis);
}
"""


def test_the_page_is_right_about_c(installed: Path, tmp_path: Path) -> None:
    latent = ROOT / "traces" / "racy" / "latent.srt"
    (tmp_path / "page.c").write_text(f"#include <unistd.h>\n#define main analyze\n{page_code('c')}\n{WATCH}")
    words = (*WARNINGS, "-Wno-return-type", *sanitizers(), *pkg_config(installed, "--cflags", "--libs"))
    must(cached("CMAKE_C_COMPILER"), "-o", tmp_path / "page", tmp_path / "page.c", *words)
    found = {"LD_LIBRARY_PATH": str(library_folder(installed))}
    assert must(tmp_path / "page", latent, **found) == "1 findings so far\n"
    done = run(tmp_path / "page", "nowhere.srt", latent, **found)
    assert done.stdout == "lost-update Account.balance latent.py:12\n"
    assert done.stderr == "nowhere.srt: cannot open the trace: No such file or directory\n"


def test_the_page_is_right_about_python(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(page_code("python"))
    found = must(
        *(sys.executable, tmp_path / "page.py", ROOT / "traces" / "racy" / "latent.srt"), **loading(installed)
    )
    assert re.fullmatch(r"SR-[0-9a-f]{12} lost-update Account\.balance\n", found)


# ---- another language ----


def loading(installed: Path) -> dict[str, str]:
    """The environment of a Python that loads the library: a sanitizer has to be there from the beginning."""
    environment = {"PYTHONMALLOC": "malloc", "LD_LIBRARY_PATH": str(library_folder(installed))}
    if sanitizers():
        compiler = cached("CMAKE_C_COMPILER")
        loaded = [must(compiler, f"-print-file-name=lib{name}.so").strip() for name in ("asan", "ubsan")]
        environment |= {"LD_PRELOAD": ":".join(loaded), "ASAN_OPTIONS": "detect_leaks=0:exitcode=99"}
    return environment


def ask(installed: Path, what: str, *traces: Path) -> Any:
    """What tests/support/library.py says, in a process of its own."""
    script = ROOT / "tests" / "support" / "library.py"
    return json.loads(must(sys.executable, script, "libstaleread.so.0", what, *traces, **loading(installed)))


# What the JSON report tells besides: what `novelty` is here, words for people, and facts that traces tell by themselves.
ONLY_IN_REPORTS = {
    "finding": {"baseline", "doubt"},
    "seen": {"first", "last", "hosts"},
    "trace": {
        *("start", "host", "process", "imported", "switched_off", "events_before", "unfollowed"),
        *("blind_spots", "unwatched", "facts"),
    },
}


def without(row: dict[str, Any] | None, what: str) -> dict[str, Any] | None:
    return row and {name: value for name, value in row.items() if name not in ONLY_IN_REPORTS[what]}


def test_python_finds_what_the_program_reports(installed: Path, staleread: Program) -> None:
    answer = ask(installed, "findings", *TRACES)
    done = staleread("analyze", "--format", "json", *TRACES)
    report = json.loads(done.out)
    assert len(report["traces"]) > 100
    assert len(report["findings"]) > 40
    for finding in report["findings"]:
        finding["seen"] = without(finding["seen"], "seen")
    assert answer["findings"] == [without(finding, "finding") for finding in report["findings"]]
    assert answer["traces"] == [without(trace, "trace") for trace in report["traces"]]
    assert answer["summary"].items() <= report["summary"].items()
    assert [f"staleread: {error}" for error in answer["errors"]] == done.err.splitlines()


def test_events_are_the_same_whatever_they_come_from(installed: Path) -> None:
    traces = [
        path
        for path in TRACES
        if path.stem in ("latent", "counter", "flipped_payload", "no_end", "torn_tail")
    ]
    answers = ask(installed, "events", *traces)
    assert all(answer["same"] for answer in answers)
    assert sum(answer["events"] for answer in answers) > 5000


def test_replayed_one_by_one_events_are_the_lines_of_dump(installed: Path, staleread: Program) -> None:
    trace = ROOT / "traces" / "racy" / "latent.srt"
    (answer,) = ask(installed, "steps", trace)
    lines = [line for line in answer["lines"] if " clock" not in line]
    assert lines == staleread("dump", trace).out.splitlines()
    found = answer["found"]
    assert found == sorted(found) and (found[0], found[-1]) == (0, 1) and 1 in found[:-1]


def test_who_asked_can_stop_it(installed: Path, tmp_path: Path) -> None:
    writer = TraceWriter()
    for _ in range(2):
        writer.events([Event("clock", nanoseconds=number) for number in range(40_000)])
    (tmp_path / "long.srt").write_bytes(writer.bytes())
    (answer,) = ask(installed, "stop", tmp_path / "long.srt")
    assert answer["status"] == 8
    assert answer["error"] == f"{tmp_path}/long.srt: stopped before the end of the trace"
    assert len(answer["told"]) == 1
    assert (answer["recordings"], answer["findings"]) == (0, 0)


def test_pages_and_completions_are_installed(installed: Path) -> None:
    share = next(installed.rglob("staleread.1")).parents[2]
    assert (share / "man/man1/staleread-analyze.1").read_text().startswith('.\\" Written by')
    for file in ("bash-completion/completions/staleread", "zsh/site-functions/_staleread"):
        assert "_staleread() {" in (share / file).read_text()
    assert "complete -c staleread" in (share / "fish/vendor_completions.d/staleread.fish").read_text()
