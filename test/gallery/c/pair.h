/* What every pair of the gallery is made of: a back end and a front end in two domains, over libxenevtchn, with a file
 * that both have mapped as the pages that a front end would grant. A source is one pair: compiled with -DBROKEN it has
 * the bug that its first comment tells of, without it is as it should be, and nothing else differs.
 *
 *   PROGRAM back|front PEER_DOMAIN FILE ROUNDS PATIENCE
 *
 * It ends with 0 when all rounds were right, with 1 and a sentence when one was wrong, and with 3 and a sentence when a
 * round has taken PATIENCE seconds: the program hangs. */
#ifndef PAIR_H
#define PAIR_H

#include "../../c/check.h"
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <xenevtchn.h>

/* The device of this half, and the peer's domain. */
static xenevtchn_handle *device;
static uint32_t peer;
static bool is_front;
static uint32_t rounds;
static unsigned patience;
static char hanging[80];

/* Ends the program with a sentence: something was not as it must be. */
__attribute__((format(printf, 1, 2), noreturn)) static inline void wrong(const char *sentence, ...) {
  va_list arguments;
  va_start(arguments, sentence);
  dprintf(2, "%s: ", is_front ? "front" : "back");
  vdprintf(2, sentence, arguments);
  dprintf(2, "\n");
  va_end(arguments);
  exit(1);
}

static inline void hangs(int number) {
  (void)number;
  if (write(2, hanging, strlen(hanging)) < 0) _exit(4);
  _exit(3);
}

/* A round begins, which is to end in good time. */
static inline void begin_round(uint32_t round) {
  snprintf(hanging, sizeof hanging, "%s: hangs in round %u\n", is_front ? "front" : "back", round);
  alarm(patience);
}

/* Reads the arguments, opens the device and maps so many bytes of the file, zeros at first. */
static inline void *begin(int count, char **arguments, size_t bytes) {
  CHECK(count == 6);
  is_front = strcmp(arguments[1], "front") == 0;
  CHECK(is_front || strcmp(arguments[1], "back") == 0);
  peer = (uint32_t)atoi(arguments[2]);
  rounds = (uint32_t)strtoul(arguments[4], NULL, 10);
  patience = (unsigned)atoi(arguments[5]);
  signal(SIGALRM, hangs);
  begin_round(0);
  int file = open(arguments[3], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  CHECK(file >= 0 && ftruncate(file, (off_t)bytes) == 0);
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  CHECK(memory != MAP_FAILED && close(file) == 0);
  device = xenevtchn_open(NULL, 0);
  CHECK(device != NULL);
  return memory;
}

/* Looks at a word of the shared memory until it has a value, as a driver waits for a node of xenstore. */
static inline void await_value(_Atomic uint32_t *word, uint32_t value) {
  while (atomic_load(word) != value) usleep(100);
}

/* The next event's port. A signal handler may have run: that is not an event. */
static inline evtchn_port_t next_event(void) {
  int port;
  while ((port = xenevtchn_pending(device)) < 0) CHECK(errno == EINTR);
  return (evtchn_port_t)port;
}

static inline void notify(evtchn_port_t port) {
  CHECK(xenevtchn_notify(device, port) == 0);
}

/* Has its events come again. */
static inline void unmask(evtchn_port_t port) {
  CHECK(xenevtchn_unmask(device, port) == 0);
}

/* Takes an event, and has the port's next one come. */
static inline void take_event(void) {
  unmask(next_event());
}

/* Whether there is an event, or comes one in so many milliseconds. */
static inline bool event_within(int milliseconds) {
  struct pollfd fd = {.fd = xenevtchn_fd(device), .events = POLLIN};
  int ready = poll(&fd, 1, milliseconds);
  CHECK(ready >= 0 || errno == EINTR);
  return ready > 0;
}

/* Closes a port, the only one of this device, and takes away what events of it are left. */
static inline void close_port(evtchn_port_t port) {
  CHECK(xenevtchn_unbind(device, port) == 0);
  while (event_within(0)) next_event();
}

/* How two halves find each other, at the start of their shared memory. */
struct meeting {
  _Atomic uint32_t back_port, connected, done;
};

static inline evtchn_port_t bind_unbound(void) {
  int port = xenevtchn_bind_unbound_port(device, peer);
  CHECK(port > 0);
  return (evtchn_port_t)port;
}

static inline evtchn_port_t bind_interdomain(uint32_t remote) {
  int port = xenevtchn_bind_interdomain(device, peer, remote);
  CHECK(port > 0);
  return (evtchn_port_t)port;
}

/* Makes the channel between the halves, without a word yet said; the first event of the front end is taken. */
static inline evtchn_port_t connect_halves(struct meeting *meeting) {
  evtchn_port_t port;
  if (is_front) {
    while (atomic_load(&meeting->back_port) == 0) usleep(100);
    port = bind_interdomain(atomic_load(&meeting->back_port));
    take_event();
    atomic_store(&meeting->connected, 1);
  } else {
    port = bind_unbound();
    atomic_store(&meeting->back_port, port);
    await_value(&meeting->connected, 1);
  }
  return port;
}

/* Ends when both are done, so that neither closes while the other still sends. */
static inline int part(struct meeting *meeting) {
  begin_round(rounds + 1);
  atomic_fetch_add(&meeting->done, 1);
  await_value(&meeting->done, 2);
  CHECK(xenevtchn_close(device) == 0);
  return 0;
}

/* Words on their way from one half to the other. */
#define RING_SIZE 32
struct ring {
  /* How many were put in and taken out. */
  _Atomic uint32_t produced, consumed;
  uint32_t words[RING_SIZE];
};

static inline uint32_t waiting_in(struct ring *ring) {
  return atomic_load(&ring->produced) - atomic_load(&ring->consumed);
}

/* Puts a word in. */
static inline void put(struct ring *ring, uint32_t word) {
  uint32_t index = atomic_load(&ring->produced);
  ring->words[index % RING_SIZE] = word;
  atomic_store(&ring->produced, index + 1);
}

/* Takes the oldest out, whether there is one or not. */
static inline uint32_t take(struct ring *ring) {
  uint32_t index = atomic_load(&ring->consumed);
  uint32_t word = ring->words[index % RING_SIZE];
  atomic_store(&ring->consumed, index + 1);
  return word;
}

/* Puts a word in, with an event, and waits until one is taken out, but no longer than so many milliseconds. */
static inline void send_paced(struct ring *ring, uint32_t word, evtchn_port_t port, int milliseconds) {
  while (waiting_in(ring) == RING_SIZE) usleep(100);
  uint32_t consumed = atomic_load(&ring->consumed);
  put(ring, word);
  notify(port);
  int64_t end = now_ns() + milliseconds * INT64_C(1000000);
  while (atomic_load(&ring->consumed) == consumed && now_ns() < end) usleep(100);
}

/* A pair that asks and answers, one request at a time. */
struct conversation {
  struct meeting meeting;
  struct ring requests, answers;
};

/* What a front end does with the answer to request N, which must be N. */
static inline void take_answer(struct ring *answers, uint32_t request) {
  uint32_t answer = take(answers);
  if (answer != request) wrong("request %u was answered with %u", request, answer);
}

#endif
