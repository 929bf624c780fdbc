/* One event expected per send. The back end takes one reading of a sensor for each event: broken, since an event that comes
 * while the one before is still pending is the same event.
 *
 * A reading is left behind when an event is late, and the next merges with it. */
#include "pair.h"

/* The next reading is due when one was seen, or after this time. */
#define PERIOD_MS 250

struct shared {
  struct meeting meeting;
  struct ring readings;
  _Atomic uint32_t last_sent;
};

static void receive(struct shared *shared) {
  struct ring *readings = &shared->readings;
  for (bool last = false; !last;) {
    evtchn_port_t from = next_event();
    begin_round(atomic_load(&readings->consumed) + 1);
    last = atomic_load(&shared->last_sent) == 1;
#ifdef BROKEN
    if (waiting_in(readings) > 0) take(readings);
#else
    while (waiting_in(readings) > 0) take(readings);
#endif
    unmask(from);
  }
  if (waiting_in(readings) > 0) wrong("readings were left behind: %u", waiting_in(readings));
}

static void report(struct shared *shared, evtchn_port_t port) {
  for (uint32_t round = 1; round <= rounds; round++) {
    begin_round(round);
    send_paced(&shared->readings, round, port, PERIOD_MS);
  }
  atomic_store(&shared->last_sent, 1);
  notify(port);
}

int main(int count, char **arguments) {
  struct shared *shared = begin(count, arguments, sizeof *shared);
  evtchn_port_t port = connect_halves(&shared->meeting);
  if (is_front) report(shared, port);
  else receive(shared);
  return part(&shared->meeting);
}
