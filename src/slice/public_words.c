/* In: a word. Out: whether it is one of Python's own.
 * Must hold: the table is sorted by bytes, and has no word that only one program could have. */
#include "slice/public_words.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
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
    "PriorityQueue", "ProactorEventLoop", "ProcessLookupError", "ProcessPoolExecutor", "Protocol", "Queue",
    "QueueEmpty", "QueueFull", "RLock", "ReadTransport", "RecursionError", "ReferenceError",
    "ResourceWarning", "Runner", "RuntimeError", "RuntimeWarning", "SafeChildWatcher", "SelectorEventLoop",
    "Semaphore", "SendfileNotAvailableError", "Server", "SimpleQueue", "StopAsyncIteration",
    "StopIteration", "StreamReader", "StreamReaderProtocol", "StreamWriter", "SubprocessProtocol",
    "SubprocessTransport", "SyntaxError", "SyntaxWarning", "SystemError", "SystemExit", "TabError", "Task",
    "Thread", "ThreadPoolExecutor", "ThreadedChildWatcher", "Timeout", "TimeoutError", "Timer",
    "TimerHandle", "Transport", "True", "TypeError", "UnboundLocalError", "UnicodeDecodeError",
    "UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError", "UnicodeWarning", "UserWarning",
    "ValueError", "Warning", "WriteTransport", "ZeroDivisionError", "_UnixSelectorEventLoop",
    "_WindowsSelectorEventLoop", "__add__", "__aenter__", "__aexit__", "__aiter__", "__anext__",
    "__await__", "__bool__", "__call__", "__class__", "__contains__", "__del__", "__delattr__",
    "__delitem__", "__dict__", "__doc__", "__enter__", "__eq__", "__exit__", "__ge__", "__get__",
    "__getattr__", "__getattribute__", "__getitem__", "__gt__", "__hash__", "__iadd__", "__import__",
    "__init__", "__isub__", "__iter__", "__le__", "__len__", "__lt__", "__main__", "__name__", "__ne__",
    "__new__", "__next__", "__post_init__", "__repr__", "__set__", "__setattr__", "__setitem__",
    "__slots__", "__str__", "__sub__", "abc", "abort", "abs", "absent", "acquire", "add",
    "add_done_callback", "add_reader", "add_signal_handler", "add_writer", "aiter", "all", "all_tasks",
    "and", "anext", "any", "append", "appendleft", "as", "as_completed", "as_integer_ratio", "ascii",
    "assert", "async", "asynccontextmanager", "asyncio", "await", "bin", "bit_count", "bit_length", "bool",
    "break", "breakpoint", "broken", "bytearray", "bytes", "call_at", "call_exception_handler",
    "call_later", "call_soon", "call_soon_threadsafe", "callable", "cancel", "cancelled", "cancelling",
    "capitalize", "case", "casefold", "center", "chr", "class", "classmethod", "clear", "close", "closing",
    "cls", "collections", "compile", "complex", "concurrent", "conjugate", "connect_accepted_socket",
    "connect_read_pipe", "connect_write_pipe", "contextlib", "contextmanager", "continue", "copy", "count",
    "create_connection", "create_datagram_endpoint", "create_future", "create_server",
    "create_subprocess_exec", "create_subprocess_shell", "create_task", "create_unix_connection",
    "create_unix_server", "current_task", "current_thread", "daemon", "dataclass", "dataclasses", "decode",
    "def", "default_exception_handler", "default_factory", "defaultdict", "del", "delattr", "denominator",
    "deque", "dict", "dictcomp", "difference", "difference_update", "dir", "discard", "divmod", "done",
    "elif", "else", "empty", "encode", "endswith", "ensure_future", "enumerate", "eval", "except",
    "exception", "exec", "expandtabs", "expired", "extend", "extendleft", "filter", "finally", "find",
    "float", "for", "format", "format_map", "from", "from_bytes", "fromhex", "fromkeys", "frozenset",
    "full", "functools", "futures", "gather", "genexpr", "get", "get_child_watcher", "get_coro",
    "get_debug", "get_event_loop", "get_event_loop_policy", "get_exception_handler", "get_loop", "get_name",
    "get_nowait", "get_running_loop", "get_stack", "get_task_factory", "getaddrinfo", "getattr",
    "getnameinfo", "global", "globals", "hasattr", "hash", "help", "hex", "id", "if", "imag", "import",
    "in", "index", "input", "insert", "int", "intersection", "intersection_update", "is", "is_alive",
    "is_closed", "is_running", "is_set", "isalnum", "isalpha", "isascii", "iscoroutine",
    "iscoroutinefunction", "isdecimal", "isdigit", "isdisjoint", "isfuture", "isidentifier", "isinstance",
    "islower", "isnumeric", "isprintable", "isspace", "issubclass", "issubset", "issuperset", "istitle",
    "isupper", "items", "iter", "join", "keys", "lambda", "len", "list", "listcomp", "ljust", "local",
    "locals", "locked", "lower", "lru_cache", "lstrip", "maketrans", "map", "match", "max", "maxlen",
    "maxsize", "mcs", "memoryview", "min", "module", "monotonic", "move_to_end", "n_waiting",
    "new_event_loop", "next", "nonlocal", "not", "notify", "notify_all", "nullcontext", "numerator",
    "object", "oct", "open", "open_connection", "open_unix_connection", "or", "ord", "partial", "parties",
    "partition", "pass", "perf_counter", "pop", "popitem", "popleft", "pow", "print", "print_stack",
    "property", "put", "put_nowait", "py", "pyi", "qsize", "queue", "raise", "range", "real", "release",
    "remove", "remove_done_callback", "remove_reader", "remove_signal_handler", "remove_writer",
    "removeprefix", "removesuffix", "replace", "repr", "reschedule", "reset", "result", "return", "reverse",
    "reversed", "rfind", "rindex", "rjust", "rotate", "round", "rpartition", "rsplit", "rstrip", "run",
    "run_coroutine_threadsafe", "run_forever", "run_in_executor", "run_until_complete", "self", "sendfile",
    "set", "set_child_watcher", "set_debug", "set_default_executor", "set_event_loop",
    "set_event_loop_policy", "set_exception", "set_exception_handler", "set_name", "set_result",
    "set_task_factory", "setattr", "setcomp", "setdefault", "shield", "shutdown", "shutdown_asyncgens",
    "shutdown_default_executor", "sleep", "slice", "sock_accept", "sock_connect", "sock_recv",
    "sock_recv_into", "sock_recvfrom", "sock_recvfrom_into", "sock_sendall", "sock_sendfile", "sock_sendto",
    "sort", "sorted", "split", "splitlines", "start", "start_server", "start_tls", "start_unix_server",
    "startswith", "staticmethod", "stop", "str", "strip", "submit", "subprocess_exec", "subprocess_shell",
    "sum", "super", "suppress", "swapcase", "symmetric_difference", "symmetric_difference_update",
    "task_done", "threading", "time", "timeout", "timeout_at", "title", "to_bytes", "to_thread",
    "translate", "try", "tuple", "type", "uncancel", "union", "update", "upper", "uvloop", "values", "vars",
    "wait", "wait_for", "when", "while", "with", "wrap_future", "wraps", "yield", "zfill", "zip",
};
/* clang-format on */

static int compare(const void *wanted, const void *row)
{
    const struct text *word = wanted;
    const char *known = *(const char *const *)row;
    int order = strncmp(word->bytes, known, word->length);
    return order != 0 ? order : known[word->length] == '\0' ? 0 : -1;
}

bool public_words_has(struct text word)
{
    return word.length > 0 &&
           bsearch(&word, words, sizeof words / sizeof *words, sizeof *words, compare) != NULL;
}
