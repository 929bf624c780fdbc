/* loopback DEVICE: opens the device twice, sends an event each way, and prints the port that it bound first.
 * Prints the errno instead if the device cannot be opened, and ends with 1. */
#include "device.h"

int main(int count, char **arguments) {
  CHECK(count == 2);
  deadline(20);
  int first = open(arguments[1], O_RDWR | O_CLOEXEC);
  if (first < 0) {
    printf("open %s\n", errno_name(errno));
    return 1;
  }
  int second = device_open(arguments[1], 0);
  struct channel channel = connect_files(first, second);
  for (int turn = 0; turn < 3; turn++) {
    CHECK(notify_port(first, (unsigned)channel.first) == 0);
    CHECK(read_port(second) == channel.second);
    enable_port(second, (uint32_t)channel.second);
    CHECK(notify_port(second, (unsigned)channel.second) == 0);
    CHECK(read_port(first) == channel.first);
    enable_port(first, (uint32_t)channel.first);
  }
  printf("port %d\n", channel.first);
  return 0;
}
