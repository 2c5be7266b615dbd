"""Speaks with debugpy as an editor does: stops at lines, looks at variables, takes steps."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Any

Message = dict[str, Any]


class DebugClient:
    def __init__(self, port: int) -> None:
        self._socket = _connected(port)
        self._file = self._socket.makefile("rb")
        self._number = 0
        self._answers: list[Message] = []
        self._events: list[Message] = []

    def send(self, command: str, **arguments: Any) -> int:
        self._number += 1
        message = {"seq": self._number, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(message).encode()
        self._socket.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        return self._number

    def ask(self, command: str, **arguments: Any) -> Message:
        number = self.send(command, **arguments)
        while not self._answers or self._answers[-1]["request_seq"] != number:
            self._read()
        answer = self._answers[-1]
        assert answer["success"], answer
        body: Message = answer.get("body", {})
        return body

    def wait_for(self, *events: str) -> Message:
        while True:
            for event in self._events:
                if event["event"] in events:
                    self._events.remove(event)
                    return event
            self._read()

    def _read(self) -> None:
        length = 0
        while (line := self._file.readline().strip()) or not length:
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message = json.loads(self._file.read(length))
        if message["type"] == "event":
            self._events.append(message)
        elif message["type"] == "response":
            self._answers.append(message)


def _connected(port: int) -> socket.socket:
    for _ in range(300):
        try:
            connected = socket.create_connection(("127.0.0.1", port), timeout=60)
        except OSError:
            time.sleep(0.1)
        else:
            return connected
    raise TimeoutError("debugpy does not listen")


def session(port: int, file: Path, line: int, moves: tuple[str, ...]) -> list[Any]:
    """Stops at a line, moves on, and tells at each stop where that was and what the local variables were."""
    client = DebugClient(port)
    client.ask("initialize", adapterID="test", linesStartAt1=True, columnsStartAt1=True)
    client.send("attach", justMyCode=False)
    client.wait_for("initialized")
    client.ask("setBreakpoints", source={"path": str(file)}, breakpoints=[{"line": line}])
    client.ask("configurationDone")
    seen: list[Any] = []
    for move in (*moves, "continue"):
        stopped = client.wait_for("stopped", "terminated", "exited")
        if stopped["event"] != "stopped":
            return [*seen, "ended"]
        thread = stopped["body"]["threadId"]
        frames = client.ask("stackTrace", threadId=thread)["stackFrames"]
        scope = client.ask("scopes", frameId=frames[0]["id"])["scopes"][0]
        variables = client.ask("variables", variablesReference=scope["variablesReference"])["variables"]
        names = {variable["name"]: variable["value"] for variable in variables}
        value = client.ask(
            "evaluate", expression="'amount' in dir() and amount * 2", frameId=frames[0]["id"], context="repl"
        )
        seen.append((stopped["body"]["reason"], frames[0]["name"], frames[0]["line"], names, value["result"]))
        client.ask(move, threadId=thread)
    client.wait_for("terminated", "exited")
    return [*seen, "ended"]
