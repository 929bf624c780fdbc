#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "evtrun.h"

/** Buffers are no larger than this, whatever size the call is told. */
#define MAX_BUFFER (1 << 20)
/** Bytes behind a buffer that a read must leave alone, and what is in them. */
#define GUARD 64
#define UNTOUCHED 0xEE

#define MAX_SEGMENTS 16

/** More events than this are never drained. */
#define ENDLESS 2000000

/** Prints the ports that were read by their names. */
static void put_ports(struct out *out, const void *bytes, long length, bool sorted) {
  int count = length / 4;
  char(*names)[NAME_SIZE] = malloc(NAME_SIZE * (count ? count : 1));
  unsigned port;

  await_names();
  for (int i = 0; i < count; i++) {
    memcpy(&port, (const char *)bytes + 4 * i, 4);
    port_name(port, names[i]);
  }
  if (sorted)
    qsort(names, count, NAME_SIZE, compare_names);
  put(out, "%ld bytes:", length);
  put_names(out, names, count);
  free(names);
}

/** Prints what a read answered. */
static void put_read(struct step *step, struct handle *handle, const void *bytes, long result) {
  if (result < 0) {
    put(step->out, "%s", error_name(errno));
  } else if (result == 0) {
    put(step->out, "0 bytes");
  } else {
    handle->events += result / 4;
    put_ports(step->out, bytes, result, word_is(step, 0, "readset"));
  }
}

/** Reads into a buffer of our own, and looks whether more was written than the result says. */
static void read_checked(struct step *step, struct handle *handle, size_t size) {
  size_t room = (size < MAX_BUFFER ? size : MAX_BUFFER) + GUARD;
  unsigned char *buffer = memset(malloc(room), UNTOUCHED, room);
  long result = syscall(SYS_read, handle->fd, buffer, size);

  put_read(step, handle, buffer, result);
  for (size_t i = result < 0 ? room : (size_t)result; i < room; i++)
    if (buffer[i] != UNTOUCHED) {
      put(step->out, " (buffer written past the count)");
      break;
    }
  free(buffer);
}

static void step_read(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  size_t size = to_unsigned(value(step, "n", "4096"));
  const char *place = value(step, "ptr", NULL);

  if (!handle)
    return;
  if (place) {
    void *buffer = user_pointer(place, NULL, 0);
    put_read(step, handle, buffer, syscall(SYS_read, handle->fd, buffer, size));
  } else {
    read_checked(step, handle, size);
  }
}

/** readv and preadv2 (at the current position, with flags). */
static void step_readv(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  struct iovec segments[MAX_SEGMENTS];
  long sizes[MAX_SEGMENTS];

  if (!handle)
    return;
  int count = number_list(value(step, "iov", ""), sizes, MAX_SEGMENTS);
  size_t total = 1;
  for (int i = 0; i < count; i++)
    total += sizes[i] > 0 ? sizes[i] : 0;
  /* One behind the other, so that what was read is in one piece: segments are filled in order. */
  char *buffer = malloc(total), *at = buffer;
  for (int i = 0; i < count; i++) {
    segments[i] = (struct iovec){at, sizes[i]};
    at += sizes[i] > 0 ? sizes[i] : 0;
  }
  long result = word_is(step, 0, "readv")
                    ? readv(handle->fd, segments, count)
                    : preadv2(handle->fd, segments, count, -1, number(step, "flags", 0));
  put_read(step, handle, buffer, result);
  free(buffer);
}

struct drained {
  bool *seen; /* by port */
  long events;
  int distinct;
  const char *error;
};

/** Reads once. @return whether to go on */
static bool drain_once(struct step *step, int fd, unsigned *buffer, size_t size,
                       struct drained *drained) {
  struct pollfd readable = {fd, POLLIN, 0};

  if (poll(&readable, 1, 0) <= 0)
    return false;
  long result = read(fd, buffer, size);
  if (result < 0)
    drained->error = error_name(errno);
  if (result <= 0)
    return false;
  drained->events += result / 4;
  for (int i = 0; i < result / 4; i++)
    if (buffer[i] < NAMED_PORTS && !drained->seen[buffer[i]]) {
      drained->seen[buffer[i]] = true;
      drained->distinct++;
    }
  if (has_word(step, "rearm") && write(fd, buffer, result) != result)
    drained->error = "REARM-FAILED";
  if (drained->events > ENDLESS)
    drained->error = "ENDLESS";
  return drained->events <= ENDLESS;
}

static void step_drain(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  size_t size = number(step, "n", 4096);
  struct drained drained = {0};

  if (!handle)
    return;
  unsigned *buffer = malloc(size + 8);
  drained.seen = calloc(NAMED_PORTS, sizeof *drained.seen);
  while (drain_once(step, handle->fd, buffer, size, &drained)) {
  }
  handle->events += drained.events;
  put(step->out, "events=%ld distinct=%d", drained.events, drained.distinct);
  if (drained.error)
    put(step->out, " %s", drained.error);
  free(drained.seen);
  free(buffer);
}

static void step_total(struct step *step) {
  struct handle *handle = step_handle(step, 1);

  if (handle)
    put(step->out, "%ld", handle->events);
}

const struct command READ_COMMANDS[] = {
    {"read", step_read},   {"readset", step_read}, {"readv", step_readv}, {"preadv2", step_readv},
    {"drain", step_drain}, {"total", step_total},  {NULL, NULL},
};
