#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "evtrun.h"

/** The real-time signal of the cases. */
#define REALTIME (SIGRTMIN + 1)

#define SIGNALS 70
static atomic_int handled[SIGNALS];

/** The signal that was handled last. */
static volatile int last_code, last_fd;
static volatile long last_band;

static void handle_signal(int number, siginfo_t *info, void *context) {
  (void)context;
  atomic_fetch_add(&handled[number < SIGNALS ? number : SIGNALS - 1], 1);
  last_code = info->si_code;
  last_band = info->si_band;
  last_fd = info->si_fd;
}

static void set_handler(int number, int flags) {
  struct sigaction action = {.sa_sigaction = handle_signal, .sa_flags = SA_SIGINFO | flags};

  sigaction(number, &action, NULL);
}

int signal_number(const char *name) {
  static const struct {
    const char *name;
    int number;
  } KNOWN[] = {
      {"SIGUSR1", SIGUSR1}, {"SIGUSR2", SIGUSR2}, {"SIGIO", SIGIO},     {"SIGKILL", SIGKILL},
      {"SIGTERM", SIGTERM}, {"SIGSTOP", SIGSTOP}, {"SIGCONT", SIGCONT},
  };

  for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
    if (!strcmp(name, KNOWN[i].name))
      return KNOWN[i].number;
  return strcmp(name, "SIGRT") ? atoi(name) : REALTIME;
}

static void handle_io_signals(void) {
  set_handler(SIGIO, SA_RESTART);
  set_handler(REALTIME, SA_RESTART);
}

static void step_sigio(struct step *step) {
  struct handle *handle = step_handle(step, 1);

  if (!handle)
    return;
  int flags = fcntl(handle->fd, F_GETFL);
  if (word_is(step, 2, "handler")) {
    handle_io_signals();
    put(step->out, "ok");
  } else if (word_is(step, 2, "on")) {
    handle_io_signals();
    fcntl(handle->fd, F_SETOWN, getpid());
    if (has_word(step, "rt"))
      fcntl(handle->fd, F_SETSIG, REALTIME);
    put_status(step->out, fcntl(handle->fd, F_SETFL, flags | O_ASYNC));
  } else {
    put_status(step->out, fcntl(handle->fd, F_SETFL, flags & ~O_ASYNC));
  }
}

static void step_setown(struct step *step) {
  struct handle *handle = step_handle(step, 1);

  if (handle)
    put_status(step->out, fcntl(handle->fd, F_SETOWN, getpid()));
}

static void step_sigcount(struct step *step) {
  const char *name = word(step, 1);
  int which = *name && !strchr(name, '=') ? signal_number(name) : SIGIO;

  wait_ms(number(step, "ms", 30));
  put(step->out, "%d", atomic_exchange(&handled[which], 0));
}

static void step_siginfo(struct step *step) {
  const char *code = last_code == POLL_IN    ? "POLL_IN"
                     : last_code == POLL_OUT ? "POLL_OUT"
                     : last_code == POLL_ERR ? "POLL_ERR"
                                             : "other";

  put(step->out, "code=%s band=", code);
  put_events(step->out, last_band);
  put(step->out, " fd=%s", handle_of_descriptor(last_fd));
}

static void step_handler(struct step *step) {
  int which = signal_number(word(step, 1));

  if (word_is(step, 2, "restart"))
    set_handler(which, SA_RESTART);
  else if (word_is(step, 2, "norestart"))
    set_handler(which, 0);
  else
    signal(which, word_is(step, 2, "ignore") ? SIG_IGN : SIG_DFL);
  put(step->out, "ok");
}

const struct command SIGNAL_COMMANDS[] = {
    {"sigio", step_sigio},     {"setown", step_setown},   {"sigcount", step_sigcount},
    {"siginfo", step_siginfo}, {"handler", step_handler}, {NULL, NULL},
};
