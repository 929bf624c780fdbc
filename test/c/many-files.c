/* many-files DEVICE COUNT: COUNT open files in one process, each with a channel to the next, all in one epoll set.
 * Prints `open COUNT`, waits for a line of input, sends an event round, and prints `woken COUNT`. */
#include "device.h"
#include <sys/epoll.h>
#include <sys/resource.h>

int main(int count, char **arguments) {
  CHECK(count == 3);
  deadline(90);
  int files = atoi(arguments[2]);
  struct rlimit limit = {.rlim_cur = (rlim_t)files + 64, .rlim_max = (rlim_t)files + 64};
  struct rlimit now;
  CHECK(getrlimit(RLIMIT_NOFILE, &now) == 0);
  if (now.rlim_max > limit.rlim_max) limit.rlim_max = now.rlim_max;
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);

  int *fd = calloc((size_t)files, sizeof *fd);
  struct channel *to_next = calloc((size_t)files, sizeof *to_next);
  char *woken = calloc((size_t)files, 1);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  CHECK(fd != NULL && to_next != NULL && woken != NULL && epoll >= 0);
  for (int i = 0; i < files; i++) fd[i] = device_open(arguments[1], 0);
  for (int i = 0; i < files; i++) to_next[i] = connect_files(fd[i], fd[(i + 1) % files]);
  for (int i = 0; i < files; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd[i], &event) == 0);
  }
  struct epoll_event events[64];
  CHECK(epoll_wait(epoll, events, 64, 0) == 0);
  printf("open %d\n", files);
  fflush(stdout);
  await_word();

  for (int i = 0; i < files; i++) CHECK(notify_port(fd[i], (unsigned)to_next[i].first) == 0);
  int total = 0;
  while (total < files) {
    int ready = epoll_wait(epoll, events, 64, -1);
    CHECK(ready > 0);
    for (int i = 0; i < ready; i++) {
      uint32_t which = events[i].data.u32;
      CHECK(events[i].events == EPOLLIN && !woken[which]);
      int before = (int)(which + (uint32_t)files - 1) % files;
      CHECK(read_port(fd[which]) == to_next[before].second);
      woken[which] = 1;
      total++;
    }
  }
  CHECK(epoll_wait(epoll, events, 64, 0) == 0);
  printf("woken %d\n", total);
  return 0;
}
