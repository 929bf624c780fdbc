/* storm DEVICE: an event storm until its input ends: a thread notifies 64 ports without a pause, each notify after a
 * step of that port's counter; another reads, enables and looks at the counters. Prints `storming` once it is on, and
 * at the end `sent N read M`: the last step of every counter has been seen, or it does not end. */
#include "device.h"
#include <pthread.h>
#include <stdatomic.h>

#define PORTS 64

static struct channel channels[PORTS];
static _Atomic uint64_t steps[PORTS];
static uint64_t seen[PORTS];
static _Atomic int stop, stopped;
static _Atomic uint64_t sent, events;
static int fd;

static void *notify_all(void *unused) {
  while (!atomic_load(&stop)) {
    for (int i = 0; i < PORTS; i++) {
      atomic_fetch_add(&steps[i], 1);
      CHECK(notify_port(fd, (unsigned)channels[i].first) == 0);
    }
    atomic_fetch_add(&sent, PORTS);
  }
  atomic_store(&stopped, 1);
  return unused;
}

static int all_seen(void) {
  if (!atomic_load(&stopped)) return 0;
  for (int i = 0; i < PORTS; i++)
    if (seen[i] != atomic_load(&steps[i])) return 0;
  return 1;
}

static void *read_all(void *unused) {
  uint32_t ports[PORTS];
  while (!all_seen()) {
    ssize_t got = read(fd, ports, sizeof ports);
    CHECK(got > 0);
    CHECK(write(fd, ports, (size_t)got) == got);
    for (ssize_t k = 0; k < got / 4; k++)
      for (int i = 0; i < PORTS; i++)
        if (channels[i].second == (int)ports[k]) seen[i] = atomic_load(&steps[i]);
    atomic_fetch_add(&events, (uint64_t)got / 4);
  }
  return unused;
}

int main(int count, char **arguments) {
  CHECK(count == 2);
  deadline(100);
  fd = device_open(arguments[1], 0);
  for (int i = 0; i < PORTS; i++) channels[i] = connect_files(fd, fd);
  pthread_t notifier, reader;
  CHECK(pthread_create(&reader, NULL, read_all, NULL) == 0);
  CHECK(pthread_create(&notifier, NULL, notify_all, NULL) == 0);
  while (atomic_load(&events) < PORTS) usleep(500);
  printf("storming\n");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) continue;
  atomic_store(&stop, 1);
  CHECK(pthread_join(notifier, NULL) == 0);
  /* The reader may sleep with everything seen: one more round of events, counted like the others, lets it look. */
  for (int i = 0; i < PORTS; i++) {
    atomic_fetch_add(&steps[i], 1);
    CHECK(notify_port(fd, (unsigned)channels[i].first) == 0);
  }
  CHECK(pthread_join(reader, NULL) == 0);
  printf("sent %llu read %llu\n", (unsigned long long)(sent + PORTS), (unsigned long long)events);
  return 0;
}
