#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "evtrun.h"
#include "numbers.h"

/** More steps than this in one are not settled one by one. */
#define SETTLED_EACH 70

static const struct {
  const char *name;
  unsigned number;
} IOCTLS[] = {
    {"BIND_VIRQ", IOCTL_BIND_VIRQ},
    {"BIND_INTERDOMAIN", IOCTL_BIND_INTERDOMAIN},
    {"BIND_UNBOUND_PORT", IOCTL_BIND_UNBOUND_PORT},
    {"UNBIND", IOCTL_UNBIND},
    {"NOTIFY", IOCTL_NOTIFY},
    {"RESET", IOCTL_RESET},
    {"RESTRICT_DOMID", IOCTL_RESTRICT_DOMID},
    {"TCGETS", 0x5401},
    {"FIONREAD", 0x541B},
    {"FIONBIO", 0x5421},
    {"FIOASYNC", 0x5452},
    {"FIOCLEX", 0x5451},
    {"FIOQSIZE", 0x5460},
    {"FIGETBSZ", 2},
};

static unsigned ioctl_number(const char *text) {
  for (size_t i = 0; i < sizeof IOCTLS / sizeof *IOCTLS; i++)
    if (!strcmp(text, IOCTLS[i].name))
      return IOCTLS[i].number;
  return to_unsigned(text);
}

/** BIND_UNBOUND_PORT and BIND_VIRQ, which take one word and answer a port, for every name. */
static void bind_ports(struct step *step, unsigned command, unsigned argument) {
  struct handle *handle = step_handle(step, 1);
  struct results results = {.out = step->out};

  if (!handle)
    return;
  struct names names = expand(word(step, 2));
  for (int i = 0; i < names.count; i++) {
    int port = ioctl(handle->fd, command, &argument);
    if (port < 0) {
      add_result(&results, error_name(errno));
      break;
    }
    if (port > 0)
      set_port(names.name[i], port);
    add_result(&results, port ? "ok" : "ZERO-PORT");
  }
  end_results(&results);
  free_names(&names);
  settle();
}

static void step_alloc(struct step *step) {
  bind_ports(step, IOCTL_BIND_UNBOUND_PORT, to_unsigned(value(step, "remote", "0")));
}

static void step_virq(struct step *step) {
  bind_ports(step, IOCTL_BIND_VIRQ, to_unsigned(value(step, "virq", "0")));
}

/** Binds one name to a remote port. @return what to print; NULL if it went well */
static const char *bind_interdomain(int fd, const char *name, unsigned domain, const char *remote) {
  unsigned argument[2] = {domain, 0};

  if (!find_port(remote, &argument[1]))
    return "SCRIPT-ERROR";
  int port = ioctl(fd, IOCTL_BIND_INTERDOMAIN, argument);
  if (port < 0)
    return error_name(errno);
  set_port(name, port);
  return port ? NULL : "ZERO-PORT";
}

static void step_inter(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  struct results results = {.out = step->out};

  if (!handle)
    return;
  struct names names = expand(word(step, 2)), remotes = expand(value(step, "port", "#0"));
  unsigned domain = to_unsigned(value(step, "dom", "0"));
  for (int i = 0; i < names.count; i++) {
    int remote = i < remotes.count ? i : remotes.count - 1;
    const char *failure = bind_interdomain(handle->fd, names.name[i], domain, remotes.name[remote]);
    add_result(&results, failure ? failure : "ok");
    if (failure)
      break;
    if (names.count <= SETTLED_EACH)
      settle();
  }
  end_results(&results);
  free_names(&names);
  free_names(&remotes);
  settle();
}

/** NOTIFY and UNBIND, for every port. */
static void for_ports(struct step *step, unsigned command) {
  struct handle *handle = step_handle(step, 1);
  struct results results = {.out = step->out};
  struct ports ports;

  if (!handle || !step_ports(step, 2, &ports))
    return;
  for (int i = 0; i < ports.count; i++) {
    int result = ioctl(handle->fd, command, &ports.port[i]);
    add_result(&results, result < 0 ? error_name(errno) : result ? "POSITIVE" : "ok");
    if (ports.count <= SETTLED_EACH)
      settle();
  }
  if (ports.count > SETTLED_EACH)
    settle();
  end_results(&results);
  free_ports(&ports);
}

