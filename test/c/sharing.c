/* sharing DEVICE CASE: one open file seen from several threads, descriptors and processes. Prints `ok CASE`. */
#include "cases.h"
#include "device.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

static const char *device;

/* A channel with a file for each end. */
struct ends {
  int near, far;
  struct channel channel;
};

static struct ends make_ends(void) {
  struct ends ends = {.near = device_open(device, 0), .far = device_open(device, 0)};
  ends.channel = connect_files(ends.near, ends.far);
  return ends;
}

static void send_near(const struct ends *ends) {
  CHECK(notify_port(ends->near, (unsigned)ends->channel.first) == 0);
}

static void take_far(const struct ends *ends, int fd) {
  CHECK(read_port(fd) == ends->channel.second);
  enable_port(fd, (uint32_t)ends->channel.second);
}

struct reader {
  int fd;
  _Atomic pid_t tid;
  _Atomic int got;
  pthread_t thread;
};

static void *read_one(void *argument) {
  struct reader *self = argument;
  atomic_store(&self->tid, thread_id());
  atomic_store(&self->got, read_port(self->fd));
  return NULL;
}

static void start_reader(struct reader *reader, int fd) {
  reader->fd = fd;
  atomic_store(&reader->tid, 0);
  atomic_store(&reader->got, 0);
  CHECK(pthread_create(&reader->thread, NULL, read_one, reader) == 0);
  while (atomic_load(&reader->tid) == 0) usleep(100);
  wait_asleep(getpid(), reader->tid, READ_CALLS);
}

/* Several threads asleep in read of one file: each event wakes what it needs, one thread gets it, nobody else returns. */
static void threads(void) {
  enum { READERS = 6 };
  struct ends ends = make_ends();
  static struct reader readers[READERS];
  for (int i = 0; i < READERS; i++) start_reader(&readers[i], ends.far);
  for (int events = 1; events <= READERS; events++) {
    send_near(&ends);
    int done = 0;
    while (done < events) {
      done = 0;
      for (int i = 0; i < READERS; i++) done += atomic_load(&readers[i].got) != 0;
      CHECK(done <= events);
      usleep(100);
    }
    enable_port(ends.far, (uint32_t)ends.channel.second);
  }
  for (int i = 0; i < READERS; i++) {
    CHECK(pthread_join(readers[i].thread, NULL) == 0);
    CHECK(readers[i].got == ends.channel.second);
  }
}

/* While one thread sleeps in read, others use the same descriptor for everything else. */
static void read_blocks_nothing(void) {
  struct ends ends = make_ends();
  static struct reader reader;
  start_reader(&reader, ends.far);
  int port = bind_unbound_port(ends.far, DOMID_SELF);
  CHECK(port > 0 && notify_port(ends.far, (unsigned)port) == 0);
  enable_port(ends.far, (uint32_t)port);
  CHECK(unbind_port(ends.far, (unsigned)port) == 0);
  CHECK(ioctl(ends.far, IOCTL_EVTCHN_RESET) == 0);
  CHECK(atomic_load(&reader.got) == 0 && sleeps_in(getpid(), reader.tid, SYS_read));
  send_near(&ends);
  CHECK(pthread_join(reader.thread, NULL) == 0 && reader.got == ends.channel.second);
}

/* The child has the same open file: it takes an event of the parent's port, binds a port that the parent uses, and its
 * exit closes nothing. */
static void forked(void) {
  struct ends ends = make_ends();
  _Atomic int *bound = shared_memory(sizeof *bound);
  pid_t pid = child_process();
  if (pid == 0) {
    take_far(&ends, ends.far);
    atomic_store(bound, bind_unbound_port(ends.far, DOMID_SELF));
    _exit(0);
  }
  send_near(&ends);
  ended_well(pid);
  CHECK(atomic_load(bound) > 0 && notify_port(ends.far, (unsigned)atomic_load(bound)) == 0);
  send_near(&ends);
  take_far(&ends, ends.far);
}

