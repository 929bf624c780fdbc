#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "evtrun.h"

/** A handle of the device that nothing is done with but asking for its state. */
static int probe = -1;

/** Opens the probe, on a descriptor that is out of the way of those of the case. */
void open_probe(void) {
  struct rlimit limit;
  int fd = open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0 || getrlimit(RLIMIT_NOFILE, &limit))
    return;
  probe = fcntl(fd, F_DUPFD_CLOEXEC, limit.rlim_cur < 1024 ? (int)limit.rlim_cur - 1 : 1023);
  close(fd);
}

/**
 * Asks the device something and waits for the answer. A device that is served answers in the order
 * it was asked: whatever it was asked before is answered by then, or waits for an event.
 */
static void ask_device(void) {
  struct pollfd asked = {probe, POLLIN, 0};

  if (probe >= 0)
    poll(&asked, 1, 0);
}

struct thread_status {
  char state;
  long switches;    /* how often it stopped running */
  bool interrupted; /* a signal waits that it does not block */
};

static bool read_text(const char *path, char *text, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  long length = fd < 0 ? -1 : read(fd, text, size - 1);

  if (fd >= 0)
    close(fd);
  if (length > 0)
    text[length] = 0;
  return length > 0;
}

/** What follows "KEY:" at the start of a line. */
static const char *field(const char *text, const char *key) {
  const char *at = strstr(text, key);

  return at ? at + strlen(key) : "";
}

static unsigned long long signals(const char *text, const char *key) {
  return strtoull(field(text, key), NULL, 16);
}

static bool read_status(pid_t thread, struct thread_status *status) {
  char path[64], text[8192];

  snprintf(path, sizeof path, "/proc/self/task/%d/status", thread);
  if (!read_text(path, text, sizeof text))
    return false;
  status->state = *field(text, "\nState:\t");
  status->switches = atol(field(text, "\nvoluntary_ctxt_switches:")) +
                     atol(field(text, "\nnonvoluntary_ctxt_switches:"));
  status->interrupted = signals(text, "\nSigPnd:") & ~signals(text, "\nSigBlk:");
  return true;
}

/** The system call it sleeps in; -1 if it runs, or the kernel does not say. */
static long system_call(pid_t thread) {
  char path[64], text[256];

  snprintf(path, sizeof path, "/proc/self/task/%d/syscall", thread);
  return read_text(path, text, sizeof text) && strncmp(text, "running", 7) ? atol(text) : -1;
}

/**
 * A thread whose request the device has yet to answer sleeps just as one that waits for an event
 * does. So the device is asked something: a thread that did not stir meanwhile waits for somebody
 * else.
 */
enum rest rest_of(pid_t thread) {
  struct thread_status before, after;

  if (!thread || !read_status(thread, &before) || before.state != 'S' || before.interrupted)
    return BUSY;
  switch (system_call(thread)) {
  case SYS_futex:
    return BUSY;
  case SYS_nanosleep:
  case SYS_clock_nanosleep:
    return TIMED;
  }
  ask_device();
  if (!read_status(thread, &after) || after.state != 'S' || after.interrupted)
    return BUSY;
  return after.switches == before.switches ? AT_REST : BUSY;
}
