"""Which packages' test-suites are run: one row for each, pinned.

A row's tests come from the package's source distribution; what is tested is what pip installs, in an environment
of its own. Versions of what the tests need are pinned too, so that outcomes stay what they were.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PYTEST = ("pytest==8.3.4",)
PYTEST_9 = ("pytest==9.1.1",)
ASYNCIO = (*PYTEST, "pytest-asyncio==0.25.0")
ASYNCIO_9 = (*PYTEST_9, "pytest-asyncio==1.4.0")


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    what: str
    """What kind of program it is, for the table."""
    watch: tuple[str, ...]
    """Patterns of modules, as `--watch` takes them."""
    needs: tuple[str, ...] = ASYNCIO
    """What pip installs besides the package."""
    keep: tuple[str, ...] = ("tests", "pyproject.toml", "setup.cfg", "pytest.ini", "tox.ini")
    """What of the source distribution the tests need: never the package itself, which is installed."""
    arguments: tuple[str, ...] = ("tests",)
    """pytest's. A test is left out only where it fails without us, or needs what is not here (a network, a server)."""
    environment: dict[str, str] = field(default_factory=dict)
    extras: str = ""

    def requirement(self) -> str:
        extras = f"[{self.extras}]" if self.extras else ""
        return f"{self.name}{extras}=={self.version}"


PACKAGES = (
    Package(
        "aiojobs",
        "1.4.0",
        "a scheduler of jobs",
        ("aiojobs",),
        needs=(*ASYNCIO, "pytest-aiohttp==1.1.0", "aiohttp==3.11.11"),
        arguments=("--asyncio-mode=auto", "tests"),
    ),
    Package(
        "async-lru",
        "2.4.0",
        "a cache with one flight for all",
        ("async_lru",),
        needs=(*ASYNCIO_9, "pytest-timeout==2.4.0"),
        arguments=("--asyncio-mode=auto", "tests"),
    ),
    Package(
        "aiolimiter",
        "1.3.0",
        "a leaky bucket",
        ("aiolimiter",),
        needs=(*ASYNCIO_9, "toolz==1.1.0", "dunamai"),
    ),
    Package(
        "janus",
        "2.0.0",
        "queues between threads and loops",
        ("janus",),
        arguments=("--ignore", "tests/test_benchmarks.py", "tests"),
    ),
    Package(
        "aiocache",
        "0.12.3",
        "caches",
        ("aiocache",),
        needs=(*ASYNCIO, "redis<6", "aiomcache", "msgpack", "pytest-mock"),
        arguments=("tests/ut",),
    ),
    Package("cachetools-async", "0.0.5", "decorators that cache", ("cachetools_async",)),
    Package("aiotools", "2.2.4", "timers, task groups, servers", ("aiotools",), needs=ASYNCIO_9),
    Package(
        "aiosqlite",
        "0.22.1",
        "a thread behind a connection",
        ("aiosqlite.co*", "aiosqlite.cursor"),
        needs=PYTEST,
        keep=("README.rst",),
        arguments=("--pyargs", "aiosqlite.tests.smoke"),
    ),
    Package("aiostream", "0.8.1", "streams", ("aiostream",), needs=ASYNCIO_9),
    Package(
        "httpcore",
        "1.0.9",
        "connection pools",
        ("httpcore",),
        extras="asyncio,http2,socks,trio",
        needs=(*PYTEST, "pytest-httpbin==2.0.0", "pytest-trio==0.8.0", "werkzeug<2.1"),
    ),
    Package(
        "python-engineio",
        "4.15.1",
        "a server of sockets",
        ("engineio",),
        needs=(*ASYNCIO_9, "aiohttp==3.11.11", "requests", "websocket-client", "tornado"),
    ),
    Package(
        "python-socketio",
        "5.18.1",
        "rooms and clients",
        ("socketio", "engineio"),
        extras="asyncio_client",
        needs=(*ASYNCIO_9, "msgpack", "redis", "requests", "uvicorn", "valkey", "kombu"),
        arguments=("--ignore", "tests/async/test_admin.py", "tests/async"),
    ),
    Package(
        "hypercorn",
        "0.18.0",
        "an ASGI server",
        ("hypercorn",),
        needs=(*ASYNCIO_9, "httpx", "hypothesis", "mock", "pytest-trio", "trio"),
    ),
    Package(
        "taskiq",
        "0.13.0",
        "brokers and workers",
        ("taskiq",),
        extras="cbor,metrics,msgpack,orjson,reload,zmq",
        needs=(*PYTEST_9, "freezegun", "polyfactory", "anyio"),
        arguments=("--ignore", "tests/opentelemetry", "tests"),
    ),
    Package(
        "aiohttp",
        "3.11.11",
        "an HTTP server and client",
        ("aiohttp",),
        needs=(
            *PYTEST,
            "pytest-mock",
            "freezegun",
            "re-assert",
            "trustme",
            "proxy.py",
            "gunicorn",
            "pytest_codspeed",
            "isal",
            "Brotli",
            "python-on-whales",
            "pytest-cov",
            "async-generator",
            "pytest-xdist",
        ),
        arguments=(
            "tests/test_client_functional.py",
            "tests/test_client_session.py",
            "tests/test_client_ws_functional.py",
            "tests/test_connector.py",
            "tests/test_flowcontrol_streams.py",
            "tests/test_resolver.py",
            "tests/test_streams.py",
            "tests/test_web_app.py",
            "tests/test_web_functional.py",
            "tests/test_web_runner.py",
            "tests/test_web_server.py",
            "tests/test_web_websocket_functional.py",
        ),
        environment={"AIOHTTP_NO_EXTENSIONS": "1"},
    ),
    Package(
        "uvicorn",
        "0.54.0",
        "an ASGI server",
        ("uvicorn",),
        needs=(
            *PYTEST_9,
            "pytest-mock",
            "pytest-codspeed",
            "trustme",
            "cryptography",
            "httpx2",
            "httpx",
            "websockets",
            "httptools",
            "python-dotenv",
            "PyYAML",
            "watchfiles",
            "a2wsgi",
            "wsproto",
        ),
    ),
    Package(
        "starlette",
        "1.10.0",
        "an ASGI framework",
        ("starlette",),
        extras="full",
        # The order that trio keeps is none that the agent knows.
        arguments=("-k", "not trio", "tests"),
        needs=(*PYTEST_9, "trio", "httpx2", "blockbuster", "opentelemetry-sdk"),
    ),
    Package(
        "mode-streaming",
        "0.7.1",
        "services",
        ("mode",),
        needs=(
            *PYTEST,
            "pytest-asyncio==0.21.2",
            "freezegun",
            "hypothesis",
            "pytest-random-order",
            "yarl",
            "pytz",
            "mock",
        ),
    ),
    Package(
        "aiomqtt",
        "2.5.1",
        "an MQTT client",
        ("aiomqtt",),
        needs=(*PYTEST, "anyio<4"),
        arguments=("-m", "not network", "tests"),
    ),
    Package("tenacity", "9.2.1", "retries", ("tenacity",), needs=(*PYTEST_9, "tornado", "typeguard")),
)
