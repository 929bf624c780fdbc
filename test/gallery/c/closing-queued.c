/* Closing while an event is queued. Every request comes over a connection of its own, which the back end closes when it
 * has answered. An event of the closed port may be waiting in the device: broken, the back end looks for its connection
 * and there is none.
 *
 * It meets such an event when one comes between the answer and the close, as a spurious one. */
#include "pair.h"

enum { MAX_PORTS = 4096 };

struct connection {
  evtchn_port_t port;
  struct ring *requests, *answers;
};

static struct connection *connections[MAX_PORTS];

/* Makes the next connection to be had; the last is closed later, so that there always is one. */
static void listen_anew(struct conversation *shared) {
  struct connection *connection = malloc(sizeof *connection);
  CHECK(connection != NULL);
  *connection =
    (struct connection){.port = bind_unbound(), .requests = &shared->requests, .answers = &shared->answers};
  CHECK(connection->port < MAX_PORTS);
  connections[connection->port] = connection;
  atomic_store(&shared->meeting.back_port, connection->port);
}

static void close_connection(struct connection *connection) {
  CHECK(xenevtchn_unbind(device, connection->port) == 0);
  connections[connection->port] = NULL;
  free(connection);
}

static void serve(struct conversation *shared) {
  listen_anew(shared);
  while (atomic_load(&shared->requests.consumed) < rounds) {
    evtchn_port_t port = next_event();
    begin_round(atomic_load(&shared->requests.consumed) + 1);
    struct connection *connection = connections[port];
#ifdef BROKEN
    if (connection == NULL) wrong("an event of port %u, which has no connection", port);
#else
    if (connection == NULL) continue;
#endif
    bool asked = waiting_in(connection->requests) > 0;
    if (asked) {
      listen_anew(shared);
      put(connection->answers, take(connection->requests));
      notify(port);
    }
    unmask(port);
    if (asked) close_connection(connection);
  }
}

static void ask(struct conversation *shared) {
  uint32_t last = 0;
  for (uint32_t round = 1; round <= rounds; round++) {
    begin_round(round);
    uint32_t remote;
    while ((remote = atomic_load(&shared->meeting.back_port)) == last) usleep(100);
    last = remote;
    evtchn_port_t port = bind_interdomain(remote);
    put(&shared->requests, round);
    notify(port);
    while (waiting_in(&shared->answers) == 0) take_event();
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
