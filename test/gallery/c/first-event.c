/* The first event after bind_interdomain not expected. Each connection of the front end begins with an event that nobody
 * has sent. Broken, the front end takes it away if it is there at once, and then holds the next event for the answer.
 *
 * It reads an answer that is not there yet when the first event comes late. */
#include "pair.h"

static void serve(struct conversation *shared) {
  evtchn_port_t port = bind_unbound();
  atomic_store(&shared->meeting.back_port, port);
  while (atomic_load(&shared->requests.consumed) < rounds) {
    evtchn_port_t from = next_event();
    begin_round(atomic_load(&shared->requests.consumed) + 1);
    if (waiting_in(&shared->requests) > 0) {
      /* The disk's part. */
      usleep(1000);
      put(&shared->answers, take(&shared->requests));
      notify(port);
    }
    unmask(from);
  }
}

/* Every request on a connection of its own. */
static void ask(struct conversation *shared) {
  while (atomic_load(&shared->meeting.back_port) == 0) usleep(100);
  for (uint32_t round = 1; round <= rounds; round++) {
    begin_round(round);
    evtchn_port_t port = bind_interdomain(atomic_load(&shared->meeting.back_port));
#ifdef BROKEN
    if (event_within(0)) take_event();
#endif
    put(&shared->requests, round);
    notify(port);
#ifdef BROKEN
    take_event();
#else
    while (waiting_in(&shared->answers) == 0) take_event();
#endif
    take_answer(&shared->answers, round);
    close_port(port);
  }
}

int main(int count, char **arguments) {
  struct conversation *shared = begin(count, arguments, sizeof *shared);
  if (is_front) ask(shared);
  else serve(shared);
  return part(&shared->meeting);
}
