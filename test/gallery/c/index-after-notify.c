/* Ring index published after the notify. The front end puts a request in, sends, ends the event that it had before, and
 * only then says, broken, that there is a request. The back end looks at the ring for a while after each event before it
 * waits for the next.
 *
 * It hangs when the front end is kept from going on after it has sent, as by a slow call. */
#include "pair.h"

/* How long the back end looks at the ring after an event, in milliseconds. */
#define POLLING_MS 100

/* Whether a request comes while it looks. */
static bool request_comes(struct ring *requests) {
  int64_t end = now_ns() + POLLING_MS * INT64_C(1000000);
  while (waiting_in(requests) == 0) {
    if (now_ns() > end) return false;
    usleep(100);
  }
  return true;
}

static void serve(struct conversation *shared, evtchn_port_t port) {
  while (atomic_load(&shared->requests.consumed) < rounds) {
    evtchn_port_t from = next_event();
    begin_round(atomic_load(&shared->requests.consumed) + 1);
    if (request_comes(&shared->requests)) {
      put(&shared->answers, take(&shared->requests));
      notify(port);
    }
    unmask(from);
  }
}

static void ask(struct conversation *shared, evtchn_port_t port) {
  struct ring *requests = &shared->requests;
  for (uint32_t round = 1; round <= rounds; round++) {
    begin_round(round);
    requests->words[(round - 1) % RING_SIZE] = round;
#ifndef BROKEN
    atomic_store(&requests->produced, round);
#endif
    notify(port);
    unmask(port);
#ifdef BROKEN
    atomic_store(&requests->produced, round);
#endif
    evtchn_port_t from = next_event();
    while (waiting_in(&shared->answers) == 0) {
      unmask(from);
      from = next_event();
    }
    take_answer(&shared->answers, round);
    /* The program's part, until it has the next. */
    usleep(300);
  }
}

int main(int count, char **arguments) {
  struct conversation *shared = begin(count, arguments, sizeof *shared);
  evtchn_port_t port = connect_halves(&shared->meeting);
  if (is_front) ask(shared, port);
  else serve(shared, port);
  return part(&shared->meeting);
}
