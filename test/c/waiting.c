/* waiting DEVICE: two open files with threads asleep in read, poll, select and epoll of the first, nothing to come for
 * any of them. Prints `asleep` when they all sleep, and ends with its input. */
#include "device.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/select.h>

static int fd;

static void *in_read(void *tid) {
  atomic_store((_Atomic pid_t *)tid, thread_id());
  CHECK(read_port(fd) < 0);
  return NULL;
}

static void *in_poll(void *tid) {
  struct pollfd entry = {.fd = fd, .events = POLLIN};
  atomic_store((_Atomic pid_t *)tid, thread_id());
  CHECK(poll(&entry, 1, -1) < 0);
  return NULL;
}

static void *in_select(void *tid) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  atomic_store((_Atomic pid_t *)tid, thread_id());
  CHECK(select(fd + 1, &set, NULL, NULL, NULL) < 0);
  return NULL;
}

static void *in_epoll(void *tid) {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN};
  CHECK(epoll >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
  atomic_store((_Atomic pid_t *)tid, thread_id());
  CHECK(epoll_wait(epoll, &event, 1, -1) < 0);
  return NULL;
}

int main(int count, char **arguments) {
  void *(*const sleepers[4])(void *) = {in_read, in_poll, in_select, in_epoll};
  const long *calls[4] = {READ_CALLS, POLL_CALLS, SELECT_CALLS, EPOLL_CALLS};
  static _Atomic pid_t tids[4];
  CHECK(count == 2);
  deadline(120);
  fd = device_open(arguments[1], 0);
  connect_files(fd, device_open(arguments[1], 0));
  for (int i = 0; i < 4; i++) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, sleepers[i], (void *)&tids[i]) == 0);
    while (tids[i] == 0) usleep(200);
    wait_asleep(getpid(), tids[i], calls[i]);
  }
  printf("asleep\n");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) continue;
  return 0;
}
