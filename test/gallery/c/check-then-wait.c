/* Check, then wait without another look. The back end has an event sent only for the first request after those it has
 * seen, as the rings of PV drivers do (req_event), so it says which that is before it waits. A request that was put in
 * after its last look and before it has said so comes without an event: broken, the back end does not look again.
 *
 * It hangs when the front end sees an answer before the event that tells of it, as by a spurious event or the late event
 * of an answer before, and is quick with its next request. */
#include "pair.h"

struct shared {
  struct conversation talk;
  /* The request that is to come with an event. */
  _Atomic uint32_t wanted;
};

static void serve(struct shared *shared, evtchn_port_t port) {
  struct ring *requests = &shared->talk.requests;
  while (atomic_load(&requests->consumed) < rounds) {
    evtchn_port_t from = next_event();
    begin_round(atomic_load(&requests->consumed) + 1);
    do {
      while (waiting_in(requests) > 0) put(&shared->talk.answers, take(requests));
      unmask(from);
      atomic_store(&shared->wanted, atomic_load(&requests->consumed) + 1);
#ifdef BROKEN
    } while (false);
#else
    } while (waiting_in(requests) > 0);
#endif
    /* One event for all answers. */
    notify(port);
  }
}

static void ask(struct shared *shared, evtchn_port_t port) {
  for (uint32_t round = 1; round <= rounds; round++) {
    begin_round(round);
    put(&shared->talk.requests, round);
    if (atomic_load(&shared->wanted) == round) notify(port);
    do take_event();
    while (waiting_in(&shared->talk.answers) == 0);
    take_answer(&shared->talk.answers, round);
  }
}

int main(int count, char **arguments) {
  struct shared *shared = begin(count, arguments, sizeof *shared);
  if (!is_front) atomic_store(&shared->wanted, 1);
  evtchn_port_t port = connect_halves(&shared->talk.meeting);
  if (is_front) ask(shared, port);
  else serve(shared, port);
  return part(&shared->talk.meeting);
}
