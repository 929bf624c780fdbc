/* library-functions DOMAIN: every function of libxenevtchn, and xentoolcore_restrict_all, against the domain's
 * /dev/xen/evtchn. Prints `called NAME` for each function it calls and `ok NAME` for each part that went well. */
#include "check.h"
#include <poll.h>
#include <xenevtchn.h>
#include <xentoolcore.h>

/* Calls a function of the library, and says so once. */
#define CALL(function, ...) (note_call(#function), function(__VA_ARGS__))

#define NO_DOMAIN 999u
/* What handles are restricted to: not our own. */
#define ONLY_DOMAIN 77
/* A virq that no kernel takes for itself. */
#define SPARE_VIRQ 13
#define BEYOND_VIRQS 24

static uint32_t self;

static void note_call(const char *name) {
  static const char *noted[32];
  for (int i = 0; i < 32; i++) {
    if (noted[i] != NULL && strcmp(noted[i], name) == 0) return;
    if (noted[i] != NULL) continue;
    noted[i] = name;
    dprintf(1, "called %s\n", name);
    return;
  }
}

static xenevtchn_handle *opened(void) {
  xenevtchn_handle *handle = CALL(xenevtchn_open, NULL, 0);
  CHECK(handle != NULL);
  return handle;
}

static void closed(xenevtchn_handle *handle) {
  CHECK(CALL(xenevtchn_close, handle) == 0);
}

static int pending_now(xenevtchn_handle *handle) {
  struct pollfd entry = {.fd = CALL(xenevtchn_fd, handle), .events = POLLIN};
  CHECK(poll(&entry, 1, 0) >= 0);
  return entry.revents == POLLIN;
}

/* Takes the event of this port, which must be the only one, and enables the port again. */
static void take(xenevtchn_handle *handle, int port) {
  CHECK(CALL(xenevtchn_pending, handle) == port);
  CHECK(!pending_now(handle));
  CHECK(CALL(xenevtchn_unmask, handle, (evtchn_port_t)port) == 0);
}

static void open_and_flags(void) {
  errno = 0;
  CHECK(CALL(xenevtchn_open, NULL, 2) == NULL && errno == EINVAL);
  CHECK(CALL(xenevtchn_open, NULL, ~0u) == NULL && errno == EINVAL);
  xenevtchn_handle *handle = opened();
  int fd = CALL(xenevtchn_fd, handle);
  CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC);
  CHECK((fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK)) == O_RDWR);
  closed(handle);
  CHECK_ERRNO(fcntl(fd, F_GETFD), EBADF);
  handle = CALL(xenevtchn_open, NULL, XENEVTCHN_NO_CLOEXEC);
  CHECK(handle != NULL && fcntl(CALL(xenevtchn_fd, handle), F_GETFD) == 0);
  closed(handle);
  CHECK(CALL(xenevtchn_close, NULL) == 0);
}

static void bind_notify_take(void) {
  xenevtchn_handle *back = opened(), *front = opened();
  int back_port = CALL(xenevtchn_bind_unbound_port, back, self);
  CHECK(back_port > 0 && !pending_now(back));
  CHECK(CALL(xenevtchn_notify, back, (evtchn_port_t)back_port) == 0);
  int front_port = CALL(xenevtchn_bind_interdomain, front, self, (evtchn_port_t)back_port);
  CHECK(front_port > 0 && front_port != back_port);
  /* The connection begins with one event for the one who made it, and with none for the other. */
  CHECK(!pending_now(back));
  take(front, front_port);
  for (int turn = 0; turn < 20; turn++) {
    CHECK(CALL(xenevtchn_notify, back, (evtchn_port_t)back_port) == 0);
    take(front, front_port);
    CHECK(CALL(xenevtchn_notify, front, (evtchn_port_t)front_port) == 0);
    take(back, back_port);
  }
  CHECK_ERRNO(CALL(xenevtchn_notify, back, (evtchn_port_t)front_port), ENOTCONN);
  closed(back);
  CHECK(CALL(xenevtchn_notify, front, (evtchn_port_t)front_port) == 0);
  closed(front);
}

static void coalescing(void) {
  xenevtchn_handle *handle = opened();
  int sender = CALL(xenevtchn_bind_unbound_port, handle, self);
  int receiver = CALL(xenevtchn_bind_interdomain, handle, self, (evtchn_port_t)sender);
  take(handle, receiver);
  for (int turn = 0; turn < 5; turn++) CHECK(CALL(xenevtchn_notify, handle, (evtchn_port_t)sender) == 0);
  CHECK(CALL(xenevtchn_pending, handle) == receiver);
  CHECK(CALL(xenevtchn_notify, handle, (evtchn_port_t)sender) == 0);
  CHECK(!pending_now(handle));
  /* The event that came while the port was disabled is delivered by the unmask. */
  CHECK(CALL(xenevtchn_unmask, handle, (evtchn_port_t)receiver) == 0);
  take(handle, receiver);
  CHECK(!pending_now(handle));
  closed(handle);
}

