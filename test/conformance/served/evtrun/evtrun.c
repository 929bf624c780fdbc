/*
 * evtrun CASE [DEVICE]: runs one case, in a process of its own, and prints a line per step.
 *
 * The device is DEVICE, or what EVTCHN_DEV names, or /dev/xen/evtchn.
 * EVTRUN_SETTLE_MS  a pause after every step that can raise an event, for a device that delivers
 *                   later; 0
 * EVTRUN_LIMIT_S    how long a case may take; 90
 *
 * Exit status: 0; 1 if the case was killed or took too long, which is printed; 2 for wrong usage;
 * 128+N when signal N ended the program, and the case with it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "evtrun.h"

/** How long what is left of a case may take to die, in seconds. */
#define END_LIMIT 10

const char *device = "/dev/xen/evtchn";
static long settle_ms;

void pause_ms(long ms) {
  struct timespec left = {ms / 1000, ms % 1000 * 1000000};

  while (nanosleep(&left, &left) && errno == EINTR) {
  }
}

void wait_ms(long ms) {
  wait_begins(ms);
  pause_ms(ms);
  wait_ends();
}

long now_ms(void) {
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void settle(void) {
  if (settle_ms)
    pause_ms(settle_ms);
}

/** Takes comments and space around a step away. */
static char *trim(char *line) {
  line[strcspn(line, "\r\n")] = 0;
  line += strspn(line, " \t");
  char *comment = strstr(line, " ##");
  if (comment)
    *comment = 0;
  size_t length = strlen(line);
  while (length && line[length - 1] == ' ')
    line[--length] = 0;
  return line;
}

static void run_case(FILE *file) {
  static char line[8192];
  static struct out out;

  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  make_memory();
  open_probe();
  signal(SIGPIPE, SIG_IGN);
  while (fgets(line, sizeof line, file)) {
    char *step = trim(line);
    if (!*step || *step == '#')
      continue;
    printf("%s -> ", step);
    fflush(stdout);
    clear(&out);
    run_step(step, &out);
    printf("%s\n", out.text);
    fflush(stdout);
  }
  end_children();
  _exit(0);
}

/** The signal that ends this program; 0 while there was none. */
static int ended_by;

/** Signals that are waited for, never handled. */
static void awaited_signals(sigset_t *signals) {
  sigemptyset(signals);
  sigaddset(signals, SIGCHLD);
  sigaddset(signals, SIGINT);
  sigaddset(signals, SIGTERM);
  sigaddset(signals, SIGHUP);
}

/**
 * Waits until a process has ended, or any if it is 0. It is still to be reaped then.
 * @return false if none did in time, or before this program is to end
 */
static bool await_end(pid_t process, long seconds) {
  long limit = now_ms() + seconds * 1000;
  sigset_t awaited;

  awaited_signals(&awaited);
  for (;;) {
    siginfo_t found = {.si_pid = 0};
    int failed = waitid(process ? P_PID : P_ALL, process, &found, WEXITED | WNOHANG | WNOWAIT);
    if (failed || found.si_pid)
      return found.si_pid;
    long left = limit - now_ms();
    if (left <= 0)
      return false;
    /* Woken by a signal that came before, too, since it is blocked. */
    struct timespec timeout = {left / 1000, left % 1000 * 1000000};
    int signal = sigtimedwait(&awaited, NULL, &timeout);
    if (signal > 0 && signal != SIGCHLD) {
      ended_by = signal;
      return false;
    }
  }
}

/**
 * Kills all that is left of a case, and waits until it is gone: its handles are closed then.
 * @return how its first process ended
 */
static int end_case(pid_t process) {
  int status, first = 0;

  kill(-process, SIGKILL);
  while (await_end(0, END_LIMIT))
    if (wait(&status) == process)
      first = status;
  return first;
}

static int run_supervised(FILE *file, long limit) {
  sigset_t awaited, before;

  awaited_signals(&awaited);
  sigprocmask(SIG_BLOCK, &awaited, &before);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t process = fork();
  if (process < 0) {
    perror("evtrun: fork");
    return 2;
  }
  if (process == 0) {
    sigprocmask(SIG_SETMASK, &before, NULL);
    run_case(file);
  }
  bool in_time = await_end(process, limit);
  int status = end_case(process);
  if (ended_by)
    return 128 + ended_by;
  if (!in_time)
    printf("CASE-HANG\n");
  else if (WIFSIGNALED(status))
    printf("\nCASE-KILLED signal %d\n", WTERMSIG(status));
  return !in_time || WIFSIGNALED(status);
}

static const char *environment(const char *name, const char *otherwise) {
  const char *text = getenv(name);

  return text ? text : otherwise;
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3) {
    fprintf(stderr, "usage: evtrun CASE [DEVICE]\n");
    return 2;
  }
  device = argc > 2 ? argv[2] : environment("EVTCHN_DEV", device);
  settle_ms = atol(environment("EVTRUN_SETTLE_MS", "0"));
  FILE *file = fopen(argv[1], "r");
  if (!file) {
    perror(argv[1]);
    return 2;
  }
  share_symbols();
  setvbuf(stdout, NULL, _IOLBF, 0);
  return run_supervised(file, atol(environment("EVTRUN_LIMIT_S", "90")));
}
