#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "evtrun.h"

#define PAGE 4096

static void step_lseek(struct step *step) {
  struct handle *handle = step_handle(step, 1);

  if (handle)
    put_number(step->out, lseek(handle->fd, number(step, "off", 0), number(step, "whence", 0)));
}

static void step_pread(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  char buffer[PAGE];

  if (handle)
    put_number(step->out, pread(handle->fd, buffer, number(step, "n", 4), number(step, "off", 0)));
}

static void step_pwrite(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  char buffer[PAGE] = {0};

  if (handle)
    put_number(step->out, pwrite(handle->fd, buffer, number(step, "n", 4), number(step, "off", 0)));
}

static void step_mmap(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  int protection = has_word(step, "prot_none") ? PROT_NONE : PROT_READ;
  int flags = has_word(step, "private") ? MAP_PRIVATE : MAP_SHARED;

  if (!handle)
    return;
  void *at = mmap(NULL, PAGE, protection, flags, handle->fd, 0);
  put(step->out, "%s", at == MAP_FAILED ? error_name(errno) : "mapped");
}

static void step_fsync(struct step *step) {
  struct handle *handle = step_handle(step, 1);

  if (handle)
    put_status(step->out, fsync(handle->fd));
}

static void step_ftruncate(struct step *step) {
  struct handle *handle = step_handle(step, 1);

  if (handle)
    put_status(step->out, ftruncate(handle->fd, 0));
}

static void step_fallocate(struct step *step) {
  struct handle *handle = step_handle(step, 1);

  if (handle)
    put_status(step->out, fallocate(handle->fd, 0, 0, PAGE));
}

static void step_flock(struct step *step) {
  struct handle *handle = step_handle(step, 1);

  if (handle)
    put_status(step->out, flock(handle->fd, LOCK_EX | LOCK_NB));
}

static void step_fadvise(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  int error = handle ? posix_fadvise(handle->fd, 0, 0, POSIX_FADV_WILLNEED) : 0;

  if (handle)
    put(step->out, "%s", error ? error_name(error) : "ok");
}

static void step_isatty(struct step *step) {
  struct handle *handle = step_handle(step, 1);

  if (handle)
    put(step->out, "%s", isatty(handle->fd) ? "yes" : error_name(errno));
}

/** Calls of the device with a pipe at their other end. */
static long pipe_call(const struct step *step, int fd, const int ends[2]) {
  if (word_is(step, 0, "sendfile"))
    return sendfile(ends[1], fd, NULL, 4) < 0 ? -1 : 0;
  if (word_is(step, 0, "splicein"))
    return splice(fd, NULL, ends[1], NULL, 4, SPLICE_F_NONBLOCK);
  if (write(ends[1], "\0\0\0\0", 4) != 4)
    return -1;
  return splice(ends[0], NULL, fd, NULL, 4, SPLICE_F_NONBLOCK);
}

static void step_pipe(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  int ends[2];

  if (!handle)
    return;
  if (pipe(ends)) {
    put(step->out, "pipe?");
    return;
  }
  long result = pipe_call(step, handle->fd, ends);
  if (result < 0 || !word_is(step, 0, "sendfile"))
    put_number(step->out, result);
  else
    put(step->out, "ok");
  close(ends[0]);
  close(ends[1]);
}

const struct command VFS_COMMANDS[] = {
    {"lseek", step_lseek},     {"pread", step_pread},         {"pwrite", step_pwrite},
    {"mmap", step_mmap},       {"fsync", step_fsync},         {"ftruncate", step_ftruncate},
    {"flock", step_flock},     {"fallocate", step_fallocate}, {"fadvise", step_fadvise},
    {"isatty", step_isatty},   {"sendfile", step_pipe},       {"splicein", step_pipe},
    {"spliceout", step_pipe},  {NULL, NULL},
};
