// Ways to wait for one of many devices, each a step from a blocking read to what the client in Node does.
#ifndef WAITS_H
#define WAITS_H
#include "device.h"
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

struct waits {
  int device;  // O_NONBLOCK
  int set;     // an epoll with the device, edge-triggered
  int bell;    // rung by the thread that waits for the set; -1 without one
  int loop;    // an epoll with the bell, which stands for Node's event loop
};

static void await_set(int set) {
  struct epoll_event event;
  while (epoll_wait(set, &event, 1, -1) < 0) {
    if (errno != EINTR) die("epoll_wait");
  }
}

static void watch(int set, int descriptor, uint32_t events) {
  struct epoll_event event = {.events = events};
  if (epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) < 0) die("epoll_ctl");
}

static void *ring_when_ready(void *given) {
  static const uint64_t one = 1;
  const struct waits *waits = given;
  for (;;) {
    await_set(waits->set);
    if (write(waits->bell, &one, sizeof one) != sizeof one) die("write of the bell");
  }
  return NULL;
}

// Begins to wait for a device in epoll_wait, in this thread or in one of its own.
static struct waits *wait_by(int device, bool thread) {
  static struct waits waits;
  pthread_t waiting;
  waits = (struct waits){device, epoll_create1(EPOLL_CLOEXEC), -1, -1};
  if (waits.set < 0) die("epoll_create1");
  if (fcntl(device, F_SETFL, O_RDWR | O_NONBLOCK) < 0) die("fcntl");
  watch(waits.set, device, EPOLLIN | EPOLLET);
  if (!thread) return &waits;
  waits.bell = eventfd(0, EFD_CLOEXEC);
  waits.loop = epoll_create1(EPOLL_CLOEXEC);
  if (waits.bell < 0 || waits.loop < 0) die("eventfd");
  watch(waits.loop, waits.bell, EPOLLIN);
  if (pthread_create(&waiting, NULL, ring_when_ready, &waits) != 0) die("pthread_create");
  return &waits;
}

static void await_bell(const struct waits *waits) {
  uint64_t count;
  await_set(waits->loop);
  if (read(waits->bell, &count, sizeof count) != sizeof count) die("read of the bell");
}

// Waits until the device has something, and reads a port. What it told of may have been read already.
static uint32_t read_when_ready(const struct waits *waits) {
  uint32_t port;
  do {
    if (waits->bell >= 0) await_bell(waits);
    else await_set(waits->set);
    errno = 0;
  } while (read(waits->device, &port, sizeof port) < 0 && errno == EAGAIN);
  if (errno != 0) die("read of a port");
  return port;
}

#endif
