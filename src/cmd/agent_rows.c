/* In: pyagent/staleread/_words.py, from which tests/support/agent_rows.py has written this. Out: what the agent's commands
 * take, for help, man pages and shells. Must hold: it says what that table says (tests/cli/test_commands.py). */
#include "cmd/agent_rows.h"

static const char *choice_on_or_off(size_t i)
{
    static const char *const words[] = {"on", "off"};
    return i < sizeof words / sizeof *words ? words[i] : NULL;
}

static const char *choice_repr_or_hash_or_off(size_t i)
{
    static const char *const words[] = {"repr", "hash", "off"};
    return i < sizeof words / sizeof *words ? words[i] : NULL;
}

static const char *choice_exception_or_signal_or_finding(size_t i)
{
    static const char *const words[] = {"exception", "signal", "finding"};
    return i < sizeof words / sizeof *words ? words[i] : NULL;
}

static const struct cmd_option record_options[] = {
    {.letter = 'm', .value = "MODULE", .help = "run a module, as python does"},
    {.letter = 'c', .value = "CODE", .help = "run this code, as python does"},
    {.word = "output",
     .letter = 'o',
     .value = "FILE",
     .help = "where to write the trace (default: staleread-%p.srt); %p is the process id. A forked process "
             "has a trace of its own: FILE with its process id before .srt"},
    {.word = "watch",
     .value = "PATTERN",
     .help = "watch these modules too: a package (aiohttp) or files (lib/*.py); may be repeated"},
    {.word = "ignore", .value = "PATTERN", .help = "do not watch these; may be repeated"},
    {.word = "rules", .value = "FILE", .help = "take `watch`, `ignore` and `primitives` from a rules file"},
    {.word = "values",
     .value = "WHETHER",
     .help = "whether to write down numbers (default: on)",
     .choice = choice_on_or_off},
    {.word = "strings",
     .value = "HOW",
     .help = "how to write down strings: as they are, only whether they are the same, or not at all "
             "(default: hash)",
     .choice = choice_repr_or_hash_or_off},
    {.word = "keys",
     .value = "HOW",
     .help = "the same for the keys of containers (default: repr)",
     .choice = choice_repr_or_hash_or_off},
    {.word = "blocked-after",
     .value = "MS",
     .help = "tell where a step holds its loop for so long (default: 100; 0: never)"},
    {.word = "no-cache", .help = "rewrite every module anew, and keep nothing in __pycache__"},
    {.word = "max-size",
     .value = "SIZE",
     .help = "keep the newest only, in one file of at most so many bytes (512M; K, M and G are powers of "
             "1024; at least 64K)"},
    {.word = "rotate",
     .value = "SIZE",
     .help = "begin a new file whenever one is as large; the older ones are called FILE.1, FILE.2 and so on"},
    {.word = "keep", .value = "N", .help = "how many of the older ones --rotate keeps (default: 4)"},
    {.word = "memory",
     .value = "SIZE",
     .help = "what the agent may take (default: 64M); beyond that new objects and keys are not followed, and "
             "the report says so"},
    {.word = "dump-on",
     .value = "WHAT",
     .help = "write nothing until it happens, and then the newest: an exception that nobody catches, a "
             "signal, or a finding (which is looked for at the end); some of these, with commas between",
     .choice = choice_exception_or_signal_or_finding},
    {.word = "dump-signal", .value = "SIGNAL", .help = "the signal (default: SIGUSR2)"},
    {.word = "start-paused", .help = "record nothing before the control signal or `staleread attach`"},
    {.word = "control-signal",
     .value = "SIGNAL",
     .help = "start and stop recording whenever this signal comes, each time into a new file (with "
             "--start-paused: SIGUSR1)"},
    {.word = "quiet", .help = "no closing line on stderr"},
};

const struct cmd agent_record = {
    .name = "record",
    .operands = "(-m MODULE | -c CODE | SCRIPT) [ARGUMENT...]",
    .summary = "run a program, write a trace (agent: python -m staleread record)",
    .details = "Runs a Python program as ever and writes down what its tasks do to shared state.\n"
               "By default all modules below the current folder are watched, except installed packages.\n"
               "The exit status is the program's.\n"
               "Where the start command cannot be changed, `STALEREAD=FILE` in the environment does the "
               "same, with options in `STALEREAD_OPTIONS`.\n",
    .options = record_options,
    .option_count = sizeof record_options / sizeof *record_options,
    .wraps = true,
};

static const struct cmd_option attach_options[] = {
    {.word = "output",
     .letter = 'o',
     .value = "FILE",
     .help = "where to write the trace (default: as the process was told when it was started, or "
             "staleread-PID.srt in its folder)"},
    {.word = "stop", .help = "end the recording, while the process goes on"},
    {.word = "watch",
     .value = "PATTERN",
     .help = "watch these modules too: a package (aiohttp) or files (lib/*.py); may be repeated"},
    {.word = "ignore", .value = "PATTERN", .help = "do not watch these; may be repeated"},
    {.word = "rules", .value = "FILE", .help = "take `watch`, `ignore` and `primitives` from a rules file"},
    {.word = "values",
     .value = "WHETHER",
     .help = "whether to write down numbers (default: on)",
     .choice = choice_on_or_off},
    {.word = "strings",
     .value = "HOW",
     .help = "how to write down strings: as they are, only whether they are the same, or not at all "
             "(default: hash)",
     .choice = choice_repr_or_hash_or_off},
    {.word = "keys",
     .value = "HOW",
     .help = "the same for the keys of containers (default: repr)",
     .choice = choice_repr_or_hash_or_off},
    {.word = "blocked-after",
     .value = "MS",
     .help = "tell where a step holds its loop for so long (default: 100; 0: never)"},
    {.word = "no-cache", .help = "rewrite every module anew, and keep nothing in __pycache__"},
    {.word = "max-size",
     .value = "SIZE",
     .help = "keep the newest only, in one file of at most so many bytes (512M; K, M and G are powers of "
             "1024; at least 64K)"},
    {.word = "rotate",
     .value = "SIZE",
     .help = "begin a new file whenever one is as large; the older ones are called FILE.1, FILE.2 and so on"},
    {.word = "keep", .value = "N", .help = "how many of the older ones --rotate keeps (default: 4)"},
    {.word = "memory",
     .value = "SIZE",
     .help = "what the agent may take (default: 64M); beyond that new objects and keys are not followed, and "
             "the report says so"},
};

const struct cmd agent_attach = {
    .name = "attach",
    .operands = "PID",
    .summary = "have a running process recorded (agent: python -m staleread attach)",
    .details = "Has a running process start recording: one that was started with `staleread record "
               "--start-paused`, or, from Python 3.14 on, any.\n"
               "Only a process that was started without the agent takes options other than --output and "
               "--stop. Code that is running already in it, a coroutine that waits say, goes on unseen.\n",
    .options = attach_options,
    .option_count = sizeof attach_options / sizeof *attach_options,
    .wraps = false,
};
