/* What every client program here needs: checks that say where and why they failed, children that never outlive
 * their parent, and waiting until a thread really sleeps in a system call. */
#ifndef CHECK_H
#define CHECK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHECK(condition) \
  do { \
    if (!(condition)) failed(__FILE__, __LINE__, #condition); \
  } while (0)

/* A call that must answer -1 with this very errno. */
#define CHECK_ERRNO(call, wanted) \
  do { \
    errno = 0; \
    long answer_ = (long)(call); \
    int errno_ = errno; \
    if (answer_ != -1 || errno_ != (wanted)) wrong_errno(__FILE__, __LINE__, #call, answer_, errno_, wanted); \
  } while (0)

static inline const char *errno_name(int number) {
  const char *name = strerrorname_np(number);
  return name == NULL ? "?" : name;
}

static inline void failed(const char *file, int line, const char *what) {
  dprintf(2, "%s:%d: pid %d: not so: %s (errno %s)\n", file, line, getpid(), what, errno_name(errno));
  exit(1);
}

static inline void wrong_errno(const char *file, int line, const char *call, long answer, int error, int wanted) {
  dprintf(2, "%s:%d: pid %d: %s answered %ld with errno %s; wanted -1 with %s\n", file, line, getpid(), call, answer,
          errno_name(error), errno_name(wanted));
  exit(1);
}

/* Ends the program with a message unless it ends before by itself: nothing here may hang. */
static inline void overdue(int number) {
  (void)number;
  static const char message[] = "the program's deadline has passed\n";
  if (write(2, message, sizeof message - 1) < 0) _exit(4);
  _exit(3);
}

static inline void deadline(unsigned seconds) {
  signal(SIGALRM, overdue);
  alarm(seconds);
}

static inline int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* fork(2), with a child that dies with its parent and has a deadline of its own. */
static inline pid_t child_process(void) {
  pid_t parent = getpid();
  fflush(NULL);
  pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    CHECK(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
    if (getppid() != parent) _exit(1);
    deadline(120);
  }
  return pid;
}

/* Waits for a child that must end with status 0. */
static inline void ended_well(pid_t pid) {
  int status;
  CHECK(waitpid(pid, &status, 0) == pid);
  if (status != 0) {
    dprintf(2, "child %d ended with status %#x\n", pid, status);
    exit(1);
  }
}

static inline void kill_and_reap(pid_t pid) {
  int status;
  CHECK(kill(pid, SIGKILL) == 0);
  CHECK(waitpid(pid, &status, 0) == pid);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Memory that children share, zeroed. */
static inline void *shared_memory(size_t bytes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED);
  return memory;
}

static inline pid_t thread_id(void) {
  return (pid_t)syscall(SYS_gettid);
}

static inline size_t proc_text(pid_t pid, pid_t tid, const char *name, char *text, size_t bytes) {
  char path[80];
  snprintf(path, sizeof path, "/proc/%d/task/%d/%s", pid, tid, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? 0 : read(fd, text, bytes - 1);
  if (fd >= 0) close(fd);
  if (got < 0) got = 0;
  text[got] = 0;
  return (size_t)got;
}

/* Whether the thread sleeps, interruptibly, in the system call of this number. */
static inline int sleeps_in(pid_t pid, pid_t tid, long number) {
  char text[512];
  if (proc_text(pid, tid, "syscall", text, sizeof text) == 0) return 0;
  char *end;
  long current = strtol(text, &end, 10);
  if (end == text || current != number) return 0;
  if (proc_text(pid, tid, "stat", text, sizeof text) == 0) return 0;
  char *state = strrchr(text, ')');
  return state != NULL && state[2] == 'S';
}

/* The system calls that each wait can be, by the architecture and the C library. */
#ifndef SYS_poll
#define SYS_poll SYS_ppoll
#define SYS_select SYS_pselect6
#define SYS_epoll_wait SYS_epoll_pwait
#endif
static const long READ_CALLS[2] __attribute__((unused)) = {SYS_read, SYS_read};
static const long POLL_CALLS[2] __attribute__((unused)) = {SYS_poll, SYS_ppoll};
static const long SELECT_CALLS[2] __attribute__((unused)) = {SYS_select, SYS_pselect6};
static const long EPOLL_CALLS[2] __attribute__((unused)) = {SYS_epoll_wait, SYS_epoll_pwait};

/* Whether it sleeps in one of two. */
static inline int sleeps_in_one(pid_t pid, pid_t tid, const long calls[2]) {
  return sleeps_in(pid, tid, calls[0]) || sleeps_in(pid, tid, calls[1]);
}

/* Waits until it does; the caller's deadline bounds the wait. */
static inline void wait_asleep(pid_t pid, pid_t tid, const long calls[2]) {
  while (!sleeps_in_one(pid, tid, calls)) usleep(200);
}

/* A line of input from whoever started the program, which says that it may go on. */
static inline void await_word(void) {
  char byte;
  do CHECK(read(0, &byte, 1) == 1);
  while (byte != '\n');
}

#endif
