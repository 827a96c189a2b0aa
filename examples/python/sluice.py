"""Sluice with Python's standard library: python3 sluice.py generate|receipt|stream "Hello"

SLUICE_URL says where it is. Copy the functions: each stands for one of the three patterns.
"""
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request

SLUICE = os.environ.get("SLUICE_URL", "http://127.0.0.1:8080")


class Problem(Exception):
    """What Sluice refused, or what failed: RFC 9457, with a stable code."""

    def __init__(self, problem):
        super().__init__(f"{problem.get('code')}: {problem.get('detail', problem.get('title'))}")
        self.problem = problem


def call(path, body=None, attempts=4, timeout=60, **headers):
    """Sends a request. A 503 says with Retry-After when it is worth another one."""
    request = urllib.request.Request(SLUICE + path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        return urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        if error.code == 503 and attempts > 1:
            time.sleep(int(error.headers.get("Retry-After", 1)))
            return call(path, body, attempts - 1, timeout, **headers)
        if error.headers.get_content_type() == "application/problem+json":
            raise Problem(json.load(error)) from None
        raise


def generate(request):
    """Waits for the answer."""
    return json.load(call("/v1/generations", request))


def begin(request):
    """Takes a receipt: the path of the generation."""
    return call("/v1/generations", request, Prefer="respond-async").headers["Location"]


def collect(path, patience=600):
    """Comes back for the answer until it is there."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        generation = json.load(call(path))
        if generation["status"] != "running":
            return generation
        time.sleep(0.5)
    raise TimeoutError(path)


def stream(request):
    """Yields the type and the data of each event. A lost connection is taken up behind the last one."""
    response = call("/v1/generations", request | {"onDisconnect": "finish"}, Accept="text/event-stream")
    path, last, lost = response.headers["Location"], "0", 0
    while True:
        try:
            # Sluice breaks a silence with a comment every 15 s: nothing for a minute is a dead line.
            for event in events(response or call(path + "/events", Last_Event_ID=last)):
                yield event["event"], json.loads(event["data"])
                last, lost = event["id"], 0
                if event["event"] in ("completed", "failed", "cancelled"):
                    return
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, urllib.error.HTTPError):
                raise
        response, lost = None, lost + 1
        if lost > 5:
            raise ConnectionError(f"{path} cannot be followed")
        time.sleep(0.5)


def events(response):
    """The whole events of a stream; what is cut off before its blank line comes again."""
    event = {}
    for line in response:
        line = line.decode().rstrip("\r\n")
        if not line and "data" in event:
            yield event
            event = {}
        elif line and not line.startswith(":"):
            field, _, value = line.partition(": ")
            event[field] = value


def main(mode="stream", text="Hello"):
    request = {"messages": [{"role": "user", "content": text}]}
    if mode == "generate":
        print(generate(request)["output"]["text"])
    elif mode == "receipt":
        receipt = begin(request)
        print("receipt:", receipt)
        print(collect(receipt)["output"]["text"])
    else:
        for kind, data in stream(request):
            if kind == "delta":
                print(data["text"], end="", flush=True)
            elif kind == "failed":
                raise Problem(data)
        print()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (Problem, OSError) as error:
        sys.exit(str(error))
