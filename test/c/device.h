/* The device by its system calls, with the numbers and structures of Linux' own header. */
#ifndef DEVICE_H
#define DEVICE_H

#include "check.h"
#include <sys/ioctl.h>
#include <xen/xen.h>
#include <xen/evtchn.h>

static inline int device_open(const char *path, int flags) {
  int fd = open(path, O_RDWR | O_CLOEXEC | flags);
  if (fd < 0) dprintf(2, "%s: ", path);
  CHECK(fd >= 0);
  return fd;
}

/* The binds answer a port, or -1 with errno. */
static inline int bind_unbound_port(int fd, unsigned domain) {
  struct ioctl_evtchn_bind_unbound_port bind = {.remote_domain = domain};
  return ioctl(fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &bind);
}

static inline int bind_interdomain(int fd, unsigned domain, unsigned port) {
  struct ioctl_evtchn_bind_interdomain bind = {.remote_domain = domain, .remote_port = port};
  return ioctl(fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind);
}

static inline int unbind_port(int fd, unsigned port) {
  struct ioctl_evtchn_unbind unbind = {.port = port};
  return ioctl(fd, IOCTL_EVTCHN_UNBIND, &unbind);
}

static inline int notify_port(int fd, unsigned port) {
  struct ioctl_evtchn_notify notify = {.port = port};
  return ioctl(fd, IOCTL_EVTCHN_NOTIFY, &notify);
}

/* Reads one port; -1 with errno. */
static inline int read_port(int fd) {
  uint32_t port;
  ssize_t got = read(fd, &port, sizeof port);
  if (got < 0) return -1;
  CHECK(got == sizeof port);
  return (int)port;
}

/* Writes one port back, which enables it again. */
static inline void enable_port(int fd, uint32_t port) {
  CHECK(write(fd, &port, sizeof port) == sizeof port);
}

/* A channel within the caller's own domain. */
struct channel {
  /* The end that was bound first, and the other. */
  int first, second;
};

/* Makes a channel between two open files (or within one) and takes the event that every new connection begins with. */
static inline struct channel connect_files(int first, int second) {
  struct channel channel;
  channel.first = bind_unbound_port(first, DOMID_SELF);
  CHECK(channel.first > 0);
  channel.second = bind_interdomain(second, DOMID_SELF, (unsigned)channel.first);
  CHECK(channel.second > 0);
  CHECK(read_port(second) == channel.second);
  enable_port(second, (uint32_t)channel.second);
  return channel;
}

#endif
