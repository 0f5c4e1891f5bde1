"""
What MISP's own client does with each message: split off the topic, json.loads, print.

    receiver.py ENDPOINT COUNT

Prints {"messages", "bytes", "secs"}, timed from the first message to the last.
"""

import json
import sys
import time

import zmq


def main(endpoint, count):
    socket = zmq.Context().socket(zmq.SUB)
    socket.setsockopt(zmq.RCVHWM, 0)
    socket.setsockopt_string(zmq.SUBSCRIBE, "")
    socket.connect(endpoint)
    size = 0
    began = 0.0
    with open("/dev/null", "w") as out:
        for received in range(count):
            message = socket.recv()
            if received == 0:
                began = time.monotonic()
            size += len(message)
            topic, _, payload = message.decode("utf-8").partition(" ")
            print(topic, json.loads(payload), file=out)
    secs = time.monotonic() - began
    print(json.dumps({"messages": count, "bytes": size, "secs": round(secs, 4)}))


main(sys.argv[1], int(sys.argv[2]))
