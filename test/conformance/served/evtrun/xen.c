#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "evtrun.h"

/*
 * Steps that make hypercalls through /dev/xen/privcmd: on a real Xen only. Structures are those of
 * Xen 4.17 (interface version 0x15 of domctl and sysctl).
 */

#define PRIVCMD_HYPERCALL ((48u << 16) | ('P' << 8))
#define INTERFACE_VERSION 0x15

#define HYPERVISOR_EVENT_CHANNEL_OP 32
#define HYPERVISOR_SYSCTL 35
#define HYPERVISOR_DOMCTL 36

#define SYSCTL_DEBUG_KEYS 7
#define DOMCTL_CREATE 1
#define DOMCTL_DESTROY 2
#define DOMCTL_MAX_VCPUS 15
#define EVTCHNOP_ALLOC_UNBOUND 6
#define EVTCHNOP_RESET 10

#define PAGE 4096
/** How often destroying a domain is tried, since it takes its time. */
#define DESTROY_TRIES 50

/** Memory of hypercall arguments: the structure, and a page for what it points to. */
static uint8_t *argument;
static int privcmd = -1;

/** Opens privcmd and clears the argument; prints it if there is none. */
static bool begin(struct step *step) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED | MAP_POPULATE;

  if (!argument) {
    void *memory = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, flags, -1, 0);
    argument = memory == MAP_FAILED ? NULL : memory;
  }
  privcmd = argument ? open("/dev/xen/privcmd", O_RDWR | O_CLOEXEC) : -1;
  if (privcmd < 0) {
    put(step->out, "no privcmd");
    return false;
  }
  memset(argument, 0, 2 * PAGE);
  return true;
}

static void end(void) {
  close(privcmd);
}

static void put16(int offset, uint16_t value) {
  memcpy(argument + offset, &value, sizeof value);
}

static void put32(int offset, uint32_t value) {
  memcpy(argument + offset, &value, sizeof value);
}

static void put64(int offset, uint64_t value) {
  memcpy(argument + offset, &value, sizeof value);
}

static long hypercall(uint64_t number, uint64_t first, uint64_t second) {
  struct {
    uint64_t number, arguments[5];
  } call = {number, {first, second}};

  return ioctl(privcmd, PRIVCMD_HYPERCALL, &call);
}

static long domctl(uint32_t command, uint16_t domain) {
  put32(0, command);
  put32(4, INTERFACE_VERSION);
  put16(8, domain);
  return hypercall(HYPERVISOR_DOMCTL, (uintptr_t)argument, 0);
}

static long event_channel_op(uint64_t operation) {
  return hypercall(HYPERVISOR_EVENT_CHANNEL_OP, operation, (uintptr_t)argument);
}

static void step_xenkey(struct step *step) {
  const char *keys = word(step, 1);

  if (!begin(step))
    return;
  snprintf((char *)argument + PAGE, PAGE, "%s", keys);
  put32(0, SYSCTL_DEBUG_KEYS);
  put32(4, INTERFACE_VERSION);
  put64(8, (uintptr_t)(argument + PAGE));
  put32(16, strlen(keys));
  put_status(step->out, hypercall(HYPERVISOR_SYSCTL, (uintptr_t)argument, 0) < 0);
  end();
  pause_ms(100);
}

/** An empty domain that never runs. */
static void step_mkdom(struct step *step) {
  unsigned id = number(step, "id", 0);

  if (!begin(step))
    return;
  argument[20] = id; /* of the handle, which must not be zero */
  put32(44, 1);      /* vCPUs */
  put32(48, number(step, "maxport", 1023));
  put32(52, -1); /* grant frames: the default */
  put32(56, -1);
  put32(60, 1); /* grant version */
  long failed = domctl(DOMCTL_CREATE, id);
  if (!failed) {
    memset(argument, 0, 256);
    put32(16, 1);
    failed = domctl(DOMCTL_MAX_VCPUS, id);
    if (failed)
      put(step->out, "max_vcpus ");
  }
  put_status(step->out, failed);
  end();
}

static void step_rmdom(struct step *step) {
  unsigned id = number(step, "id", 0);
  long failed = -1;

  if (!begin(step))
    return;
  for (int i = 0; i < DESTROY_TRIES && failed && (i == 0 || errno != ESRCH); i++) {
    if (i > 0)
      pause_ms(2);
    memset(argument, 0, 256);
    failed = domctl(DOMCTL_DESTROY, id);
  }
  put_status(step->out, failed);
  end();
  pause_ms(50);
}

static void step_domreset(struct step *step) {
  if (!begin(step))
    return;
  put16(0, number(step, "id", 0));
  put_status(step->out, event_channel_op(EVTCHNOP_RESET));
  end();
}

static void step_domalloc(struct step *step) {
  struct results results = {.out = step->out};
  struct names names;
  uint32_t port;

  if (!begin(step))
    return;
  names = expand(word(step, 1));
  for (int i = 0; i < names.count; i++) {
    memset(argument, 0, 16);
    put16(0, number(step, "id", 0));
    put16(2, number(step, "remote", 0));
    if (event_channel_op(EVTCHNOP_ALLOC_UNBOUND)) {
      add_result(&results, error_name(errno));
      break;
    }
    memcpy(&port, argument + 4, sizeof port);
    set_foreign_port(names.name[i], port);
    add_result(&results, "ok");
  }
  end_results(&results);
  free_names(&names);
  end();
}

const struct command XEN_COMMANDS[] = {
    {"xenkey", step_xenkey},     {"mkdom", step_mkdom},       {"rmdom", step_rmdom},
    {"domreset", step_domreset}, {"domalloc", step_domalloc}, {NULL, NULL},
};
