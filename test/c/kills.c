/* kills DEVICE KIND COUNT: COUNT clients one after another, each killed with SIGKILL in the middle of what KIND says:
 *   read poll select epoll   asleep in that call, with two channels bound and an event unread
 *   ioctl                    while it loops over binds, notifies and unbinds
 *   stopped                  asleep in read, after a SIGSTOP
 *   threads                  with four threads, each asleep in another call, and a fifth that loops over ioctls
 *   churn                    while it opens and closes the device
 * The next client must get the lowest port again every time: nothing of the one before is left. Prints `killed COUNT`. */
#include "device.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/select.h>

/* What a client tells the one who kills it. */
struct report {
  _Atomic int first_port;
  _Atomic long rounds;
  _Atomic pid_t threads[4];
};

static struct report *report;
static const char *device;
static int idle_file;

static void sleep_in_read(int fd) {
  CHECK(read_port(fd) == 0);
}

static void sleep_in_poll(int fd) {
  struct pollfd entry = {.fd = fd, .events = POLLIN};
  CHECK(poll(&entry, 1, -1) == 0);
}

static void sleep_in_select(int fd) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  CHECK(select(fd + 1, &set, NULL, NULL, NULL) == 0);
}

static void sleep_in_epoll(int fd) {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  CHECK(epoll >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
  CHECK(epoll_wait(epoll, &event, 1, -1) == 0);
}

static void loop_ioctls(int other) {
  int fd = device_open(device, 0);
  for (;;) {
    CHECK(notify_port(other, 1u << 20) == -1);
    struct channel channel = connect_files(fd, fd);
    for (int turn = 0; turn < 5; turn++) CHECK(notify_port(fd, (unsigned)channel.first) == 0);
    CHECK(unbind_port(fd, (unsigned)channel.second) == 0);
    CHECK(unbind_port(fd, (unsigned)channel.first) == 0);
    CHECK(ioctl(fd, IOCTL_EVTCHN_RESET) == 0);
    atomic_fetch_add(&report->rounds, 1);
  }
}

static void loop_opens(int fd) {
  for (;;) {
    int other = device_open(device, 0);
    CHECK(bind_unbound_port(other, DOMID_SELF) > 0);
    CHECK(close(other) == 0);
    CHECK(notify_port(fd, 1u << 20) == -1);
    atomic_fetch_add(&report->rounds, 1);
  }
}

static void (*const sleepers[4])(int) = {sleep_in_read, sleep_in_poll, sleep_in_select, sleep_in_epoll};

static void *sleep_as(void *index) {
  long which = (long)index;
  atomic_store(&report->threads[which], thread_id());
  sleepers[which](idle_file);
  return NULL;
}

static void sleep_in_threads(int fd) {
  for (long i = 0; i < 4; i++) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, sleep_as, (void *)i) == 0);
  }
  loop_ioctls(fd);
}

struct kind {
  const char *name;
  void (*run)(int fd);
  /* The system calls it sleeps in; NULL for one that loops. */
  const long *calls;
};

static const struct kind kinds[] = {
  {"read", sleep_in_read, READ_CALLS},
  {"poll", sleep_in_poll, POLL_CALLS},
  {"select", sleep_in_select, SELECT_CALLS},
  {"epoll", sleep_in_epoll, EPOLL_CALLS},
  {"stopped", sleep_in_read, READ_CALLS},
  {"ioctl", loop_ioctls, NULL},
  {"threads", sleep_in_threads, NULL},
  {"churn", loop_opens, NULL},
};

/* A client: four ports, one of them with an event that nobody reads, then what its kind does. */
static void client(const struct kind *kind) {
  idle_file = device_open(device, 0);
  int unread = device_open(device, 0);
  struct channel channel = connect_files(idle_file, unread);
  CHECK(notify_port(idle_file, (unsigned)channel.first) == 0);
  connect_files(idle_file, idle_file);
  atomic_store(&report->first_port, channel.first);
  kind->run(idle_file);
  _exit(9);
}

static void wait_until_busy(pid_t pid, const struct kind *kind) {
  while (atomic_load(&report->first_port) == 0) {
    int status;
    CHECK(waitpid(pid, &status, WNOHANG) == 0);
    usleep(100);
  }
  if (kind->calls != NULL) {
    wait_asleep(pid, pid, kind->calls);
    return;
  }
  if (kind->run == sleep_in_threads) {
    for (int i = 0; i < 4; i++) {
      pid_t thread;
      while ((thread = atomic_load(&report->threads[i])) == 0) usleep(100);
      wait_asleep(pid, thread, kinds[i].calls);
    }
  }
  while (atomic_load(&report->rounds) < 2) usleep(100);
}

int main(int count, char **arguments) {
  CHECK(count == 4);
  deadline(28);
  device = arguments[1];
  const struct kind *kind = NULL;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i].name, arguments[2]) == 0) kind = &kinds[i];
  CHECK(kind != NULL);
  report = shared_memory(sizeof *report);
  int lowest = 0;
  int rounds = atoi(arguments[3]);
  for (int round = 0; round < rounds; round++) {
    memset(report, 0, sizeof *report);
    pid_t pid = child_process();
    if (pid == 0) client(kind);
    wait_until_busy(pid, kind);
    if (lowest == 0) lowest = report->first_port;
    CHECK(report->first_port == lowest);
    if (strcmp(kind->name, "stopped") == 0) {
      int status;
      CHECK(kill(pid, SIGSTOP) == 0);
      CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
    }
    kill_and_reap(pid);
  }
  printf("killed %d\n", rounds);
  return 0;
}
