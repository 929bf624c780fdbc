#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "evtrun.h"

#define MAX_BUFFER (1 << 20)
#define MAX_SEGMENTS 16
#define SEGMENTS_SIZE 65536

static void put_written(struct step *step, long result) {
  put_number(step->out, result);
  if (result >= 0)
    put(step->out, " bytes");
  settle();
}

/** at=PORT:OFFSET puts one port anywhere into what is written. */
static void place_port(const struct step *step, char *buffer, size_t size) {
  char text[64];
  unsigned port;

  snprintf(text, sizeof text, "%s", value(step, "at", ""));
  char *offset = strchr(text, ':');
  if (!offset)
    return;
  *offset++ = 0;
  size_t at = atoi(offset);
  if (find_port(text, &port) && at + sizeof port <= size)
    memcpy(buffer + at, &port, sizeof port);
}

static void step_write(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  const char *place = value(step, "ptr", NULL), *total = value(step, "n", NULL);
  unsigned pad = number(step, "pad", 0);
  struct ports ports;

  if (!handle || !step_ports(step, 2, &ports))
    return;
  size_t listed = sizeof(unsigned) * ports.count;
  size_t length = total ? to_unsigned(total) : listed + number(step, "extra", 0);
  size_t size = length < MAX_BUFFER ? length : MAX_BUFFER;
  if (size < listed)
    size = listed;
  char *buffer = calloc(1, size + 64);
  memcpy(buffer, ports.port, listed);
  for (size_t i = listed; i + sizeof pad <= size; i += sizeof pad)
    memcpy(buffer + i, &pad, sizeof pad);
  place_port(step, buffer, size + 64);
  const void *from = place ? user_pointer(place, buffer, size) : buffer;
  put_written(step, syscall(SYS_write, handle->fd, from, length));
  free(buffer);
  free_ports(&ports);
}

static void step_writev(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  struct iovec segments[MAX_SEGMENTS];
  long sizes[MAX_SEGMENTS];
  struct ports ports;

  if (!handle || !step_ports(step, 2, &ports))
    return;
  char *buffer = calloc(1, SEGMENTS_SIZE), *at = buffer;
  memcpy(buffer, ports.port, sizeof(unsigned) * ports.count);
  int count = number_list(value(step, "iov", ""), sizes, MAX_SEGMENTS);
  for (int i = 0; i < count; at += sizes[i++])
    segments[i] = (struct iovec){at, sizes[i]};
  put_written(step, writev(handle->fd, segments, count));
  free(buffer);
  free_ports(&ports);
}

const struct command WRITE_COMMANDS[] = {
    {"write", step_write},
    {"writev", step_writev},
    {NULL, NULL},
};
