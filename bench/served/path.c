// Takes the time of an event's whole way between two processes, for `npm run bench:served`.
//
//   path eventfd
//   path DEVICE DEVICE [epoll|thread]     the devices of domains 0 and 1
//   path echo DEVICE PORT                 the second side alone, for a first one that has the port in domain 0
//
// Two processes send each other one event at a time, and wait for it in a blocking read; the first side in epoll_wait if
// asked for, or in a thread that does so and wakes it. For every line on stdin it makes a round and prints two figures,
// nanoseconds: from before the sender's NOTIFY, or write of an eventfd, to after the read that it ends in the other process;
// and half of a round trip, in which each side also writes its port back.
#include "device.h"
#include "waits.h"
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>

enum { EVENTS = 128 };

// What both processes see.
struct shared {
  uint32_t port;            // the first side's, for the second to connect to
  int64_t sent[EVENTS];     // when the first side sent
  int64_t received[EVENTS]; // when the second's read returned
};

struct side {
  int from;       // is read
  int to;         // is written, of eventfds
  uint32_t port;  // 0 for eventfds
  struct waits *waits;
};

static struct shared *shared;

static void send_event(const struct side *side) {
  static const uint64_t one = 1;
  if (side->port != 0) notify(side->from, side->port);
  else if (write(side->to, &one, sizeof one) != sizeof one) die("write of an eventfd");
}

static void await_event(const struct side *side) {
  uint64_t count;
  if (side->waits != NULL) read_when_ready(side->waits);
  else if (side->port != 0) read_port(side->from);
  else if (read(side->from, &count, sizeof count) != sizeof count) die("read of an eventfd");
}

// Every event of a device disables its port until it is written back.
static void rearm(const struct side *side) {
  if (side->port != 0) write_port(side->from, side->port);
}

// The second side. Its first event says that it is there, since whatever was sent to it before is lost.
static void echo(const struct side *side) {
  send_event(side);
  for (int i = 0;; i = (i + 1) % EVENTS) {
    await_event(side);
    shared->received[i] = now();
    rearm(side);
    send_event(side);
  }
}

static void make_round(const struct side *side) {
  int64_t way = 0;
  int64_t since = now();
  for (int i = 0; i < EVENTS; i++) {
    shared->sent[i] = now();
    send_event(side);
    await_event(side);
    rearm(side);
  }
  double half = (double)(now() - since) / EVENTS / 2;
  for (int i = 0; i < EVENTS; i++) way += shared->received[i] - shared->sent[i];
  printf("%.1f %.1f\n", (double)way / EVENTS, half);
  fflush(stdout);
}

// The second side ends only if something failed, of which it has told.
static void on_lost_child(int signal) {
  (void)signal;
  _exit(1);
}

// The second side over a device.
static void echo_on(const char *device, uint32_t port) {
  struct side side = {.from = open_device(device)};
  side.port = bind_interdomain(side.from, 0, port);
  // The bind has left an event that nobody sent.
  await_event(&side);
  rearm(&side);
  echo(&side);
}

// Opens the first side, and forks the second.
static struct side two_sides(char **devices, pid_t parent) {
  struct side first = {0}, second = {0};
  if (devices == NULL) {
    first.from = second.to = eventfd(0, EFD_CLOEXEC);
    first.to = second.from = eventfd(0, EFD_CLOEXEC);
    if (first.from < 0 || first.to < 0) die("eventfd");
  } else {
    first.from = open_device(devices[0]);
    shared->port = first.port = bind_unbound(first.from, 1);
  }
  signal(SIGCHLD, on_lost_child);
  pid_t child = fork();
  if (child < 0) die("fork");
  if (child > 0) return first;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) exit(1);
  if (devices != NULL) echo_on(devices[1], shared->port);
  else echo(&second);
  exit(0);
}

static int usage(void) {
  fprintf(stderr, "usage: path eventfd | DEVICE DEVICE [epoll|thread] | echo DEVICE PORT\n");
  return 2;
}

int main(int count, char **arguments) {
  char line[16];
  if (count < 2 || count > 4) return usage();
  bool eventfds = count == 2;
  const char *how = count == 4 ? arguments[3] : "";
  if (eventfds && strcmp(arguments[1], "eventfd") != 0) return usage();
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) die("mmap");
  if (strcmp(arguments[1], "echo") == 0 && count == 4) echo_on(arguments[2], atoi(how));
  struct side side = two_sides(eventfds ? NULL : arguments + 1, getpid());
  if (strcmp(how, "epoll") == 0 || strcmp(how, "thread") == 0) side.waits = wait_by(side.from, *how == 't');
  else if (*how != 0) return usage();
  await_event(&side);
  rearm(&side);
  while (fgets(line, sizeof line, stdin) != NULL) make_round(&side);
  return 0;
}
