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
    options: tuple[str, ...] = ()
    """pytest's. A test is left out only where it fails without us, or needs what is not here (a network, a cluster)."""
    tests: tuple[str, ...] = ("tests",)
    server: tuple[str, ...] = ()
    """What must run meanwhile; `{port}` is its port, in the options and the environment too."""
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
        options=("--asyncio-mode=auto",),
    ),
    Package(
        "async-lru",
        "2.4.0",
        "a cache with one flight for all",
        ("async_lru",),
        needs=(*ASYNCIO_9, "pytest-timeout==2.4.0"),
        options=("--asyncio-mode=auto",),
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
        options=("--ignore", "tests/test_benchmarks.py"),
    ),
    Package(
        "aiocache",
        "0.12.3",
        "caches",
        ("aiocache",),
        needs=(*ASYNCIO, "redis<6", "aiomcache", "msgpack", "pytest-mock"),
        tests=("tests/ut",),
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
        options=("--pyargs",),
        tests=("aiosqlite.tests.smoke",),
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
        options=("--ignore", "tests/async/test_admin.py"),
        tests=("tests/async",),
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
        options=("--ignore", "tests/opentelemetry"),
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
        tests=(
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
        options=("-k", "not trio"),
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
        options=("-m", "not network"),
    ),
    Package("tenacity", "9.2.1", "retries", ("tenacity",), needs=(*PYTEST_9, "tornado", "typeguard")),
    Package(
        "anyio",
        "4.12.0",
        "tasks and streams for two libraries",
        ("anyio",),
        # pytest would load the whole package itself, as it does with plugins that it finds installed.
        needs=(
            "pytest==8.4.2",
            "pytest-mock==3.15.1",
            "trustme==1.2.1",
            "truststore==0.10.4",
            "uvloop==0.22.1",
            "blockbuster==1.5.26",
            "trio==0.32.0",
            "psutil==7.1.3",
            "exceptiongroup==1.3.1",
            "hypothesis==6.122.3",
        ),
        options=(
            *("-p", "anyio.pytest_plugin", "-p", "pytest_mock", "-p", "no:trio"),
            *("-k", "not trio and not ipv6 and not dualstack and not (test_connection_refused and multi)"),
            *("-m", "not network"),
        ),
        environment={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    ),
    Package(
        "redis",
        "5.2.1",
        "a client with pools, locks and subscriptions",
        ("redis",),
        needs=(
            *PYTEST,
            "pytest-asyncio==0.23.8",
            "pytest-timeout==2.3.1",
            "mock==5.1.0",
            "cachetools==5.5.0",
            "packaging==24.2",
            "numpy==2.2.1",
            "PyJWT==2.10.1",
            "requests==2.32.3",
        ),
        # What needs modules, TLS, a cluster, sentinels or the usual port, and what the server's version answers otherwise.
        options=(
            *("--asyncio-mode=auto", "--redis-url=redis://localhost:{port}/0", "-m", "not redismod"),
            *("-k", "not tcp_ssl and not test_acl_log and not test_acl_getuser"),
            *("--ignore=tests/test_asyncio/test_cluster.py", "--ignore=tests/test_asyncio/test_graph.py"),
            *(
                f"--deselect=tests/test_asyncio/{test}"
                for test in (
                    "test_connection_pool.py::TestConnectionPool::test_multiple_connections",
                    "test_connection_pool.py::TestConnectionPool::test_max_connections",
                    "test_connection_pool.py::TestConnectionPool::test_reuse_previously_released_connection",
                    "test_cwe_404.py::test_cluster",
                    "test_sentinel.py::test_master_for",
                    "test_sentinel.py::test_slave_for",
                    "test_sentinel.py::test_repr_correctly_represents_connection_object",
                )
            ),
        ),
        tests=("tests/test_asyncio",),
        server=("redis-server", "--port", "{port}", "--save", "", "--enable-debug-command", "yes"),
    ),
)
