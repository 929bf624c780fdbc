/* many-ports DEVICE PORTS ROUNDS: PORTS ports in one open file, connected in pairs. In every round each of them gets an
 * event; all are read, each exactly once, and enabled again. Prints `bound PORTS`, ten times on the way `events N` (how
 * many so far), and ends after a line of input. */
#include "device.h"

/* What one read or write of the device moves at most. */
#define BATCH 1024

static uint32_t ports[1 << 17];
static uint8_t seen[1 << 17];

/* Reads until every port was seen once, and nothing else; enables them again. */
static void drain(int fd, int wanted) {
  memset(seen, 0, sizeof seen);
  for (int total = 0; total < wanted;) {
    ssize_t got = read(fd, ports, sizeof *ports * BATCH);
    CHECK(got > 0 && got % sizeof *ports == 0);
    for (ssize_t i = 0; i < got / (ssize_t)sizeof *ports; i++) {
      CHECK(ports[i] < sizeof seen && !seen[ports[i]]);
      seen[ports[i]] = 1;
      total++;
    }
    CHECK(total <= wanted);
    CHECK(write(fd, ports, (size_t)got) == got);
  }
  uint32_t more;
  CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
  CHECK_ERRNO(read(fd, &more, sizeof more), EAGAIN);
  CHECK(fcntl(fd, F_SETFL, 0) == 0);
}

int main(int count, char **arguments) {
  CHECK(count == 4);
  deadline(120);
  int pairs = atoi(arguments[2]) / 2, rounds = atoi(arguments[3]);
  CHECK(2 * pairs < (int)sizeof seen);
  struct channel *channels = calloc((size_t)pairs, sizeof *channels);
  CHECK(channels != NULL);
  int fd = device_open(arguments[1], 0);
  for (int i = 0; i < pairs; i++) {
    channels[i].first = bind_unbound_port(fd, DOMID_SELF);
    CHECK(channels[i].first > 0);
    channels[i].second = bind_interdomain(fd, DOMID_SELF, (unsigned)channels[i].first);
    CHECK(channels[i].second > 0);
  }
  /* The event that every new connection begins with. */
  drain(fd, pairs);
  printf("bound %d\n", 2 * pairs);
  fflush(stdout);
  for (int round = 1; round <= rounds; round++) {
    for (int i = 0; i < pairs; i++) {
      CHECK(notify_port(fd, (unsigned)channels[i].first) == 0);
      CHECK(notify_port(fd, (unsigned)channels[i].second) == 0);
    }
    drain(fd, 2 * pairs);
    if (round * 10 / rounds == (round - 1) * 10 / rounds) continue;
    printf("events %ld\n", 2l * pairs * round);
    fflush(stdout);
  }
  await_word();
  return 0;
}
