/* In: a word. Out: whose it surely is, if it is Python's own.
 * Must hold: the tables are sorted by bytes. A word that a program may well use for something of its own is in the first one only if
 * the language or its built-ins have it. */
#include "slice/public_words.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
/* Keywords, built-ins, classes, names of classes' own methods. */
static const char *const words[] = {
    "ALL_COMPLETED", "AbstractChildWatcher", "AbstractEventLoop", "AbstractEventLoopPolicy",
    "AbstractServer", "ArithmeticError", "AssertionError", "AsyncExitStack", "AttributeError", "Barrier",
    "BaseEventLoop", "BaseException", "BaseExceptionGroup", "BaseProtocol", "BaseTransport",
    "BlockingIOError", "BoundedSemaphore", "BrokenBarrierError", "BrokenPipeError", "BufferError",
    "BufferedProtocol", "BytesWarning", "CancelledError", "ChildProcessError", "Condition",
    "ConnectionAbortedError", "ConnectionError", "ConnectionRefusedError", "ConnectionResetError",
    "DatagramProtocol", "DatagramTransport", "DefaultEventLoopPolicy", "DeprecationWarning", "Dummy",
    "EOFError", "Ellipsis", "Empty", "EncodingWarning", "EnvironmentError", "Event", "Exception",
    "ExceptionGroup", "Executor", "ExitStack", "FIRST_COMPLETED", "FIRST_EXCEPTION", "False",
    "FastChildWatcher", "FileExistsError", "FileNotFoundError", "FloatingPointError", "Full", "Future",
    "FutureWarning", "GeneratorExit", "Handle", "IOError", "ImportError", "ImportWarning",
    "IncompleteReadError", "IndentationError", "IndexError", "InterruptedError", "InvalidStateError",
    "IsADirectoryError", "KeyError", "KeyboardInterrupt", "LifoQueue", "LimitOverrunError", "Lock",
    "LookupError", "Loop", "MainThread", "MemoryError", "ModuleNotFoundError", "MultiLoopChildWatcher",
    "NameError", "None", "NotADirectoryError", "NotImplemented", "NotImplementedError", "OSError",
    "OrderedDict", "OverflowError", "PendingDeprecationWarning", "PermissionError", "PidfdChildWatcher",
    "PriorityQueue", "ProactorEventLoop", "ProcessLookupError", "ProcessPoolExecutor", "Protocol",
    "Queue", "QueueEmpty", "QueueFull", "RLock", "ReadTransport", "RecursionError", "ReferenceError",
    "ResourceWarning", "Runner", "RuntimeError", "RuntimeWarning", "SafeChildWatcher",
    "SelectorEventLoop", "Semaphore", "SendfileNotAvailableError", "Server", "SimpleQueue",
    "StopAsyncIteration", "StopIteration", "StreamReader", "StreamReaderProtocol", "StreamWriter",
    "SubprocessProtocol", "SubprocessTransport", "SyntaxError", "SyntaxWarning", "SystemError",
    "SystemExit", "TabError", "Task", "Thread", "ThreadPoolExecutor", "ThreadedChildWatcher", "Timeout",
    "TimeoutError", "Timer", "TimerHandle", "Transport", "True", "TypeError", "UnboundLocalError",
    "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError",
    "UnicodeWarning", "UserWarning", "ValueError", "Warning", "WriteTransport", "ZeroDivisionError",
    "_UnixSelectorEventLoop", "_WindowsSelectorEventLoop", "__add__", "__aenter__", "__aexit__",
    "__aiter__", "__anext__", "__await__", "__bool__", "__call__", "__class__", "__contains__",
    "__del__", "__delattr__", "__delitem__", "__dict__", "__doc__", "__enter__", "__eq__", "__exit__",
    "__ge__", "__get__", "__getattr__", "__getattribute__", "__getitem__", "__gt__", "__hash__",
    "__iadd__", "__import__", "__init__", "__isub__", "__iter__", "__le__", "__len__", "__lt__",
    "__main__", "__name__", "__ne__", "__new__", "__next__", "__post_init__", "__repr__", "__set__",
    "__setattr__", "__setitem__", "__slots__", "__str__", "__sub__", "abs", "aiter", "all", "and",
    "anext", "any", "as", "ascii", "assert", "async", "asyncio", "await", "bin", "bool", "break",
    "breakpoint", "bytearray", "bytes", "callable", "case", "chr", "class", "classmethod", "cls",
    "compile", "complex", "concurrent", "contextlib", "continue", "dataclasses", "def", "defaultdict",
    "del", "delattr", "deque", "dict", "dictcomp", "dir", "divmod", "elif", "else", "enumerate", "eval",
    "except", "exec", "filter", "finally", "float", "for", "format", "from", "frozenset", "functools",
    "genexpr", "getattr", "global", "globals", "hasattr", "hash", "help", "hex", "id", "if", "import",
    "in", "input", "int", "is", "isinstance", "issubclass", "iter", "lambda", "len", "list", "listcomp",
    "locals", "map", "match", "max", "mcs", "memoryview", "min", "next", "nonlocal", "not", "object",
    "oct", "open", "or", "ord", "pass", "pow", "print", "property", "py", "pyi", "raise", "range",
    "repr", "return", "reversed", "round", "self", "set", "setattr", "setcomp", "slice", "sorted",
    "staticmethod", "str", "sum", "super", "threading", "try", "tuple", "type", "uvloop", "vars",
    "while", "with", "yield", "zip",
};

