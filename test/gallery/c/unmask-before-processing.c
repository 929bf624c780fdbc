/* Unmask before processing. One thread of the back end takes events and passes each to one of its workers. As long as a
 * port is masked no second worker gets it, so two never work on one ring: broken, the port is unmasked when its event is
 * passed on, not when the work is done.
 *
 * A request is handled twice when a further event comes while a worker is at it, as a spurious one. */
#include "pair.h"
#include <pthread.h>

enum { WORKERS = 2 };

static struct conversation *shared;
static evtchn_port_t port;
/* Ports with an event, on their way to the workers. */
static int passed[2];
/* How often each request was handled. */
static _Atomic uint32_t *handled;

static void handle_request(void) {
  if (waiting_in(&shared->requests) == 0) return;
  uint32_t request = shared->requests.words[atomic_load(&shared->requests.consumed) % RING_SIZE];
  /* The disk's part. */
  usleep(1000);
  if (atomic_fetch_add(&handled[request], 1) != 0) wrong("request %u was handled twice", request);
  put(&shared->answers, take(&shared->requests));
  notify(port);
}

static void *work(void *unused) {
  evtchn_port_t from;
  while (read(passed[0], &from, sizeof from) == sizeof from) {
    handle_request();
#ifndef BROKEN
    unmask(from);
#endif
  }
  return unused;
}

static void serve(void) {
  pthread_t workers[WORKERS];
  handled = calloc(rounds + 1, sizeof *handled);
  CHECK(handled != NULL && pipe2(passed, O_CLOEXEC) == 0);
  for (int i = 0; i < WORKERS; i++) CHECK(pthread_create(&workers[i], NULL, work, NULL) == 0);
  while (atomic_load(&shared->requests.consumed) < rounds) {
    if (!event_within(10)) continue;
    begin_round(atomic_load(&shared->requests.consumed) + 1);
    evtchn_port_t from = next_event();
#ifdef BROKEN
    unmask(from);
#endif
    CHECK(write(passed[1], &from, sizeof from) == sizeof from);
  }
  CHECK(close(passed[1]) == 0);
  for (int i = 0; i < WORKERS; i++) CHECK(pthread_join(workers[i], NULL) == 0);
}

static void ask(void) {
  for (uint32_t round = 1; round <= rounds; round++) {
    begin_round(round);
    put(&shared->requests, round);
    notify(port);
    do take_event();
    while (waiting_in(&shared->answers) == 0);
    take_answer(&shared->answers, round);
  }
}

int main(int count, char **arguments) {
  shared = begin(count, arguments, sizeof *shared);
  port = connect_halves(&shared->meeting);
  if (is_front) ask();
  else serve();
  return part(&shared->meeting);
}
