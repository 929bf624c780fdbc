/* crowd DEVICE PROCESSES ROUNDS: PROCESSES client processes at once, each with an open file of its own, in pairs that
 * send ROUNDS events each way, every one answering the last. Prints `all PROCESSES` when they are all connected, waits
 * for a line of input, and prints `exchanged EVENTS`. */
#include "device.h"
#include <stdatomic.h>

struct pair {
  _Atomic int first_port;
  _Atomic int connected;
};

static struct pair *pairs;
static _Atomic int *go;

static void await_go(void) {
  while (atomic_load(go) == 0) usleep(1000);
}

static void first(const char *device, struct pair *pair, int rounds) {
  int fd = device_open(device, 0);
  int port = bind_unbound_port(fd, DOMID_SELF);
  CHECK(port > 0);
  atomic_store(&pair->first_port, port);
  await_go();
  for (int round = 0; round < rounds; round++) {
    CHECK(notify_port(fd, (unsigned)port) == 0);
    CHECK(read_port(fd) == port);
    enable_port(fd, (uint32_t)port);
  }
}

static void second(const char *device, struct pair *pair, int rounds) {
  int fd = device_open(device, 0), peer;
  while ((peer = atomic_load(&pair->first_port)) == 0) usleep(1000);
  int port = bind_interdomain(fd, DOMID_SELF, (unsigned)peer);
  CHECK(port > 0 && read_port(fd) == port);
  enable_port(fd, (uint32_t)port);
  atomic_store(&pair->connected, 1);
  await_go();
  for (int round = 0; round < rounds; round++) {
    CHECK(read_port(fd) == port);
    enable_port(fd, (uint32_t)port);
    CHECK(notify_port(fd, (unsigned)port) == 0);
  }
}

int main(int count, char **arguments) {
  CHECK(count == 4);
  deadline(120);
  int processes = atoi(arguments[2]), rounds = atoi(arguments[3]);
  pairs = shared_memory((size_t)processes * sizeof *pairs);
  go = shared_memory(sizeof *go);
  pid_t *pids = calloc((size_t)processes, sizeof *pids);
  CHECK(pids != NULL);
  for (int i = 0; i < processes; i++) {
    pids[i] = child_process();
    if (pids[i] != 0) continue;
    (i % 2 == 0 ? first : second)(arguments[1], &pairs[i / 2], rounds);
    _exit(0);
  }
  for (int i = 0; i < processes / 2; i++)
    while (atomic_load(&pairs[i].connected) == 0) usleep(1000);
  printf("all %d\n", processes);
  fflush(stdout);
  await_word();
  atomic_store(go, 1);
  for (int i = 0; i < processes; i++) ended_well(pids[i]);
  printf("exchanged %d\n", processes * rounds);
  return 0;
}
