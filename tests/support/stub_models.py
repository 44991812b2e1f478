"""Model APIs as real agents speak them, on a loopback port, answering from a script."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Step = str | tuple[str, dict[str, Any]]
"""What the agent's model does next: says something, or uses a tool with an input."""


class StubModel:
    """Plays a script, one step for each request of the agent's main loop; afterwards it says "Done."."""

    def __init__(self, *script: Step) -> None:
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        """Those of the main loop, as they came."""
        self.lock = threading.Lock()
        self.address = ""

    def next(self, request: dict[str, Any]) -> Step:
        """The next step, for requests that offer tools; others (titles, checks) get a word."""
        with self.lock:
            if not request.get("tools"):
                return "ok"
            self.requests.append(request)
            return self.script.pop(0) if self.script else "Done."

    @property
    def heard(self) -> str:
        """Everything the model was told in the last request, as JSON text."""
        return json.dumps(self.requests[-1], ensure_ascii=False) if self.requests else ""


@contextmanager
def serving(model: StubModel) -> Generator[StubModel]:
    """The model on a free port, as Anthropic's API, OpenAI's Responses and Google's."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            request = json.loads(body or b"{}")
            if "count_tokens" in self.path:
                self._send(b'{"input_tokens": 10}', "application/json")
            elif self.path.startswith("/v1/messages"):
                self._send(_anthropic(model.next(request)), "text/event-stream")
            elif "/responses" in self.path:
                self._send(_responses(model.next(request)), "text/event-stream")
            elif "streamGenerateContent" in self.path:
                self._send(b"data: " + _gemini(model.next(request)) + b"\r\n\r\n", "text/event-stream")
            elif "generateContent" in self.path:
                self._send(_gemini("ok"), "application/json")
            else:
                self._send(b"{}", "application/json")

        def do_GET(self) -> None:
            self._send(b'{"data": [], "models": []}', "application/json")

        do_HEAD = do_GET

        def _send(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()


def _events(events: list[dict[str, Any]]) -> bytes:
    return "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events).encode()


_number = iter(range(1, 1_000_000))


def _anthropic(step: Step) -> bytes:
    number = next(_number)
    usage = {"input_tokens": 10, "output_tokens": 5}
    message = {"id": f"msg_{number}", "type": "message", "role": "assistant", "model": "stub", "content": []}
    if isinstance(step, str):
        block: dict[str, Any] = {"type": "text", "text": ""}
        delta: dict[str, Any] = {"type": "text_delta", "text": step}
        reason = "end_turn"
    else:
        block = {"type": "tool_use", "id": f"toolu_{number:024}", "name": step[0], "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(step[1])}
        reason = "tool_use"
    return _events(
        [
            {
                "type": "message_start",
                "message": {**message, "stop_reason": None, "stop_sequence": None, "usage": usage},
            },
            {"type": "content_block_start", "index": 0, "content_block": block},
            {"type": "content_block_delta", "index": 0, "delta": delta},
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": usage},
            {"type": "message_stop"},
        ]
    )


def _gemini(step: Step) -> bytes:
    part = {"text": step} if isinstance(step, str) else {"functionCall": {"name": step[0], "args": step[1]}}
    candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
    return json.dumps({"candidates": [candidate], "usageMetadata": usage, "modelVersion": "stub"}).encode()


def _responses(step: Step) -> bytes:
    number = next(_number)
    response = {"id": f"resp_{number}", "object": "response", "created_at": 0, "model": "stub", "status": "completed"}
    if isinstance(step, str):
        content = [{"type": "output_text", "text": step, "annotations": []}]
        item: dict[str, Any] = {"type": "message", "id": f"m_{number}", "role": "assistant", "content": content}
    else:
        namespace, _, name = step[0].rpartition(".")
        item = {"type": "function_call", "id": f"f_{number}", "call_id": f"call_{number}"}
        item |= {"name": name, "arguments": json.dumps(step[1])}
        if namespace:
            item["namespace"] = namespace
    item["status"] = "completed"
    usage = {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 15,
    }
    return _events(
        [
            {"type": "response.created", "response": {**response, "status": "in_progress", "output": []}},
            {"type": "response.output_item.added", "output_index": 0, "item": item},
            {"type": "response.output_item.done", "output_index": 0, "item": item},
            {"type": "response.completed", "response": {**response, "output": [item], "usage": usage}},
        ]
    )
