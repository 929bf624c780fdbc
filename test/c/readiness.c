/* readiness DEVICE CASE: poll, select, epoll by level and by edge, O_NONBLOCK set after open. Prints `ok CASE`. */
#include "cases.h"
#include "device.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/select.h>

static int near_file, far_file;
static struct channel channel;

static void send_event(void) {
  CHECK(notify_port(near_file, (unsigned)channel.first) == 0);
}

static void take_event(void) {
  CHECK(read_port(far_file) == channel.second);
}

static void enable(void) {
  enable_port(far_file, (uint32_t)channel.second);
}

/* Sends an event as soon as the main thread sleeps in one of the calls. */
static void *send_when_asleep(void *calls) {
  wait_asleep(getpid(), getpid(), calls);
  send_event();
  return NULL;
}

static pthread_t sender(const long *calls) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, send_when_asleep, (void *)(uintptr_t)calls) == 0);
  return thread;
}

static int poll_now(short events, int timeout) {
  struct pollfd entry = {.fd = far_file, .events = events};
  int ready = poll(&entry, 1, timeout);
  CHECK(ready >= 0 && (ready == 0) == (entry.revents == 0));
  return entry.revents;
}

static void polling(void) {
  for (int turn = 0; turn < 50; turn++) {
    CHECK(poll_now(POLLIN, 0) == 0);
    CHECK(poll_now(POLLIN | POLLOUT, -1) == POLLOUT);
    pthread_t thread = sender(POLL_CALLS);
    CHECK(poll_now(POLLIN, -1) == POLLIN);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(poll_now(POLLIN | POLLOUT, -1) == (POLLIN | POLLOUT));
    take_event();
    CHECK(poll_now(POLLIN, 1) == 0);
    enable();
  }
}

static void selecting(void) {
  for (int turn = 0; turn < 50; turn++) {
    fd_set in, out;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(far_file, &in);
    FD_SET(far_file, &out);
    CHECK(select(far_file + 1, &in, &out, NULL, NULL) == 1 && FD_ISSET(far_file, &out) && !FD_ISSET(far_file, &in));
    FD_SET(far_file, &in);
    pthread_t thread = sender(SELECT_CALLS);
    CHECK(select(far_file + 1, &in, NULL, NULL, NULL) == 1 && FD_ISSET(far_file, &in));
    CHECK(pthread_join(thread, NULL) == 0);
    take_event();
    enable();
  }
}

static int epoll_with(unsigned events) {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = events};
  CHECK(epoll >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, far_file, &event) == 0);
  return epoll;
}

static unsigned epoll_now(int epoll, int timeout) {
  struct epoll_event event;
  int ready = epoll_wait(epoll, &event, 1, timeout);
  CHECK(ready >= 0);
  return ready == 0 ? 0 : event.events;
}

static void epoll_level(void) {
  int epoll = epoll_with(EPOLLIN);
  for (int turn = 0; turn < 50; turn++) {
    CHECK(epoll_now(epoll, 0) == 0);
    pthread_t thread = sender(EPOLL_CALLS);
    CHECK(epoll_now(epoll, -1) == EPOLLIN);
    CHECK(pthread_join(thread, NULL) == 0);
    /* As long as it is not read, it is said again. */
    for (int again = 0; again < 3; again++) CHECK(epoll_now(epoll, 0) == EPOLLIN);
    take_event();
    CHECK(epoll_now(epoll, 0) == 0);
    enable();
  }
}

static void epoll_edge(void) {
  int epoll = epoll_with(EPOLLIN | EPOLLET);
  for (int turn = 0; turn < 50; turn++) {
    CHECK(epoll_now(epoll, 0) == 0);
    pthread_t thread = sender(EPOLL_CALLS);
    CHECK(epoll_now(epoll, -1) == EPOLLIN);
    CHECK(pthread_join(thread, NULL) == 0);
    /* Said once, read or not. */
    for (int again = 0; again < 3; again++) CHECK(epoll_now(epoll, 1) == 0);
    take_event();
    enable();
  }
}

/* Of an event and its twin on another port, the second makes no edge: the ring was not empty. */
static void epoll_edge_once(void) {
  struct channel other = connect_files(near_file, far_file);
  int epoll = epoll_with(EPOLLIN | EPOLLET);
  CHECK(epoll_now(epoll, 0) == 0);
  send_event();
  CHECK(epoll_now(epoll, -1) == EPOLLIN);
  CHECK(notify_port(near_file, (unsigned)other.first) == 0);
  CHECK(epoll_now(epoll, 20) == 0);
  take_event();
  CHECK(read_port(far_file) == other.second);
  enable();
  send_event();
  CHECK(epoll_now(epoll, -1) == EPOLLIN);
}

static void set_nonblocking(int on) {
  int flags = fcntl(far_file, F_GETFL);
  CHECK(flags >= 0 && fcntl(far_file, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) == 0);
}

/* The flag counts as it is at each call. */
static void nonblock(void) {
  uint32_t port;
  for (int turn = 0; turn < 20; turn++) {
    set_nonblocking(1);
    CHECK_ERRNO(read(far_file, &port, sizeof port), EAGAIN);
    send_event();
    take_event();
    CHECK_ERRNO(read(far_file, &port, sizeof port), EAGAIN);
    enable();
    set_nonblocking(0);
    pthread_t thread = sender(READ_CALLS);
    take_event();
    CHECK(pthread_join(thread, NULL) == 0);
    enable();
  }
}

/* As the runtime of Go, and others, read any file that can be polled: everything by edges, until EAGAIN. */
static void epoll_runtime(void) {
  uint32_t port;
  int epoll = epoll_with(EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
  set_nonblocking(1);
  CHECK(epoll_now(epoll, 0) == EPOLLOUT);
  for (int turn = 0; turn < 50; turn++) {
    CHECK_ERRNO(read(far_file, &port, sizeof port), EAGAIN);
    pthread_t thread = sender(EPOLL_CALLS);
    CHECK(epoll_now(epoll, -1) == (EPOLLIN | EPOLLOUT));
    CHECK(pthread_join(thread, NULL) == 0);
    take_event();
    CHECK_ERRNO(read(far_file, &port, sizeof port), EAGAIN);
    enable();
  }
}

static const struct named_case cases[] = {
  {"poll", polling},
  {"select", selecting},
  {"epoll-level", epoll_level},
  {"epoll-edge", epoll_edge},
  {"epoll-edge-once", epoll_edge_once},
  {"epoll-runtime", epoll_runtime},
  {"nonblock", nonblock},
};

int main(int count, char **arguments) {
  CHECK(count == 3);
  deadline(30);
  near_file = device_open(arguments[1], 0);
  far_file = device_open(arguments[1], 0);
  channel = connect_files(near_file, far_file);
  return run_case(cases, sizeof cases / sizeof *cases, arguments[2]);
}