static void refusals(void) {
  xenevtchn_handle *handle = opened();
  int port = CALL(xenevtchn_bind_unbound_port, handle, NO_DOMAIN);
  CHECK(port > 0);
  CHECK_ERRNO(CALL(xenevtchn_bind_interdomain, handle, NO_DOMAIN, 1), ESRCH);
  CHECK_ERRNO(CALL(xenevtchn_bind_interdomain, handle, self, 0), EINVAL);
  CHECK_ERRNO(CALL(xenevtchn_bind_interdomain, handle, self, (evtchn_port_t)port), EINVAL);
  CHECK_ERRNO(CALL(xenevtchn_bind_virq, handle, BEYOND_VIRQS), EINVAL);
  int virq_port = CALL(xenevtchn_bind_virq, handle, SPARE_VIRQ);
  CHECK(virq_port > 0 && virq_port != port && !pending_now(handle));
  CHECK_ERRNO(CALL(xenevtchn_bind_virq, handle, SPARE_VIRQ), EEXIST);
  CHECK(CALL(xenevtchn_unbind, handle, (evtchn_port_t)virq_port) == 0);
  CHECK(CALL(xenevtchn_bind_virq, handle, SPARE_VIRQ) == virq_port);
  CHECK(CALL(xenevtchn_unbind, handle, (evtchn_port_t)port) == 0);
  CHECK_ERRNO(CALL(xenevtchn_unbind, handle, (evtchn_port_t)port), ENOTCONN);
  CHECK_ERRNO(CALL(xenevtchn_unbind, handle, 1u << 30), EINVAL);
  CHECK_ERRNO(CALL(xenevtchn_notify, handle, (evtchn_port_t)port), ENOTCONN);
  CHECK_ERRNO(CALL(xenevtchn_notify, handle, 0), ENOTCONN);
  /* Enabling what is not bound is no error, as the driver has it. */
  CHECK(CALL(xenevtchn_unmask, handle, 12345) == 0);
  CHECK(fcntl(CALL(xenevtchn_fd, handle), F_SETFL, O_NONBLOCK) == 0);
  CHECK_ERRNO(CALL(xenevtchn_pending, handle), EAGAIN);
  closed(handle);
}

static void restricting(void) {
  xenevtchn_handle *handle = opened(), *peer = opened();
  int port = CALL(xenevtchn_bind_unbound_port, handle, self);
  int peer_port = CALL(xenevtchn_bind_interdomain, peer, self, (evtchn_port_t)port);
  take(peer, peer_port);
  CHECK_ERRNO(CALL(xenevtchn_restrict, handle, 0), EINVAL);
  CHECK_ERRNO(CALL(xenevtchn_restrict, handle, 0x7ff0), EINVAL);
  CHECK(CALL(xenevtchn_restrict, handle, ONLY_DOMAIN) == 0);
  CHECK_ERRNO(CALL(xenevtchn_restrict, handle, ONLY_DOMAIN), EACCES);
  CHECK_ERRNO(CALL(xenevtchn_bind_unbound_port, handle, ONLY_DOMAIN), EACCES);
  CHECK_ERRNO(CALL(xenevtchn_bind_virq, handle, SPARE_VIRQ), EACCES);
  CHECK_ERRNO(CALL(xenevtchn_bind_interdomain, handle, self, (evtchn_port_t)port), EACCES);
  /* What was bound before stays usable. */
  CHECK(CALL(xenevtchn_notify, handle, (evtchn_port_t)port) == 0);
  take(peer, peer_port);
  CHECK(CALL(xenevtchn_unbind, handle, (evtchn_port_t)port) == 0);
  closed(handle);
  closed(peer);
}

