/*
 * A nearly free ZMTP 3.0 publisher (NULL mechanism, one subscriber), so that the receiver is what is measured.
 *
 *     publisher COUNT RATE PAYLOAD...
 *
 * Binds a free port of loopback, prints it, and waits for a subscriber; connections that close before they greet are
 * passed over. Then sends COUNT frames, RATE a second or, if that is 0, as fast as they are taken, prints
 * {"sent","secs"}, and answers heartbeats until the subscriber closes. The payloads take turns; every run of twelve
 * zeros in them is replaced by the message's number in hexadecimal, so that no two messages are alike.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH_BYTES 262144
#define MAX_NUMBERS 8
#define DIGITS 12

typedef struct {
  char *bytes; /* with the header of its ZMTP frame */
  size_t length;
  size_t numbers[MAX_NUMBERS]; /* where a number stands */
  int count;
} Frame;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static int read_all(int socket, void *to, size_t length) {
  for (char *at = to; length > 0;) {
    ssize_t got = read(socket, at, length);
    if (got <= 0) return 0;
    at += got;
    length -= got;
  }
  return 1;
}

static int write_all(int socket, const void *from, size_t length) {
  for (const char *at = from; length > 0;) {
    ssize_t put = send(socket, at, length, MSG_NOSIGNAL);
    if (put <= 0) return 0;
    at += put;
    length -= put;
  }
  return 1;
}

static Frame load(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) fail(path);
  fseek(file, 0, SEEK_END);
  size_t size = ftell(file);
  rewind(file);
  size_t head = size < 256 ? 2 : 9;
  Frame frame = {.bytes = malloc(head + size + 1), .length = head + size};
  if (head == 2) {
    frame.bytes[0] = 0;
    frame.bytes[1] = (char)size;
  } else {
    frame.bytes[0] = 2;
    for (int i = 0; i < 8; i++) frame.bytes[1 + i] = (char)((uint64_t)size >> (56 - 8 * i));
  }
  if (fread(frame.bytes + head, 1, size, file) != size) fail(path);
  fclose(file);
  frame.bytes[head + size] = 0;
  char *at = frame.bytes + head;
  while (frame.count < MAX_NUMBERS && (at = strstr(at, "000000000000"))) {
    frame.numbers[frame.count++] = at - frame.bytes;
    at += DIGITS;
  }
  return frame;
}

/* Greets a subscriber and waits for its first subscription; 0 where it is none. */
static int greet(int socket) {
  unsigned char greeting[64] = {0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, 'N', 'U', 'L', 'L'}, peer[64], head[2], body[255];
  static const unsigned char ready[] = "\4\31\5READY\13Socket-Type\0\0\0\3PUB";
  return write_all(socket, greeting, sizeof greeting) && read_all(socket, peer, sizeof peer) &&
         write_all(socket, ready, sizeof ready - 1) && read_all(socket, head, 2) && read_all(socket, body, head[1]) &&
         read_all(socket, head, 2) && read_all(socket, body, head[1]);
}

/* Answers what the subscriber sends, a PING by a PONG with its context; until it closes. */
static void attend(int socket) {
  unsigned char head[2], body[255];
  while (read_all(socket, head, 2) && read_all(socket, body, head[1])) {
    if (head[0] != 4 || head[1] < 7 || memcmp(body, "\4PING", 5) != 0) continue;
    unsigned char pong[255] = {4, head[1] - 2, 4, 'P', 'O', 'N', 'G'};
    memcpy(pong + 7, body + 7, head[1] - 7);
    if (!write_all(socket, pong, head[1])) return;
  }
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: publisher COUNT RATE PAYLOAD...\n");
    return 1;
  }
  long count = atol(argv[1]);
  double rate = atof(argv[2]);
  int kinds = argc - 3;
  Frame *frames = malloc(kinds * sizeof *frames);
  for (int i = 0; i < kinds; i++) frames[i] = load(argv[3 + i]);

  /* One batch laid out once; before each write its messages are numbered anew. */
  size_t room = 0;
  long per = 0;
  while (room < BATCH_BYTES || per % kinds != 0) room += frames[per++ % kinds].length;
  char *batch = malloc(room);
  size_t *at = malloc((per + 1) * sizeof *at);
  at[0] = 0;
  for (long i = 0; i < per; i++) {
    memcpy(batch + at[i], frames[i % kinds].bytes, frames[i % kinds].length);
    at[i + 1] = at[i] + frames[i % kinds].length;
  }

  int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1, subscriber;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 8)) fail("bind");
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;; close(subscriber)) {
    subscriber = accept(listener, NULL, NULL);
    if (subscriber < 0) fail("accept");
    setsockopt(subscriber, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (greet(subscriber)) break;
  }
  usleep(200000);

  double began = now();
  long sent = 0;
  while (sent < count) {
    long due = rate > 0 ? (long)((now() - began) * rate) + 1 : count;
    if (due > count) due = count;
    while (sent < due) {
      long first = sent % per, many = due - sent < per - first ? due - sent : per - first;
      for (long i = first; i < first + many; i++) {
        const Frame *frame = &frames[i % kinds];
        for (int k = 0; k < frame->count; k++) {
          uint64_t number = sent + i - first;
          char *to = batch + at[i] + frame->numbers[k];
          for (int digit = DIGITS - 1; digit >= 0; digit--, number >>= 4) to[digit] = "0123456789abcdef"[number & 15];
        }
      }
      if (!write_all(subscriber, batch + at[first], at[first + many] - at[first])) return 0;
      sent += many;
    }
    if (rate > 0) usleep(1000);
  }
  printf("{\"sent\":%ld,\"secs\":%.4f}\n", sent, now() - began);
  fflush(stdout);
  attend(subscriber);
  return 0;
}
