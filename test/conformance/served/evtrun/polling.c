#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "evtrun.h"

#define MAX_READY 16

static const struct {
  const char *name;
  unsigned bit;
} RESULT_BITS[] = {
    {"POLLIN", POLLIN},         {"POLLPRI", POLLPRI},       {"POLLOUT", POLLOUT},
    {"POLLERR", POLLERR},       {"POLLHUP", POLLHUP},       {"POLLNVAL", POLLNVAL},
    {"POLLRDNORM", POLLRDNORM}, {"POLLRDBAND", POLLRDBAND}, {"POLLWRNORM", POLLWRNORM},
    {"POLLWRBAND", POLLWRBAND}, {"POLLRDHUP", POLLRDHUP},
},
  ASKED_BITS[] = {
    {"IN", POLLIN},         {"OUT", POLLOUT},       {"PRI", POLLPRI},
    {"RDNORM", POLLRDNORM}, {"WRNORM", POLLWRNORM}, {"RDBAND", POLLRDBAND},
    {"ET", EPOLLET},        {"ONESHOT", EPOLLONESHOT}, {"EXCLUSIVE", EPOLLEXCLUSIVE},
};

/** What poll asks for unless told. */
#define ALL_EVENTS (POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLRDBAND | POLLWRNORM | POLLWRBAND)

void put_events(struct out *out, unsigned events) {
  const char *between = "";

  for (size_t i = 0; i < sizeof RESULT_BITS / sizeof *RESULT_BITS; i++)
    if (events & RESULT_BITS[i].bit) {
      put(out, "%s%s", between, RESULT_BITS[i].name);
      between = "|";
    }
  if (!*between)
    put(out, "none");
}

static unsigned asked_events(const char *text) {
  char copy[200], *rest;
  unsigned events = 0;

  snprintf(copy, sizeof copy, "%s", text);
  for (char *name = strtok_r(copy, ",|", &rest); name; name = strtok_r(NULL, ",|", &rest))
    for (size_t i = 0; i < sizeof ASKED_BITS / sizeof *ASKED_BITS; i++)
      if (!strcmp(name, ASKED_BITS[i].name))
        events |= ASKED_BITS[i].bit;
  return events;
}

static void step_poll(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  const char *events = value(step, "events", NULL);

  if (!handle)
    return;
  struct pollfd polled = {handle->fd, events ? asked_events(events) : ALL_EVENTS, 0};
  int ready = poll(&polled, 1, number(step, "timeout", 0));
  if (ready < 0)
    put(step->out, "%s", error_name(errno));
  else if (ready == 0)
    put(step->out, "timeout");
  else
    put_events(step->out, polled.revents);
}

static void step_select(struct step *step) {
  struct handle *handle = step_handle(step, 1);
  struct timeval timeout = {0, number(step, "timeout", 0) * 1000};
  fd_set readable, writable, exceptional;

  if (!handle)
    return;
  FD_ZERO(&readable);
  FD_ZERO(&writable);
  FD_ZERO(&exceptional);
  int fd = handle->fd;
  FD_SET(fd, &readable);
  FD_SET(fd, &writable);
  FD_SET(fd, &exceptional);
  if (select(fd + 1, &readable, &writable, &exceptional, &timeout) < 0)
    put(step->out, "%s", error_name(errno));
  else
    put(step->out, "r=%d w=%d x=%d", !!FD_ISSET(fd, &readable), !!FD_ISSET(fd, &writable),
        !!FD_ISSET(fd, &exceptional));
}

static void step_epoll(struct step *step) {
  int fd = epoll_create1(0);

  put_status(step->out, fd < 0);
  set_handle(word(step, 1), fd);
}

static void control_epoll(struct step *step, int operation) {
  struct handle *epoll = step_handle(step, 1);
  struct handle *handle = epoll ? step_handle(step, 2) : NULL;

  if (!handle)
    return;
  struct epoll_event event = {.events = asked_events(value(step, "events", "IN"))};
  event.data.ptr = handle;
  put_status(step->out, epoll_ctl(epoll->fd, operation, handle->fd, &event));
}

static void step_epadd(struct step *step) {
  control_epoll(step, EPOLL_CTL_ADD);
}

static void step_epmod(struct step *step) {
  control_epoll(step, EPOLL_CTL_MOD);
}

static void step_epdel(struct step *step) {
  control_epoll(step, EPOLL_CTL_DEL);
}

static void step_epwait(struct step *step) {
  struct handle *epoll = step_handle(step, 1);
  struct epoll_event ready[MAX_READY];

  if (!epoll)
    return;
  int count = epoll_wait(epoll->fd, ready, MAX_READY, number(step, "timeout", 0));
  if (count < 0)
    put(step->out, "%s", error_name(errno));
  if (count == 0)
    put(step->out, "timeout");
  /* In the order in which the handles were first named. */
  for (int k = 0; k < handle_count(); k++)
    for (int i = 0; i < count; i++)
      if (ready[i].data.ptr == handle_at(k)) {
        put(step->out, "%s%s:", step->out->length ? " " : "", handle_at(k)->name);
        put_events(step->out, ready[i].events & 0xffff);
      }
}

const struct command POLL_COMMANDS[] = {
    {"poll", step_poll},   {"select", step_select}, {"epoll", step_epoll},   {"epadd", step_epadd},
    {"epmod", step_epmod}, {"epdel", step_epdel},   {"epwait", step_epwait}, {NULL, NULL},
};
