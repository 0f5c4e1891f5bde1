"""A ZeroMQ subscriber that shares no code with MISP Stream: prints what it receives, one message a line, its parts in
base64 and separated by blanks, "." for an empty one. Usage: subscriber.py ENDPOINT '{"count": 5, "topics": [""],
"username": "", "password": "", "waiting": 1000, "digest": false}'. It ends after "count" messages (0: never). With "digest"
it prints only how many came and one SHA-256 over all parts, each preceded by its length."""

import base64
import hashlib
import json
import sys

import zmq

endpoint, options = sys.argv[1], json.loads(sys.argv[2])
context = zmq.Context()
socket = context.socket(zmq.SUB)
socket.setsockopt(zmq.LINGER, 0)
socket.setsockopt(zmq.RCVHWM, options.get("waiting", 1000))
if options.get("username"):
    socket.plain_username = options["username"].encode()
    socket.plain_password = options["password"].encode()
for topic in options.get("topics", [""]):
    socket.setsockopt(zmq.SUBSCRIBE, topic.encode())
socket.connect(endpoint)
print("connecting", flush=True)

digest = hashlib.sha256()
received = 0
while received < options["count"] or not options["count"]:
    parts = socket.recv_multipart()
    received += 1
    if options.get("digest"):
        for part in parts:
            digest.update(b"%d:" % len(part) + part)
    else:
        print(" ".join(base64.b64encode(part).decode() or "." for part in parts), flush=True)
if options.get("digest"):
    print(received, digest.hexdigest(), flush=True)
socket.close()
context.term()
