/* isolation DIRECTORY: what programs of domains 0, 1 and 2 of one host can do to each other's ports: nothing but connect
 * where they were meant to. Prints `apart`. */
#include "device.h"

static int open_domain(const char *directory, int domain) {
  char path[300];
  CHECK(snprintf(path, sizeof path, "%s/%d/evtchn", directory, domain) < (int)sizeof path);
  return device_open(path, O_NONBLOCK);
}

/* A handle that does not hold the port can neither notify it nor unbind it nor hear of it. */
static void cannot_touch(int fd, int port) {
  uint32_t number = (uint32_t)port;
  CHECK_ERRNO(notify_port(fd, number), ENOTCONN);
  CHECK_ERRNO(unbind_port(fd, number), ENOTCONN);
  CHECK(write(fd, &number, sizeof number) == sizeof number);
  CHECK_ERRNO(read(fd, &number, sizeof number), EAGAIN);
}

int main(int count, char **arguments) {
  CHECK(count == 2);
  deadline(20);
  int zero = open_domain(arguments[1], 0), one = open_domain(arguments[1], 1), two = open_domain(arguments[1], 2);
  int beside = open_domain(arguments[1], 0);
  int port = bind_unbound_port(zero, 1);
  CHECK(port > 0);

  CHECK_ERRNO(bind_interdomain(two, 0, (unsigned)port), EINVAL);
  CHECK_ERRNO(bind_interdomain(beside, 0, (unsigned)port), EINVAL);
  CHECK_ERRNO(bind_interdomain(one, 3, (unsigned)port), ESRCH);
  int peer = bind_interdomain(one, 0, (unsigned)port);
  CHECK(peer > 0 && read_port(one) == peer);
  enable_port(one, (uint32_t)peer);
  CHECK_ERRNO(bind_interdomain(one, 0, (unsigned)port), EINVAL);

  cannot_touch(two, port);
  cannot_touch(two, peer);
  cannot_touch(beside, port);

  CHECK(notify_port(zero, (unsigned)port) == 0);
  CHECK_ERRNO(read_port(beside), EAGAIN);
  CHECK_ERRNO(read_port(two), EAGAIN);
  CHECK(read_port(one) == peer);
  printf("apart\n");
  return 0;
}