/* A second descriptor is the same open file, and keeps it open. */
static void duplicated(void) {
  struct ends ends = make_ends();
  int copy = dup(ends.far);
  CHECK(copy >= 0);
  send_near(&ends);
  take_far(&ends, copy);
  CHECK(close(ends.far) == 0);
  send_near(&ends);
  take_far(&ends, copy);
  CHECK(close(copy) == 0);
  /* With the last one the port is gone: the other end may be connected anew. */
  int fresh = device_open(device, 0);
  int again;
  /* FUSE tells of the last close after close(2) has returned; the number is free once it has arrived. */
  while ((again = bind_interdomain(fresh, DOMID_SELF, (unsigned)ends.channel.first)) < 0) {
    CHECK(errno == EINVAL);
    usleep(200);
  }
  CHECK(again == ends.channel.second);
}

static void send_descriptor(int socket, int fd) {
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control = {0};
  char byte = 'x';
  struct iovec iov = {.iov_base = &byte, .iov_len = 1};
  struct msghdr message = {
    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  CHECK(sendmsg(socket, &message, 0) == 1);
}

static int receive_descriptor(int socket) {
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control = {0};
  char byte;
  struct iovec iov = {.iov_base = &byte, .iov_len = 1};
  struct msghdr message = {
    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  CHECK(recvmsg(socket, &message, MSG_CMSG_CLOEXEC) == 1);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  CHECK(header != NULL && header->cmsg_type == SCM_RIGHTS);
  int fd;
  memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

/* A descriptor passed over a socket: the receiver, which never opened the device, reads, enables, binds and notifies, by
 * arguments in its own memory; the sender closes its own, and the file lives on. */
static void passed(void) {
  int sockets[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
  pid_t pid = child_process();
  if (pid == 0) {
    CHECK(close(sockets[0]) == 0);
    uint32_t port;
    int fd = receive_descriptor(sockets[1]);
    CHECK(read(sockets[1], &port, sizeof port) == sizeof port);
    CHECK(read_port(fd) == (int)port);
    enable_port(fd, port);
    CHECK(notify_port(fd, port) == 0);
    int bound = bind_unbound_port(fd, DOMID_SELF);
    CHECK(bound > 0 && unbind_port(fd, (unsigned)bound) == 0);
    _exit(0);
  }
  struct ends ends = make_ends();
  uint32_t port = (uint32_t)ends.channel.second;
  send_descriptor(sockets[0], ends.far);
  CHECK(close(ends.far) == 0);
  CHECK(write(sockets[0], &port, sizeof port) == sizeof port);
  send_near(&ends);
  CHECK(read_port(ends.near) == ends.channel.first);
  ended_well(pid);
}

/* The descriptor is closed under a sleeping read: the read goes on, and gets its event. */
static void closed_while_reading(void) {
  struct ends ends = make_ends();
  static struct reader reader;
  start_reader(&reader, ends.far);
  CHECK(close(ends.far) == 0);
  CHECK(atomic_load(&reader.got) == 0);
  send_near(&ends);
  CHECK(pthread_join(reader.thread, NULL) == 0 && reader.got == ends.channel.second);
}

/* A signal handler runs at once while its thread sleeps in read, and the event is not lost. */
static void on_signal(int number) {
  (void)number;
}

static void interrupted(void) {
  struct ends ends = make_ends();
  struct sigaction action = {.sa_handler = on_signal};
  CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
  static struct reader reader;
  for (int turn = 0; turn < 50; turn++) {
    start_reader(&reader, ends.far);
    CHECK(pthread_kill(reader.thread, SIGUSR1) == 0);
    CHECK(pthread_join(reader.thread, NULL) == 0 && reader.got == -1);
    send_near(&ends);
    take_far(&ends, ends.far);
  }
}

static const struct named_case cases[] = {
  {"threads", threads},
  {"read-blocks-nothing", read_blocks_nothing},
  {"fork", forked},
  {"dup", duplicated},
  {"scm-rights", passed},
  {"closed-while-reading", closed_while_reading},
  {"interrupted", interrupted},
};

int main(int count, char **arguments) {
  CHECK(count == 3);
  deadline(30);
  device = arguments[1];
  return run_case(cases, sizeof cases / sizeof *cases, arguments[2]);
}
