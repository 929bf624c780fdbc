/* A handshake that hangs when the peer dies. Nothing is sent by a domain that has ended: broken, the front end waits for
 * the event of its answer and nothing else. What the toolstack would tell of the back end, in xenstore, is a count of its
 * lives here; a parent process starts it again.
 *
 * It hangs when the back end dies while a request is on its way. */
#include "pair.h"

struct shared {
  struct meeting meeting;
  /* How often the back end was started; its port is of the life that it was bound in. */
  _Atomic uint32_t life, life_of_port;
  _Atomic uint32_t request, answer;
};

/* One life of the back end. */
static void serve(struct shared *shared) {
  evtchn_port_t port = bind_unbound();
  atomic_store(&shared->meeting.back_port, port);
  atomic_store(&shared->life_of_port, atomic_load(&shared->life));
  for (;;) {
    begin_round(atomic_load(&shared->request));
    evtchn_port_t from = next_event();
    atomic_store(&shared->answer, atomic_load(&shared->request));
    notify(port);
    unmask(from);
  }
}

static void supervise(struct shared *shared, int count, char **arguments) {
  CHECK(xenevtchn_close(device) == 0);
  while (atomic_load(&shared->meeting.done) == 0) {
    atomic_fetch_add(&shared->life, 1);
    pid_t back = child_process();
    if (back == 0) serve(begin(count, arguments, sizeof *shared));
    int status;
    while (waitpid(back, &status, WNOHANG) == 0) {
      begin_round(atomic_load(&shared->request));
      if (atomic_load(&shared->meeting.done) > 0) CHECK(kill(back, SIGKILL) == 0);
      usleep(1000);
    }
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) wrong("the back end ended with status %#x", status);
  }
}

/* Waits for the answer to a request. @returns whether it came: not from a life that is over */
static bool answered(struct shared *shared, uint32_t request, uint32_t life) {
  while (atomic_load(&shared->answer) != request) {
#ifndef BROKEN
    while (!event_within(20)) {
      if (atomic_load(&shared->life) != life) return false;
    }
#endif
    take_event();
  }
  (void)life;
  return true;
}

static void ask(struct shared *shared) {
  for (uint32_t round = 1; round <= rounds;) {
    begin_round(round);
    uint32_t life = atomic_load(&shared->life);
    if (life == 0 || atomic_load(&shared->life_of_port) != life) {
      usleep(100);
      continue;
    }
    int port = xenevtchn_bind_interdomain(device, peer, atomic_load(&shared->meeting.back_port));
    if (port < 0) continue; /* It may have died this very moment. */
    while (round <= rounds) {
      begin_round(round);
      atomic_store(&shared->request, round);
      notify((evtchn_port_t)port);
      if (!answered(shared, round, life)) break;
      round++;
    }
    close_port((evtchn_port_t)port);
  }
}

int main(int count, char **arguments) {
  struct shared *shared = begin(count, arguments, sizeof *shared);
  if (is_front) {
    ask(shared);
    atomic_store(&shared->meeting.done, 1);
  } else {
    supervise(shared, count, arguments);
  }
  return 0;
}
