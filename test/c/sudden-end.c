/* sudden-end DEVICE VICTIM: a thread asleep in each call that can wait for events, and one that loops over each other
 * call, when VICTIM ends: a process, which is killed with SIGKILL, or a directory, which is removed. Prints for each
 * thread `NAME RESULT MILLISECONDS` (since then), and `dead`; after a line of input, which says that there is a device
 * again, tries that, and the open files it still has, and prints `anew RESULT`. */
#include "device.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/select.h>

static const char *device;

struct client {
  const char *name;
  void (*run)(struct client *self);
  /* What it sleeps in; NULL for one that loops. */
  const long *calls;
  int fd;
  pthread_t thread;
  _Atomic pid_t tid;
  _Atomic long rounds;
  char result[40];
  int64_t ended;
};

static void result_errno(struct client *self) {
  snprintf(self->result, sizeof self->result, "%s", errno_name(errno));
}

static void sleep_in_read(struct client *self) {
  uint32_t port;
  if (read(self->fd, &port, sizeof port) < 0) result_errno(self);
}

static void sleep_in_poll(struct client *self) {
  struct pollfd entry = {.fd = self->fd, .events = POLLIN};
  if (poll(&entry, 1, -1) == 1 && (entry.revents & POLLERR)) strcpy(self->result, "POLLERR");
}

static void sleep_in_select(struct client *self) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(self->fd, &set);
  if (select(self->fd + 1, &set, NULL, NULL, NULL) == 1) strcpy(self->result, "ready");
}

static void sleep_in_epoll(struct client *self, unsigned flags) {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN | flags};
  CHECK(epoll >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, self->fd, &event) == 0);
  if (epoll_wait(epoll, &event, 1, -1) == 1 && (event.events & EPOLLERR)) strcpy(self->result, "EPOLLERR");
  close(epoll);
}

static void sleep_in_epoll_level(struct client *self) {
  sleep_in_epoll(self, 0);
}

static void sleep_in_epoll_edge(struct client *self) {
  sleep_in_epoll(self, EPOLLET);
}

static void loop_notify(struct client *self) {
  int port = bind_unbound_port(self->fd, DOMID_SELF);
  CHECK(port > 0);
  while (notify_port(self->fd, (unsigned)port) == 0) atomic_fetch_add(&self->rounds, 1);
  result_errno(self);
}

static void loop_write(struct client *self) {
  uint32_t port = 1;
  while (write(self->fd, &port, sizeof port) == sizeof port) atomic_fetch_add(&self->rounds, 1);
  result_errno(self);
}

static void loop_open(struct client *self) {
  for (;;) {
    int fd = open(device, O_RDWR | O_CLOEXEC);
    if (fd < 0) break;
    close(fd);
    atomic_fetch_add(&self->rounds, 1);
  }
  result_errno(self);
}

static struct client clients[] = {
  {.name = "read", .run = sleep_in_read, .calls = READ_CALLS},
  {.name = "poll", .run = sleep_in_poll, .calls = POLL_CALLS},
  {.name = "select", .run = sleep_in_select, .calls = SELECT_CALLS},
  {.name = "epoll", .run = sleep_in_epoll_level, .calls = EPOLL_CALLS},
  {.name = "epoll-edge", .run = sleep_in_epoll_edge, .calls = EPOLL_CALLS},
  {.name = "ioctl", .run = loop_notify, .calls = NULL},
  {.name = "write", .run = loop_write, .calls = NULL},
  {.name = "open", .run = loop_open, .calls = NULL},
};
#define CLIENTS (sizeof clients / sizeof *clients)

static void *run_client(void *client) {
  struct client *self = client;
  atomic_store(&self->tid, thread_id());
  self->run(self);
  self->ended = now_ns();
  return NULL;
}

static int busy(struct client *client) {
  pid_t tid = atomic_load(&client->tid);
  if (tid == 0) return 0;
  if (client->calls == NULL) return atomic_load(&client->rounds) >= 5;
  return sleeps_in_one(getpid(), tid, client->calls);
}

int main(int count, char **arguments) {
  CHECK(count == 3);
  deadline(60);
  device = arguments[1];
  const char *victim = arguments[2];
  CHECK(victim[0] == '/' || atoi(victim) > 1);
  for (size_t i = 0; i < CLIENTS; i++) {
    clients[i].fd = device_open(device, 0);
    strcpy(clients[i].result, "no error");
    CHECK(pthread_create(&clients[i].thread, NULL, run_client, &clients[i]) == 0);
  }
  for (size_t i = 0; i < CLIENTS; i++)
    while (!busy(&clients[i])) usleep(200);
  int64_t ended = now_ns();
  CHECK((victim[0] == '/' ? rmdir(victim) : kill((pid_t)atoi(victim), SIGKILL)) == 0);
  for (size_t i = 0; i < CLIENTS; i++) {
    CHECK(pthread_join(clients[i].thread, NULL) == 0);
    printf("%s %s %.1f\n", clients[i].name, clients[i].result, (double)(clients[i].ended - ended) / 1e6);
  }
  printf("dead\n");
  fflush(stdout);
  await_word();
  int fd = device_open(device, 0);
  struct channel channel = connect_files(fd, fd);
  CHECK(notify_port(fd, (unsigned)channel.first) == 0);
  CHECK(read_port(fd) == channel.second);
  /* What was opened before stays dead, and can be closed. */
  int error = 0;
  for (size_t i = 0; i < CLIENTS; i++) {
    CHECK(notify_port(clients[i].fd, 1) == -1 && (i == 0 || errno == error));
    error = errno;
    CHECK(close(clients[i].fd) == 0);
  }
  printf("anew %s\n", errno_name(error));
  return 0;
}