static void adopting(void) {
  xenevtchn_handle *handle = opened(), *peer = opened();
  int fd = dup(CALL(xenevtchn_fd, handle));
  errno = 0;
  CHECK(CALL(xenevtchn_fdopen, NULL, fd, XENEVTCHN_NO_CLOEXEC) == NULL && errno == EINVAL);
  xenevtchn_handle *adopted = CALL(xenevtchn_fdopen, NULL, fd, 0);
  CHECK(adopted != NULL && CALL(xenevtchn_fd, adopted) == fd);
  int port = CALL(xenevtchn_bind_unbound_port, handle, self);
  int peer_port = CALL(xenevtchn_bind_interdomain, peer, self, (evtchn_port_t)port);
  take(peer, peer_port);
  CHECK(CALL(xenevtchn_notify, adopted, (evtchn_port_t)port) == 0);
  take(peer, peer_port);
  closed(handle);
  /* One open file stays: the ports live on with the second descriptor. */
  CHECK(CALL(xenevtchn_notify, peer, (evtchn_port_t)peer_port) == 0);
  take(adopted, port);
  closed(adopted);
  closed(peer);
}

static void after_fork(void) {
  xenevtchn_handle *handle = opened(), *peer = opened();
  int port = CALL(xenevtchn_bind_unbound_port, handle, self);
  int peer_port = CALL(xenevtchn_bind_interdomain, peer, self, (evtchn_port_t)port);
  take(peer, peer_port);
  pid_t pid = child_process();
  if (pid == 0) {
    closed(handle);
    closed(peer);
    bind_notify_take();
    _exit(0);
  }
  ended_well(pid);
  CHECK(CALL(xenevtchn_notify, handle, (evtchn_port_t)port) == 0);
  take(peer, peer_port);
  closed(handle);
  closed(peer);
}

/* The successor of a program that replaced itself: it adopts the descriptor and finds its port as it was. */
static void succeed(const char *descriptor, const char *port) {
  xenevtchn_handle *handle = CALL(xenevtchn_fdopen, NULL, atoi(descriptor), 0);
  CHECK(handle != NULL);
  take(handle, atoi(port));
  closed(handle);
}

static void after_exec(char *program) {
  pid_t pid = child_process();
  if (pid == 0) {
    xenevtchn_handle *handle = CALL(xenevtchn_open, NULL, XENEVTCHN_NO_CLOEXEC), *peer = opened();
    int port = CALL(xenevtchn_bind_unbound_port, handle, self);
    CHECK(CALL(xenevtchn_bind_interdomain, peer, self, (evtchn_port_t)port) > 0);
    int peer_port = CALL(xenevtchn_pending, peer);
    CHECK(CALL(xenevtchn_notify, peer, (evtchn_port_t)peer_port) == 0);
    char descriptor[16], number[16];
    snprintf(descriptor, sizeof descriptor, "%d", CALL(xenevtchn_fd, handle));
    snprintf(number, sizeof number, "%d", port);
    execl(program, program, "successor", descriptor, number, NULL);
    failed(__FILE__, __LINE__, "execl");
  }
  ended_well(pid);
}

/* Restricts every handle of the process at once; in a child, for it cannot be taken back. */
static void restricting_all(void) {
  pid_t pid = child_process();
  if (pid == 0) {
    xenevtchn_handle *handles[3] = {opened(), opened(), opened()};
    int port = CALL(xenevtchn_bind_unbound_port, handles[0], self);
    CHECK(CALL(xentoolcore_restrict_all, ONLY_DOMAIN) == 0);
    for (int i = 0; i < 3; i++) {
      CHECK_ERRNO(CALL(xenevtchn_restrict, handles[i], ONLY_DOMAIN), EACCES);
      CHECK_ERRNO(CALL(xenevtchn_bind_interdomain, handles[i], self, (evtchn_port_t)port), EACCES);
      CHECK_ERRNO(CALL(xenevtchn_bind_unbound_port, handles[i], ONLY_DOMAIN), EACCES);
    }
    CHECK_ERRNO(CALL(xentoolcore_restrict_all, ONLY_DOMAIN), EACCES);
    xenevtchn_handle *later = opened();
    CHECK(CALL(xenevtchn_bind_unbound_port, later, self) > 0);
    closed(later);
    for (int i = 0; i < 3; i++) closed(handles[i]);
    CHECK(CALL(xentoolcore_restrict_all, ONLY_DOMAIN) == 0);
    _exit(0);
  }
  ended_well(pid);
}

#define PART(function, ...) (function(__VA_ARGS__), dprintf(1, "ok %s\n", #function))

int main(int count, char **arguments) {
  deadline(60);
  if (count == 4 && strcmp(arguments[1], "successor") == 0) {
    succeed(arguments[2], arguments[3]);
    return 0;
  }
  CHECK(count == 2);
  self = (uint32_t)atoi(arguments[1]);
  PART(open_and_flags);
  PART(bind_notify_take);
  PART(coalescing);
  PART(refusals);
  PART(restricting);
  PART(adopting);
  PART(after_fork);
  PART(after_exec, arguments[0]);
  PART(restricting_all);
  return 0;
}
