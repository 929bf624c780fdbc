/* stopped-client DEVICE: clients that are stopped with SIGSTOP, asleep in a read, asleep in a poll and in the middle of
 * ioctls, with events coming for them. Everybody else must go on meanwhile, and they find their events when they are
 * continued. Prints `others N events`, and `went on` at the end. */
#include "device.h"
#include <poll.h>
#include <stdatomic.h>

#define EVENTS 2000

struct victim {
  _Atomic int port;
  _Atomic long rounds;
  _Atomic int stop;
  _Atomic long interrupted;
};

static struct victim *victims;
static const char *device;

/* Connects to the parent's port. */
static int victim_port(int fd, struct victim *self, int peer) {
  int port = bind_interdomain(fd, DOMID_SELF, (unsigned)peer);
  CHECK(port > 0 && read_port(fd) == port);
  enable_port(fd, (uint32_t)port);
  atomic_store(&self->port, port);
  return port;
}

static void reader(struct victim *self, int peer) {
  int fd = device_open(device, 0);
  int port = victim_port(fd, self, peer), got;
  /* FUSE knows no restart: a stop may end the call with EINTR. */
  while ((got = read_port(fd)) < 0) {
    CHECK(errno == EINTR);
    atomic_fetch_add(&self->interrupted, 1);
  }
  CHECK(got == port);
}

static void poller(struct victim *self, int peer) {
  int fd = device_open(device, 0);
  int port = victim_port(fd, self, peer), ready;
  struct pollfd entry = {.fd = fd, .events = POLLIN};
  while ((ready = poll(&entry, 1, -1)) < 0) CHECK(errno == EINTR);
  CHECK(ready == 1 && entry.revents == POLLIN);
  CHECK(read_port(fd) == port);
}

static void caller(struct victim *self, int peer) {
  int fd = device_open(device, 0);
  int port = victim_port(fd, self, peer);
  while (!atomic_load(&self->stop)) {
    if (notify_port(fd, (unsigned)port) != 0) CHECK(errno == EINTR);
    atomic_fetch_add(&self->rounds, 1);
  }
  CHECK(read_port(fd) == port);
}

static void (*const kinds[3])(struct victim *, int) = {reader, poller, caller};

/* Two others, one asleep in read and one that answers: EVENTS events each way. */
static void others(void) {
  int first = device_open(device, 0), second = device_open(device, 0);
  struct channel channel = connect_files(first, second);
  pid_t pid = child_process();
  if (pid == 0) {
    for (int i = 0; i < EVENTS; i++) {
      CHECK(read_port(second) == channel.second);
      enable_port(second, (uint32_t)channel.second);
      CHECK(notify_port(second, (unsigned)channel.second) == 0);
    }
    _exit(0);
  }
  for (int i = 0; i < EVENTS; i++) {
    CHECK(notify_port(first, (unsigned)channel.first) == 0);
    CHECK(read_port(first) == channel.first);
    enable_port(first, (uint32_t)channel.first);
  }
  ended_well(pid);
  close(first);
  close(second);
  printf("others %d events\n", 2 * EVENTS);
}

static void wait_stopped(pid_t pid) {
  int status;
  CHECK(kill(pid, SIGSTOP) == 0);
  CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
}

static void wait_busy(int kind, pid_t pid) {
  while (atomic_load(&victims[kind].port) == 0) usleep(200);
  if (kind == 0) wait_asleep(pid, pid, READ_CALLS);
  if (kind == 1) wait_asleep(pid, pid, POLL_CALLS);
  while (kind == 2 && atomic_load(&victims[kind].rounds) < 10) usleep(200);
}

int main(int count, char **arguments) {
  CHECK(count == 2);
  deadline(60);
  device = arguments[1];
  victims = shared_memory(3 * sizeof *victims);
  int fd = device_open(device, 0), ports[3];
  pid_t pids[3];
  for (int i = 0; i < 3; i++) {
    ports[i] = bind_unbound_port(fd, DOMID_SELF);
    CHECK(ports[i] > 0);
    pids[i] = child_process();
    if (pids[i] == 0) {
      kinds[i](&victims[i], ports[i]);
      _exit(0);
    }
  }
  for (int i = 0; i < 3; i++) {
    wait_busy(i, pids[i]);
    wait_stopped(pids[i]);
  }
  long rounds = atomic_load(&victims[2].rounds);
  /* Many notifies of what a stopped client has bound: one event waits for it, the rest coalesce. */
  for (int turn = 0; turn < 100; turn++)
    for (int i = 0; i < 3; i++) CHECK(notify_port(fd, (unsigned)ports[i]) == 0);
  others();
  CHECK(atomic_load(&victims[2].rounds) == rounds);
  atomic_store(&victims[2].stop, 1);
  for (int i = 0; i < 3; i++) CHECK(kill(pids[i], SIGCONT) == 0);
  for (int i = 0; i < 3; i++) ended_well(pids[i]);
  printf("interrupted reads %ld\n", atomic_load(&victims[0].interrupted));
  printf("went on\n");
  return 0;
}