static void step_notify(struct step *step) {
  for_ports(step, IOCTL_NOTIFY);
}

static void step_unbind(struct step *step) {
  for_ports(step, IOCTL_UNBIND);
}

static void step_reset(struct step *step) {
  struct handle *handle = step_handle(step, 1);

  if (handle)
    put_status(step->out, ioctl(handle->fd, IOCTL_RESET, 0));
}

static void step_restrict(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  uint16_t domain = number(step, "domid", 0);

  if (handle)
    put_status(step->out, ioctl(handle->fd, IOCTL_RESTRICT_DOMID, &domain));
}

struct bytes {
  size_t length;
  unsigned char byte[4096];
};

/** What u32= (numbers and ports) and bytes= (in hex) say. @return false if a port is unknown */
static bool argument_bytes(const struct step *step, struct bytes *bytes) {
  char list[400], *rest;
  unsigned word;

  memset(bytes, 0, sizeof *bytes);
  snprintf(list, sizeof list, "%s", value(step, "u32", ""));
  for (char *text = strtok_r(list, ",", &rest); text; text = strtok_r(NULL, ",", &rest)) {
    if (!find_port(text, &word))
      return false;
    memcpy(bytes->byte + bytes->length, &word, sizeof word);
    bytes->length += sizeof word;
  }
  for (const char *hex = value(step, "bytes", ""); hex[0] && hex[1]; hex += 2) {
    if (sscanf(hex, "%2x", &word) != 1)
      return false;
    bytes->byte[bytes->length++] = word;
  }
  return true;
}

/** What the call is handed: the argument itself, or where it lies. */
static void *argument_of(const struct step *step, const struct bytes *bytes) {
  const char *argument = value(step, "arg", NULL), *place = value(step, "ptr", NULL);

  if (argument)
    return (void *)to_unsigned(argument);
  if (place)
    return user_pointer(place, bytes->byte, bytes->length);
  return memcpy(scratch_memory(), bytes->byte, 64);
}

/** ioctl(2) with any command. @return its result, or -1 with errno */
static long call_ioctl(const struct step *step, int fd, unsigned command, void *argument) {
  unsigned long high = has_word(step, "hibits") ? 0xABCD00000000ul : 0;

  return syscall(SYS_ioctl, fd, command | high, argument);
}

/** The same, entered as a 32-bit program does: this reaches the driver's compat_ioctl. */
static long call_ioctl32(int fd, unsigned command, void *argument) {
  long result = 54; /* ioctl, by the i386 table */

  __asm__ volatile("int $0x80"
                   : "+a"(result)
                   : "b"((long)fd), "c"((long)command), "d"((long)(uintptr_t)argument)
                   : "memory", "r8", "r9", "r10", "r11");
  if ((int)result >= 0)
    return (int)result;
  errno = -(int)result;
  return -1;
}

static void put_ioctl_result(struct step *step, long result) {
  const char *name = value(step, "as", NULL);

  if (result <= 0) {
    put_status(step->out, result);
    return;
  }
  if (name)
    set_port(name, result);
  put(step->out, name ? "ok" : "ret>0");
}

static void any_ioctl(struct step *step, bool from32bit) {
  struct handle *handle = step_handle(step, 1);
  struct bytes bytes;

  if (!handle)
    return;
  unsigned command = ioctl_number(value(step, "cmd", word(step, 2)));
  if (!argument_bytes(step, &bytes)) {
    put(step->out, "SCRIPT-ERROR port");
    return;
  }
  void *argument = argument_of(step, &bytes);
  put_ioctl_result(step, from32bit ? call_ioctl32(handle->fd, command, argument)
                                   : call_ioctl(step, handle->fd, command, argument));
  settle();
}

static void step_ioctl(struct step *step) {
  any_ioctl(step, false);
}

static void step_ioctl32(struct step *step) {
  any_ioctl(step, true);
}

const struct command IOCTL_COMMANDS[] = {
    {"alloc", step_alloc},   {"virq", step_virq},         {"inter", step_inter},
    {"notify", step_notify}, {"unbind", step_unbind},     {"reset", step_reset},
    {"ioctl", step_ioctl},   {"restrict", step_restrict}, {"ioctl32", step_ioctl32},
    {NULL, NULL},
};
