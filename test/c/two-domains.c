/* two-domains ROLE PEER_DOMAIN FILE MODE COUNT: one half of a pair of programs in two domains, over libxenevtchn, with
 * FILE as the memory that they share, as a PV driver's ring would be.
 *
 * ROLE is `back` (binds an unbound port) or `front` (connects to it). MODE is
 *   flood:    each half counts COUNT up in shared memory, with a notify after every step, while another thread of it
 *             waits for events and then looks at the peer's count; it must come to see the last one. A lost event
 *             leaves it waiting for ever, until the deadline.
 *   lockstep: COUNT events each way, each one answering the last: every single event counts.
 * Prints `ROLE saw N steps by M events`. */
#include "check.h"
#include <pthread.h>
#include <stdatomic.h>
#include <xenevtchn.h>

struct shared {
  _Atomic uint32_t back_port;
  _Atomic uint32_t connected;
  /* How far each half has counted: the back half's, the front half's. */
  _Atomic uint64_t steps[2];
};

static struct shared *shared;
static xenevtchn_handle *handle;
static evtchn_port_t port;
static int role;
static uint64_t wanted;

static struct shared *map_file(const char *path) {
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  CHECK(fd >= 0);
  CHECK(ftruncate(fd, sizeof(struct shared)) == 0);
  void *memory = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK(memory != MAP_FAILED);
  close(fd);
  return memory;
}

/* Takes one event. */
static void take(void) {
  CHECK(xenevtchn_pending(handle) == (int)port);
  CHECK(xenevtchn_unmask(handle, port) == 0);
}

static uint32_t await(_Atomic uint32_t *word) {
  uint32_t value;
  while ((value = atomic_load(word)) == 0) usleep(500);
  return value;
}

static void join_peer(uint32_t peer) {
  handle = xenevtchn_open(NULL, 0);
  CHECK(handle != NULL);
  if (role == 0) {
    int bound = xenevtchn_bind_unbound_port(handle, peer);
    CHECK(bound > 0);
    port = (evtchn_port_t)bound;
    atomic_store(&shared->back_port, port);
    await(&shared->connected);
    return;
  }
  int bound = xenevtchn_bind_interdomain(handle, peer, await(&shared->back_port));
  CHECK(bound > 0);
  port = (evtchn_port_t)bound;
  /* The event every connection begins with. */
  take();
  atomic_store(&shared->connected, 1);
}

static void *count_up(void *unused) {
  for (uint64_t step = 1; step <= wanted; step++) {
    atomic_store(&shared->steps[role], step);
    CHECK(xenevtchn_notify(handle, port) == 0);
  }
  return unused;
}

static uint64_t flood(void) {
  pthread_t producer;
  uint64_t events = 0;
  CHECK(pthread_create(&producer, NULL, count_up, NULL) == 0);
  for (uint64_t seen = 0; seen < wanted; events++) {
    take();
    uint64_t now = atomic_load(&shared->steps[1 - role]);
    CHECK(now >= seen && now <= wanted);
    seen = now;
  }
  CHECK(pthread_join(producer, NULL) == 0);
  return events;
}

static uint64_t lockstep(void) {
  for (uint64_t step = 1; step <= wanted; step++) {
    if (role == 1) {
      take();
      CHECK(atomic_load(&shared->steps[0]) == step);
    }
    atomic_store(&shared->steps[role], step);
    CHECK(xenevtchn_notify(handle, port) == 0);
    if (role == 0) {
      take();
      CHECK(atomic_load(&shared->steps[1]) == step);
    }
  }
  return wanted;
}

/* Ends when both have seen everything, so that neither closes while the other still notifies. */
static void part(void) {
  atomic_fetch_add(&shared->connected, 1);
  while (atomic_load(&shared->connected) < 3) usleep(500);
  CHECK(xenevtchn_close(handle) == 0);
}

int main(int count, char **arguments) {
  CHECK(count == 6);
  deadline(110);
  role = strcmp(arguments[1], "front") == 0;
  CHECK(role == 1 || strcmp(arguments[1], "back") == 0);
  shared = map_file(arguments[3]);
  wanted = strtoull(arguments[5], NULL, 10);
  join_peer((uint32_t)atoi(arguments[2]));
  int flooding = strcmp(arguments[4], "flood") == 0;
  CHECK(flooding || strcmp(arguments[4], "lockstep") == 0);
  uint64_t events = flooding ? flood() : lockstep();
  CHECK(atomic_load(&shared->steps[1 - role]) == wanted);
  part();
  printf("%s saw %llu steps by %llu events\n", arguments[1], (unsigned long long)wanted, (unsigned long long)events);
  return 0;
}
