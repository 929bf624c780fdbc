/* One read, where several ports are pending. The back end has a channel for each of two queues, and waits for the edges of
 * its device: it is told when there is an event after there was none. Broken, it takes one event each time: a second one
 * stays in the device, and with it there no further event makes an edge.
 *
 * It hangs when the events of both queues come at once, as when one is late. */
#include "pair.h"
#include <sys/epoll.h>

enum { QUEUES = 2 };

/* The front end goes on when a request was handled, or has taken longer than it should. */
#define PACE_MS 250

struct queue {
  struct meeting meeting;
  struct ring requests;
};

struct shared {
  struct queue queues[QUEUES];
};

/* Ports of the queues. */
static evtchn_port_t ports[QUEUES];

/* Handles what an event tells of. @returns whether there was one */
static bool handle_event(struct shared *shared) {
  int port = xenevtchn_pending(device);
  if (port < 0) {
    CHECK(errno == EAGAIN);
    return false;
  }
  struct ring *requests = &shared->queues[(evtchn_port_t)port == ports[0] ? 0 : 1].requests;
  while (waiting_in(requests) > 0) take(requests);
  unmask((evtchn_port_t)port);
  return true;
}

static uint32_t consumed(struct shared *shared) {
  uint32_t sum = 0;
  for (int i = 0; i < QUEUES; i++) sum += atomic_load(&shared->queues[i].requests.consumed);
  return sum;
}

static void serve(struct shared *shared) {
  int fd = xenevtchn_fd(device);
  CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
  int edges = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event interest = {.events = EPOLLIN | EPOLLET}, edge;
  CHECK(edges >= 0 && epoll_ctl(edges, EPOLL_CTL_ADD, fd, &interest) == 0);
  while (consumed(shared) < rounds) {
    if (epoll_wait(edges, &edge, 1, -1) != 1) continue;
    begin_round(consumed(shared) + 1);
#ifdef BROKEN
    handle_event(shared);
#else
    while (handle_event(shared));
#endif
  }
}

static void send_requests(struct shared *shared) {
  for (uint32_t round = 1; round <= rounds; round++) {
    begin_round(round);
    send_paced(&shared->queues[round % QUEUES].requests, round, ports[round % QUEUES], PACE_MS);
  }
}

int main(int count, char **arguments) {
  struct shared *shared = begin(count, arguments, sizeof *shared);
  for (int i = 0; i < QUEUES; i++) ports[i] = connect_halves(&shared->queues[i].meeting);
  if (is_front) send_requests(shared);
  else serve(shared);
  return part(&shared->queues[0].meeting);
}
