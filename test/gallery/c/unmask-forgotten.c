/* Unmask forgotten on one path. The back end leaves a port masked when its event has come without a request: no further
 * event of it ever comes.
 *
 * It hangs after a spurious event. */
#include "pair.h"

static void serve(struct conversation *shared, evtchn_port_t port) {
  while (atomic_load(&shared->requests.consumed) < rounds) {
    evtchn_port_t from = next_event();
    begin_round(atomic_load(&shared->requests.consumed) + 1);
    if (waiting_in(&shared->requests) == 0) {
#ifndef BROKEN
      unmask(from);
#endif
      continue;
    }
    put(&shared->answers, take(&shared->requests));
    notify(port);
    unmask(from);
  }
}

static void ask(struct conversation *shared, evtchn_port_t port) {
  for (uint32_t round = 1; round <= rounds; round++) {
    begin_round(round);
    put(&shared->requests, round);
    notify(port);
    do take_event();
    while (waiting_in(&shared->answers) == 0);
    take_answer(&shared->answers, round);
  }
}

int main(int count, char **arguments) {
  struct conversation *shared = begin(count, arguments, sizeof *shared);
  evtchn_port_t port = connect_halves(&shared->meeting);
  if (is_front) ask(shared, port);
  else serve(shared, port);
  return part(&shared->meeting);
}
