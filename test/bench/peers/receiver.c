/*
 * The ceiling: libzmq from C, which receives and forgets.
 *
 *     receiver ENDPOINT COUNT
 *
 * Prints {"messages","bytes","secs"}, timed from the first message to the last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zmq.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: receiver ENDPOINT COUNT\n");
    return 1;
  }
  void *context = zmq_ctx_new();
  void *socket = zmq_socket(context, ZMQ_SUB);
  int unlimited = 0;
  zmq_setsockopt(socket, ZMQ_RCVHWM, &unlimited, sizeof unlimited);
  zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0);
  if (zmq_connect(socket, argv[1])) {
    fprintf(stderr, "%s: %s\n", argv[1], zmq_strerror(zmq_errno()));
    return 1;
  }
  long count = atol(argv[2]);
  size_t bytes = 0;
  double began = 0;
  zmq_msg_t message;
  zmq_msg_init(&message);
  for (long received = 0; received < count; received++) {
    if (zmq_msg_recv(&message, socket, 0) < 0) return 1;
    bytes += zmq_msg_size(&message);
    if (received == 0) began = now();
  }
  printf("{\"messages\":%ld,\"bytes\":%zu,\"secs\":%.4f}\n", count, bytes, now() - began);
  return 0;
}
