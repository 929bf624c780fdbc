/* latency DEVICE EVENTS: how long an event takes from a notify in one thread to the blocked read that it ends in
 * another, EVENTS times. Prints `latency us p50 P p99 P max M`. */
#include "device.h"
#include <pthread.h>
#include <stdatomic.h>

static int receiver;
static struct channel channel;
static int rounds;
static _Atomic pid_t reader_tid;
static _Atomic int64_t received;

static void *read_events(void *unused) {
  atomic_store(&reader_tid, thread_id());
  for (int i = 0; i < rounds; i++) {
    CHECK(read_port(receiver) == channel.second);
    int64_t at = now_ns();
    enable_port(receiver, (uint32_t)channel.second);
    atomic_store(&received, at);
  }
  return unused;
}

static int compare(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

int main(int count, char **arguments) {
  CHECK(count == 3);
  deadline(60);
  rounds = atoi(arguments[2]);
  int64_t *took = calloc((size_t)rounds, sizeof *took);
  CHECK(took != NULL && rounds > 0);
  int sender = device_open(arguments[1], 0);
  receiver = device_open(arguments[1], 0);
  channel = connect_files(sender, receiver);
  pthread_t reader;
  CHECK(pthread_create(&reader, NULL, read_events, NULL) == 0);
  pid_t tid;
  while ((tid = atomic_load(&reader_tid)) == 0) usleep(100);
  for (int i = 0; i < rounds; i++) {
    wait_asleep(getpid(), tid, READ_CALLS);
    atomic_store(&received, 0);
    int64_t begin = now_ns(), at;
    CHECK(notify_port(sender, (unsigned)channel.first) == 0);
    while ((at = atomic_load(&received)) == 0) usleep(20);
    took[i] = at - begin;
  }
  CHECK(pthread_join(reader, NULL) == 0);
  qsort(took, (size_t)rounds, sizeof *took, compare);
  printf("latency us p50 %.0f p99 %.0f max %.0f\n", (double)took[rounds / 2] / 1e3, (double)took[rounds * 99 / 100] / 1e3,
         (double)took[rounds - 1] / 1e3);
  return 0;
}
