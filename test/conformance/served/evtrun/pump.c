#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "evtrun.h"
#include "numbers.h"

/*
 * pump H p.. G q.. n=N: for each port a producer counts to N and notifies after every count. One
 * consumer reads, enables again, then looks at the counters. It must see every last count: an
 * event that is lost or never comes again shows as STALLED.
 */

#define MAX_PORTS 64
#define BUFFER_WORDS 1024
/** How long the consumer may take after the last notify, in milliseconds. */
#define CONSUMER_LIMIT 5000

struct producer {
  int fd;
  unsigned port;      /* that it notifies */
  unsigned consumed;  /* the port at the other end */
  long last;          /* it counts to */
  atomic_long count;
  atomic_long seen;
};
static struct producer producers[MAX_PORTS];
static int producer_count, consumer_fd;
static atomic_bool all_seen;

static void *produce(void *argument) {
  struct producer *producer = argument;

  for (long i = 1; i <= producer->last; i++) {
    atomic_store(&producer->count, i);
    if (ioctl(producer->fd, IOCTL_NOTIFY, &producer->port))
      break;
  }
  return NULL;
}

/** Looks at the counters of ports that were read. @return whether all have been seen to the last */
static bool look(const unsigned *ports, int count) {
  bool all = true;

  for (int k = 0; k < producer_count; k++) {
    for (int i = 0; i < count; i++)
      if (producers[k].consumed == ports[i])
        atomic_store(&producers[k].seen, atomic_load(&producers[k].count));
    all = all && atomic_load(&producers[k].seen) == producers[k].last;
  }
  return all;
}

static void *consume(void *argument) {
  unsigned ports[BUFFER_WORDS];
  bool all = false;

  (void)argument;
  while (!all) {
    long result = read(consumer_fd, ports, sizeof ports);
    if (result <= 0 || write(consumer_fd, ports, result) != result)
      return NULL;
    all = look(ports, result / 4);
  }
  atomic_store(&all_seen, true);
  return NULL;
}

/** Fills in who notifies what. @return false if a port is unknown */
static bool make_producers(const struct step *step, int fd) {
  struct names ports = expand(word(step, 2)), peers = expand(word(step, 4));
  bool known = ports.count == peers.count;

  producer_count = ports.count < MAX_PORTS ? ports.count : MAX_PORTS;
  for (int i = 0; i < producer_count && known; i++) {
    struct producer *producer = &producers[i];
    producer->fd = fd;
    producer->last = number(step, "n", 1000);
    atomic_store(&producer->count, 0);
    atomic_store(&producer->seen, 0);
    known = find_port(ports.name[i], &producer->port) &&
            find_port(peers.name[i], &producer->consumed);
  }
  free_names(&ports);
  free_names(&peers);
  return known;
}

static void put_stalled(struct out *out) {
  put(out, "STALLED");
  for (int i = 0; i < producer_count; i++) {
    long seen = atomic_load(&producers[i].seen);
    if (seen != producers[i].last)
      put(out, " %d:%ld/%ld", i, seen, producers[i].last);
  }
}

static void step_pump(struct step *step) {
  struct handle *notified = step_handle(step, 1);
  struct handle *read = notified ? step_handle(step, 3) : NULL;
  pthread_t threads[MAX_PORTS], consumer;

  if (!read)
    return;
  if (!make_producers(step, notified->fd)) {
    put(step->out, "SCRIPT-ERROR port");
    return;
  }
  consumer_fd = read->fd;
  atomic_store(&all_seen, false);
  pthread_create(&consumer, NULL, consume, NULL);
  for (int i = 0; i < producer_count; i++)
    pthread_create(&threads[i], NULL, produce, &producers[i]);
  for (int i = 0; i < producer_count; i++)
    pthread_join(threads[i], NULL);
  for (long start = now_ms(); !atomic_load(&all_seen) && now_ms() - start < CONSUMER_LIMIT;)
    usleep(500);
  if (!atomic_load(&all_seen)) {
    put_stalled(step->out);
    return;
  }
  pthread_join(consumer, NULL);
  put(step->out, "ok");
}

const struct command PUMP_COMMANDS[] = {{"pump", step_pump}, {NULL, NULL}};
