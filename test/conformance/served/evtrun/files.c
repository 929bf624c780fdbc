#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "evtrun.h"

/** What cases call the device, wherever it is. */
#define DEVICE_NAME "/dev/xen/evtchn"

static const struct {
  const char *name;
  int replaces; /* bits it takes the place of */
  int flag;
} OPEN_FLAGS[] = {
    {"O_RDONLY", O_ACCMODE, O_RDONLY},
    {"O_WRONLY", O_ACCMODE, O_WRONLY},
    {"O_ACCMODE3", 0, O_ACCMODE},
    {"O_PATH", ~0, O_PATH},
    {"O_NONBLOCK", 0, O_NONBLOCK},
    {"O_CLOEXEC", 0, O_CLOEXEC},
    {"O_DIRECTORY", 0, O_DIRECTORY},
    {"O_CREAT", 0, O_CREAT},
    {"O_EXCL", 0, O_EXCL},
    {"O_TRUNC", 0, O_TRUNC},
    {"O_APPEND", 0, O_APPEND},
    {"O_DIRECT", 0, O_DIRECT},
    {"O_ASYNC", 0, O_ASYNC},
};

static int open_flags(const struct step *step) {
  int flags = O_RDWR;

  for (int i = 2; i < step->words; i++)
    for (size_t k = 0; k < sizeof OPEN_FLAGS / sizeof *OPEN_FLAGS; k++)
      if (word_is(step, i, OPEN_FLAGS[k].name))
        flags = (flags & ~OPEN_FLAGS[k].replaces) | OPEN_FLAGS[k].flag;
  return flags;
}

static void step_open(struct step *step) {
  struct names names = expand(word(step, 1));
  struct results results = {.out = step->out};
  const char *path = value(step, "path", DEVICE_NAME);
  int flags = open_flags(step);

  if (!strcmp(path, DEVICE_NAME))
    path = device;
  for (int i = 0; i < names.count; i++) {
    int fd = open(path, flags, 0600);
    if (fd >= 0)
      set_handle(names.name[i], fd);
    add_result(&results, fd >= 0 ? "ok" : error_name(errno));
    if (fd < 0)
      break;
  }
  end_results(&results);
  free_names(&names);
}

static void step_close(struct step *step) {
  struct names names = expand(word(step, 1));
  struct results results = {.out = step->out};

  for (int i = 0; i < names.count; i++) {
    struct handle *handle = find_handle(names.name[i]);
    if (!handle) {
      put(step->out, "SCRIPT-ERROR");
      break;
    }
    int failed = close(handle->fd);
    handle->open = false;
    add_result(&results, failed ? error_name(errno) : "ok");
  }
  end_results(&results);
  free_names(&names);
}

static void step_dup(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  int fd = handle ? dup(handle->fd) : -1;

  if (!handle)
    return;
  if (fd >= 0)
    set_handle(word(step, 2), fd);
  put_status(step->out, fd < 0);
}

/** F_SETFL with some flags taken away and others added. */
static void change_flags(struct step *step, int less, int more) {
  struct handle *handle = step_handle(step, 1);

  if (handle)
    put_status(step->out, fcntl(handle->fd, F_SETFL, (fcntl(handle->fd, F_GETFL) & ~less) | more));
}

static void step_nonblock(struct step *step) {
  change_flags(step, O_NONBLOCK, word_is(step, 2, "on") ? O_NONBLOCK : 0);
}

static void step_setdirect(struct step *step) {
  change_flags(step, 0, O_DIRECT);
}

static void step_getfl(struct step *step) {
  static const char *const ACCESS[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "3"};
  struct handle *handle = step_handle(step, 1);

  if (!handle)
    return;
  int flags = fcntl(handle->fd, F_GETFL);
  if (flags < 0) {
    put(step->out, "%s", error_name(errno));
    return;
  }
  put(step->out, "%s", ACCESS[flags & O_ACCMODE]);
  if (flags & O_NONBLOCK)
    put(step->out, "|O_NONBLOCK");
  if (flags & O_APPEND)
    put(step->out, "|O_APPEND");
  if (flags & O_ASYNC)
    put(step->out, "|O_ASYNC");
  if (flags & O_DIRECT)
    put(step->out, "|O_DIRECT");
}

static const char *file_type(mode_t mode) {
  if (S_ISCHR(mode))
    return "chr";
  if (S_ISREG(mode))
    return "reg";
  if (S_ISFIFO(mode))
    return "fifo";
  return S_ISSOCK(mode) ? "sock" : "other";
}

static void step_ftype(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  struct stat stat;

  if (handle)
    put(step->out, "%s", fstat(handle->fd, &stat) ? error_name(errno) : file_type(stat.st_mode));
}

static void step_fdev(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  struct stat stat;

  if (!handle)
    return;
  if (fstat(handle->fd, &stat))
    put(step->out, "%s", error_name(errno));
  else
    put(step->out, "major=%d mode=%04o size=%ld", (int)major(stat.st_rdev), stat.st_mode & 07777,
        (long)stat.st_size);
}

const struct command FILE_COMMANDS[] = {
    {"open", step_open},         {"openpath", step_open},         {"close", step_close},
    {"dup", step_dup},           {"nonblock", step_nonblock},     {"setdirect", step_setdirect},
    {"getfl", step_getfl},       {"ftype", step_ftype},           {"fdev", step_fdev},
    {NULL, NULL},
};
