import { isWord, named, quoted, type StubFixture } from "./stub";

/** A test for pytest with pyzmq. */
export function pytestStub({ path, messages, firstTopic }: StubFixture): string {
  const first = isWord(firstTopic) ? `b${quoted(firstTopic)}` : "topic_of(messages[0])";
  return `"""Your integration meets ${named(path)}: ${messages} recorded from MISP's ZeroMQ feed, sent to it as they came.

    pip install pytest pyzmq
"""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import zmq

FIXTURE = Path(__file__).parent / ${quoted(path)}
PATIENCE_MS = 10_000


def consume(endpoint, count):
    """Stands for your integration: start it here with its endpoint, and return what it made of the messages."""
    with zmq.Context() as context, context.socket(zmq.SUB) as subscriber:
        subscriber.rcvhwm = 0
        subscriber.rcvtimeo = PATIENCE_MS
        subscriber.subscribe(b"")
        subscriber.connect(endpoint)
        return [subscriber.recv_multipart() for _ in range(count)]


def test_receives_the_fixture(publisher):
    messages = read_messages(FIXTURE)

    with ThreadPoolExecutor() as pool:
        received = pool.submit(consume, publisher.last_endpoint.decode(), len(messages))
        wait_for_subscriber(publisher)
        for parts in messages:
            publisher.send_multipart(parts)
        received = received.result()

    # Replace by what your integration has to do with them.
    assert len(received) == len(messages)
    assert topic_of(received[0]) == ${first}


@pytest.fixture
def publisher():
    """Publishes as MISP does, on a free port of this machine."""
    with zmq.Context() as context, context.socket(zmq.XPUB) as socket:
        socket.linger = 0
        socket.sndhwm = 0  # a slow subscriber loses nothing
        socket.bind("tcp://127.0.0.1:*")
        yield socket


def wait_for_subscriber(publisher):
    """Returns once every topic is asked for: what is sent before is lost."""
    assert publisher.poll(PATIENCE_MS), "Nobody subscribed."
    while publisher.poll(200):
        publisher.recv()


def topic_of(parts):
    return parts[0].split(b" ", 1)[0]


def read_messages(path):
    """The parts of each message, mostly one: topic, space, payload."""
    return [message_of(line) for line in path.read_bytes().split(b"\\n") if line.strip()]


def message_of(line):
    envelope = json.loads(line)
    topic = envelope["topic"].encode() if "topic" in envelope else base64.b64decode(envelope["topicBase64"])
    further = [base64.b64decode(part) for part in envelope.get("parts", [])]
    payload = payload_of(envelope, line)
    return [topic if payload is None else topic + b" " + payload, *further]


def payload_of(envelope, line):
    for name in ("raw", "text"):
        if name in envelope:
            return envelope[name].encode()
    if "base64" in envelope:
        return base64.b64decode(envelope["base64"])
    # Cut from the line: JSON that is parsed and written again is not what MISP sent.
    cut = re.search(rb',\\s*"payload"\\s*:\\s*(.*\\S)\\s*\\}\\s*$', line, re.DOTALL)
    return cut[1] if cut else None
`;
}
