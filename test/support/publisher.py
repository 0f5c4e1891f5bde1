"""A ZeroMQ publisher and subscriber that share no code with MISP Stream. Commands come as JSON lines on stdin, each is
answered by one JSON line on stdout: {"id", ...} or {"id", "error"}."""

import base64
import json
import sys
import time

import zmq
from zmq.auth.thread import ThreadAuthenticator

context = zmq.Context()
sockets = {}
authenticators = []


def bind(command):
    """A PUB, plain-text unless "users" maps names to passwords. Without "port" a free one is taken."""
    socket = context.socket(zmq.XPUB)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.SNDHWM, 0)
    # Every subscription is told, also those repeated, so that "subscribed" can wait for them.
    socket.setsockopt(zmq.XPUB_VERBOSE, 1)
    if command.get("users"):
        if not authenticators:
            authenticator = ThreadAuthenticator(context)
            authenticator.start()
            authenticators.append(authenticator)
        authenticators[0].configure_plain(domain="*", passwords=command["users"])
        socket.plain_server = True
    if command.get("curve"):
        public, secret = zmq.curve_keypair()
        socket.curve_server = True
        socket.curve_secretkey = secret
    socket.bind("tcp://127.0.0.1:%s" % command.get("port", "*"))
    sockets["pub"] = socket
    endpoint = socket.getsockopt(zmq.LAST_ENDPOINT).rstrip(b"\0").decode()
    return {"endpoint": endpoint}


def subscribed(command):
    """Waits until the subscription has arrived, so that no message is too early for it."""
    socket = sockets["pub"]
    wanted = b"\x01" + command["topic"].encode()
    while socket.poll(command.get("timeout", 10000)):
        if socket.recv() == wanted:
            return {}
    raise RuntimeError("no subscription to %r came" % command["topic"])


def send(command):
    """Each message is a list of parts in base64."""
    for parts in command["messages"]:
        sockets["pub"].send_multipart([base64.b64decode(part) for part in parts])
    return {"sent": len(command["messages"])}


def count(command):
    """Numbered messages, "rate" a second (0: as fast as it goes), followed by "padding" spaces."""
    socket = sockets["pub"]
    pause = 1 / command["rate"] if command.get("rate") else 0
    padding = b" " * command.get("padding", 0)
    for number in range(command["count"]):
        socket.send(b'%s {"number":%d}%s' % (command["topic"].encode(), number, padding))
        if pause:
            time.sleep(pause)
    return {"sent": command["count"]}


def close(command):
    sockets.pop("pub").close()
    return {}


def subscribe(command):
    socket = context.socket(zmq.SUB)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.RCVHWM, 0)
    socket.setsockopt(zmq.SUBSCRIBE, command.get("topic", "").encode())
    socket.connect(command["endpoint"])
    sockets["sub"] = socket
    return {}


def receive(command):
    socket = sockets["sub"]
    frames = []
    while len(frames) < command["count"]:
        if not socket.poll(command.get("timeout", 10000)):
            raise RuntimeError("only %d messages came" % len(frames))
        frames.append([base64.b64encode(part).decode() for part in socket.recv_multipart()])
    return {"messages": frames}


def version(command):
    return {"version": zmq.zmq_version()}


commands = {each.__name__: each for each in (bind, subscribed, send, count, close, subscribe, receive, version)}

for line in sys.stdin:
    command = json.loads(line)
    try:
        answer = commands[command["command"]](command)
    except Exception as error:
        answer = {"error": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps({"id": command["id"], **answer}), flush=True)

for authenticator in authenticators:
    authenticator.stop()
for socket in sockets.values():
    socket.close()
context.term()
