/* A spurious event taken for data. Broken, the back end takes a request out of the ring for each event, without a look
 * whether there is one.
 *
 * It answers a request that was answered before, or none, after a spurious event. */
#include "pair.h"

static void serve(struct conversation *shared, evtchn_port_t port) {
  while (atomic_load(&shared->requests.consumed) < rounds) {
    evtchn_port_t from = next_event();
    uint32_t due = atomic_load(&shared->requests.consumed) + 1;
    begin_round(due);
#ifndef BROKEN
    if (waiting_in(&shared->requests) > 0)
#endif
    {
      uint32_t request = take(&shared->requests);
      if (request != due) wrong("request %u was taken where %u is due", request, due);
      put(&shared->answers, request);
      notify(port);
    }
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
