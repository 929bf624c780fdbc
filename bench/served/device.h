// The event-channel device as the clients of `npm run bench:served` call it.
#ifndef DEVICE_H
#define DEVICE_H
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
  EVTCHN_BIND_INTERDOMAIN = 0x84501,
  EVTCHN_BIND_UNBOUND_PORT = 0x44502,
  EVTCHN_NOTIFY = 0x44504,
};

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int open_device(const char *path) {
  int device = open(path, O_RDWR | O_CLOEXEC);
  if (device < 0) die(path);
  return device;
}

static uint32_t bind_unbound(int device, uint32_t remote) {
  int port = ioctl(device, EVTCHN_BIND_UNBOUND_PORT, &remote);
  if (port < 0) die("BIND_UNBOUND_PORT");
  return port;
}

static uint32_t bind_interdomain(int device, uint32_t domain, uint32_t remote) {
  uint32_t argument[2] = {domain, remote};
  int port = ioctl(device, EVTCHN_BIND_INTERDOMAIN, argument);
  if (port < 0) die("BIND_INTERDOMAIN");
  return port;
}

static inline void notify(int device, uint32_t port) {
  if (ioctl(device, EVTCHN_NOTIFY, &port) != 0) die("NOTIFY");
}

static inline uint32_t read_port(int device) {
  uint32_t port;
  if (read(device, &port, sizeof port) != sizeof port) die("read of a port");
  return port;
}

static inline void write_port(int device, uint32_t port) {
  if (write(device, &port, sizeof port) != sizeof port) die("write of a port");
}

// Nanoseconds; the same clock in all processes.
static inline int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

#endif
