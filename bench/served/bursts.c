// Takes the time of events that are there already, for `npm run bench:served`.
//
//   bursts SENDER RECEIVER     the devices of two domains, of which the second is 1
//
// Connects 256 ports of the two. For every line on stdin it makes a round and prints two figures, nanoseconds an event: an
// event is sent on each port, and the time is taken until all are read and written back: one after the other; then, all in
// one read and one write. Sending is not in it.
#include "device.h"
#include <string.h>

enum { PORTS = 256 };

static int sender, receiver;
static uint32_t senders[PORTS], receivers[PORTS];

static void connect_ports(void) {
  for (int i = 0; i < PORTS; i++) {
    senders[i] = bind_unbound(sender, 1);
    receivers[i] = bind_interdomain(receiver, 0, senders[i]);
  }
}

static void check(const uint32_t *ports) {
  if (memcmp(ports, receivers, sizeof receivers) == 0) return;
  fprintf(stderr, "bursts: events were lost, or came in another order\n");
  exit(1);
}

static void take_each(void) {
  uint32_t ports[PORTS];
  for (int i = 0; i < PORTS; i++) {
    ports[i] = read_port(receiver);
    write_port(receiver, ports[i]);
  }
  check(ports);
}

static void take_all(void) {
  uint32_t ports[PORTS];
  if (read(receiver, ports, sizeof ports) != sizeof ports) die("read of all ports");
  if (write(receiver, ports, sizeof ports) != sizeof ports) die("write of all ports");
  check(ports);
}

static double burst(void (*take)(void)) {
  for (int i = 0; i < PORTS; i++) notify(sender, senders[i]);
  int64_t since = now();
  take();
  return (double)(now() - since) / PORTS;
}

int main(int count, char **arguments) {
  char line[16];
  if (count != 3) {
    fprintf(stderr, "usage: bursts SENDER RECEIVER\n");
    return 2;
  }
  sender = open_device(arguments[1]);
  receiver = open_device(arguments[2]);
  connect_ports();
  // Each bind has left an event that nobody sent.
  take_all();
  while (fgets(line, sizeof line, stdin) != NULL) {
    double each = burst(take_each);
    printf("%.1f %.1f\n", each, burst(take_all));
    fflush(stdout);
  }
  return 0;
}