/* What asyncio, threading, concurrent.futures, contextlib, functools and dataclasses offer. */
static const char *const functions[] = {
    "abc", "all_tasks", "as_completed", "asynccontextmanager", "closing", "contextmanager", "copy",
    "create_subprocess_exec", "create_subprocess_shell", "create_task", "current_task", "current_thread",
    "dataclass", "deque", "ensure_future", "enumerate", "functools", "futures", "gather",
    "get_child_watcher", "get_event_loop", "get_event_loop_policy", "get_running_loop", "iscoroutine",
    "iscoroutinefunction", "isfuture", "local", "lru_cache", "new_event_loop", "nullcontext",
    "open_connection", "open_unix_connection", "partial", "replace", "run", "run_coroutine_threadsafe",
    "set_child_watcher", "set_event_loop", "set_event_loop_policy", "shield", "sleep", "start_server",
    "start_unix_server", "suppress", "timeout", "timeout_at", "to_thread", "wait", "wait_for",
    "wrap_future", "wraps",
};

/* Methods and attributes of built-in types, and of what asyncio and threading make. */
static const char *const methods[] = {
    "abort", "acquire", "add", "add_done_callback", "add_reader", "add_signal_handler", "add_writer",
    "append", "appendleft", "as_integer_ratio", "bit_count", "bit_length", "broken", "call_at",
    "call_exception_handler", "call_later", "call_soon", "call_soon_threadsafe", "cancel", "cancelled",
    "cancelling", "capitalize", "casefold", "center", "clear", "close", "conjugate",
    "connect_accepted_socket", "connect_read_pipe", "connect_write_pipe", "copy", "count",
    "create_connection", "create_datagram_endpoint", "create_future", "create_server", "create_task",
    "create_unix_connection", "create_unix_server", "daemon", "decode", "default_exception_handler",
    "default_factory", "denominator", "difference", "difference_update", "discard", "done", "empty",
    "encode", "endswith", "exception", "expandtabs", "expired", "extend", "extendleft", "find", "format",
    "format_map", "from_bytes", "fromhex", "fromkeys", "full", "get", "get_coro", "get_debug",
    "get_exception_handler", "get_loop", "get_name", "get_nowait", "get_stack", "get_task_factory",
    "getaddrinfo", "getnameinfo", "hex", "imag", "index", "insert", "intersection",
    "intersection_update", "is_alive", "is_closed", "is_running", "is_set", "isalnum", "isalpha",
    "isascii", "isdecimal", "isdigit", "isdisjoint", "isidentifier", "islower", "isnumeric",
    "isprintable", "isspace", "issubset", "issuperset", "istitle", "isupper", "items", "join", "keys",
    "ljust", "locked", "lower", "lstrip", "maketrans", "map", "maxlen", "maxsize", "move_to_end",
    "n_waiting", "notify", "notify_all", "numerator", "parties", "partition", "pop", "popitem",
    "popleft", "print_stack", "put", "put_nowait", "qsize", "real", "release", "remove",
    "remove_done_callback", "remove_reader", "remove_signal_handler", "remove_writer", "removeprefix",
    "removesuffix", "replace", "reschedule", "reset", "result", "reverse", "rfind", "rindex", "rjust",
    "rotate", "rpartition", "rsplit", "rstrip", "run", "run_forever", "run_in_executor",
    "run_until_complete", "sendfile", "set", "set_debug", "set_default_executor", "set_exception",
    "set_exception_handler", "set_name", "set_result", "set_task_factory", "setdefault", "shutdown",
    "shutdown_asyncgens", "shutdown_default_executor", "sock_accept", "sock_connect", "sock_recv",
    "sock_recv_into", "sock_recvfrom", "sock_recvfrom_into", "sock_sendall", "sock_sendfile",
    "sock_sendto", "sort", "split", "splitlines", "start", "start_tls", "startswith", "stop", "strip",
    "submit", "subprocess_exec", "subprocess_shell", "swapcase", "symmetric_difference",
    "symmetric_difference_update", "task_done", "time", "title", "to_bytes", "translate", "uncancel",
    "union", "update", "upper", "values", "wait", "wait_for", "when", "zfill",
};
/* clang-format on */

static int compare(const void *wanted, const void *row)
{
    const struct text *word = wanted;
    const char *known = *(const char *const *)row;
    int order = strncmp(word->bytes, known, word->length);
    return order != 0 ? order : known[word->length] == '\0' ? 0 : -1;
}

static bool has(const char *const *table, size_t count, struct text word)
{
    return word.length > 0 && bsearch(&word, table, count, sizeof *table, compare) != NULL;
}

bool public_words_has(struct text word)
{
    return has(words, sizeof words / sizeof *words, word);
}

bool public_words_has_function(struct text word)
{
    return has(functions, sizeof functions / sizeof *functions, word);
}

bool public_words_has_method(struct text word)
{
    return has(methods, sizeof methods / sizeof *methods, word);
}

bool public_words_has_module(struct text word)
{
    static const char *const modules[] = {"asyncio",   "concurrent", "contextlib", "dataclasses",
                                          "functools", "futures",    "threading",  "uvloop"};
    return has(modules, sizeof modules / sizeof *modules, word);
}

static bool goes_on(struct text text, size_t from)
{
    char byte = from < text.length ? text.bytes[from] : ' ';
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || byte == '_' ||
           (unsigned char)byte >= 0x80;
}

size_t public_words_dotted(struct text text)
{
    static const char *const names[] = {"time.sleep", "time.monotonic", "time.perf_counter", "time.time"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if (text.length >= length && memcmp(text.bytes, names[i], length) == 0 && !goes_on(text, length))
            return length;
    }
    return 0;
}
