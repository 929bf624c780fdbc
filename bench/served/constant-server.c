// The least a FUSE server can do for the requests of an event-channel device: the yardstick of `npm run bench:served`.
//
//   constant-server MOUNTPOINT [--no-fetch] [--poll]
//
// It shows three files. `evtchn` is answered with constants: a read has always one port, a write is taken whole, an ioctl
// succeeds once its argument was fetched from the caller's memory. `0` and `1` are the ends of a channel: NOTIFY on one
// answers the read that is parked on the other, which is the shortest way that an event can take through a FUSE server.
//
// --no-fetch leaves the argument of an ioctl where it is; --poll asks poll(2) before each request, as a server must that
// waits for more than requests. Both are for telling what those system calls cost.
//
// Prints "serving MOUNTPOINT" once the kernel was answered, and runs until it is unmounted or killed.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
  EVTCHN_BIND_INTERDOMAIN = 0x84501,
  EVTCHN_NOTIFY = 0x44504,
  // What every bind answers and every read of `evtchn` finds.
  PORT = 1,
  // The same as in src/fuse: negotiation.ts, device-requests.ts. Without FOPEN_STREAM a blocked read holds the lock of the
  // file position, and writes wait for it.
  INIT_FLAGS = FUSE_ATOMIC_O_TRUNC | FUSE_BIG_WRITES | FUSE_PARALLEL_DIROPS,
  OPEN_FLAGS =
      FOPEN_DIRECT_IO | FOPEN_NONSEEKABLE | FOPEN_STREAM | FOPEN_NOFLUSH | FOPEN_PARALLEL_DIRECT_WRITES,
  // FUSE refuses to hand out requests to a smaller buffer than max_write and its header.
  MAX_WRITE = 8192,
  REQUEST_BYTES = 16384,
};

enum node { ROOT = FUSE_ROOT_ID, EVTCHN, END_0, END_1, NODES };

static const char *const names[NODES] = {[EVTCHN] = "evtchn", [END_0] = "0", [END_1] = "1"};

// An end of the channel.
struct end {
  uint64_t parked;  // the READ that waits, by its unique id; 0 if none does
  unsigned events;  // that came while none waited
};

struct reply {
  struct fuse_out_header header;
  union {
    struct fuse_init_out init;
    struct fuse_entry_out entry;
    struct fuse_attr_out attr;
    struct fuse_open_out open;
    struct fuse_write_out write;
    struct fuse_ioctl_out ioctl;
    uint32_t port;
  };
};

static const char *mountpoint;
static bool fetches = true;
static bool polls;
static int fuse;
static struct end ends[2];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void answer(uint64_t unique, struct reply *reply, size_t body, int error) {
  reply->header.unique = unique;
  reply->header.error = error;
  reply->header.len = sizeof reply->header + body;
  // ENOENT: the caller was interrupted or killed, and nobody waits for this any more.
  if (write(fuse, reply, reply->header.len) < 0 && errno != ENOENT) die("write /dev/fuse");
}

static void answer_port(uint64_t unique) {
  struct reply reply = {.port = PORT};
  answer(unique, &reply, sizeof reply.port, 0);
}

static void fill_attr(struct fuse_attr *attr, enum node node) {
  attr->ino = node;
  attr->nlink = 1;
  attr->mode = node == ROOT ? S_IFDIR | 0755 : S_IFREG | 0600;
}

static void on_init(uint64_t unique, const struct fuse_init_in *in) {
  struct reply reply = {.init = {
                            .major = FUSE_KERNEL_VERSION,
                            .minor = in->minor,
                            .flags = in->flags & INIT_FLAGS,
                            .max_background = 0xffff,
                            .congestion_threshold = 0xffff,
                            .max_write = MAX_WRITE,
                            .time_gran = 1,
                        }};
  answer(unique, &reply, sizeof reply.init, 0);
  printf("serving %s\n", mountpoint);
  fflush(stdout);
}

static void on_lookup(uint64_t unique, const char *name) {
  struct reply reply = {0};
  enum node node = EVTCHN;
  while (node < NODES && strcmp(name, names[node]) != 0) node++;
  if (node == NODES) {
    answer(unique, &reply, 0, -ENOENT);
    return;
  }
  reply.entry.nodeid = node;
  fill_attr(&reply.entry.attr, node);
  answer(unique, &reply, sizeof reply.entry, 0);
}

static void on_getattr(uint64_t unique, enum node node) {
  struct reply reply = {0};
  fill_attr(&reply.attr.attr, node);
  answer(unique, &reply, sizeof reply.attr, 0);
}

static void on_open(uint64_t unique) {
  struct reply reply = {.open = {.open_flags = OPEN_FLAGS}};
  answer(unique, &reply, sizeof reply.open, 0);
}

static void on_read(uint64_t unique, enum node node) {
  if (node == EVTCHN) {
    answer_port(unique);
    return;
  }
  struct end *end = &ends[node - END_0];
  if (end->events == 0) {
    end->parked = unique;
    return;
  }
  end->events--;
  answer_port(unique);
}

static void on_write(uint64_t unique, const struct fuse_write_in *in) {
  struct reply reply = {.write = {.size = in->size}};
  answer(unique, &reply, sizeof reply.write, 0);
}

// An event for an end: the read that waits is answered before the notify itself, as a driver wakes readers inside the call.
static void deliver(struct end *end) {
  if (end->parked == 0) {
    end->events++;
    return;
  }
  answer_port(end->parked);
  end->parked = 0;
}

static void on_ioctl(const struct fuse_in_header *header, const struct fuse_ioctl_in *in) {
  struct reply reply = {0};
  uint32_t argument;
  struct iovec local = {.iov_base = &argument, .iov_len = sizeof argument};
  struct iovec remote = {.iov_base = (void *)in->arg, .iov_len = sizeof argument};
  if (fetches && process_vm_readv(header->pid, &local, 1, &remote, 1, 0) != sizeof argument) {
    reply.ioctl.result = -EFAULT;
  } else if (in->cmd == EVTCHN_NOTIFY) {
    if (header->nodeid != EVTCHN) deliver(&ends[header->nodeid == END_0]);
  } else {
    reply.ioctl.result = PORT;
    // As the device does, which leaves an event with whoever connects.
    if (in->cmd == EVTCHN_BIND_INTERDOMAIN && header->nodeid != EVTCHN) deliver(&ends[header->nodeid == END_1]);
  }
  answer(header->unique, &reply, sizeof reply.ioctl, 0);
}

// A signal for a caller. Only parked reads can be with us when it comes; whatever else it names was answered before.
static void on_interrupt(const struct fuse_interrupt_in *in) {
  struct reply reply = {0};
  for (int i = 0; i < 2; i++) {
    if (ends[i].parked != in->unique) continue;
    ends[i].parked = 0;
    answer(in->unique, &reply, 0, -EINTR);
  }
}

static void dispatch(const struct fuse_in_header *header) {
  const void *body = header + 1;
  struct reply reply = {0};
  switch (header->opcode) {
    case FUSE_INIT: on_init(header->unique, body); break;
    case FUSE_LOOKUP: on_lookup(header->unique, body); break;
    case FUSE_GETATTR: on_getattr(header->unique, header->nodeid); break;
    case FUSE_OPEN: on_open(header->unique); break;
    case FUSE_READ: on_read(header->unique, header->nodeid); break;
    case FUSE_WRITE: on_write(header->unique, body); break;
    case FUSE_IOCTL: on_ioctl(header, body); break;
    case FUSE_INTERRUPT: on_interrupt(body); break;
    case FUSE_RELEASE: answer(header->unique, &reply, 0, 0); break;
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET: break;  // wants no answer
    default: answer(header->unique, &reply, 0, -ENOSYS);
  }
}

static void mount_fuse(void) {
  char options[128];
  fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (fuse < 0) die("open /dev/fuse");
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=%d,group_id=%d,default_permissions", fuse, getuid(),
           getgid());
  if (mount("constant-server", mountpoint, "fuse.constant-server", MS_NOSUID | MS_NODEV, options) < 0) die("mount");
}

static void serve(void) {
  static _Alignas(8) char request[REQUEST_BYTES];
  struct pollfd waiting[] = {{.fd = fuse, .events = POLLIN}, {.fd = eventfd(0, EFD_CLOEXEC), .events = POLLIN}};
  for (;;) {
    if (polls && poll(waiting, 2, -1) < 0 && errno != EINTR) die("poll");
    if (read(fuse, request, sizeof request) >= 0) {
      dispatch((const struct fuse_in_header *)request);
    } else if (errno == ENODEV) {
      return;
    } else if (errno != EINTR && errno != ENOENT && errno != EAGAIN) {
      die("read /dev/fuse");
    }
  }
}

int main(int count, char **arguments) {
  bool understood = count >= 2;
  for (int i = 2; i < count; i++) {
    if (strcmp(arguments[i], "--no-fetch") == 0) fetches = false;
    else if (strcmp(arguments[i], "--poll") == 0) polls = true;
    else understood = false;
  }
  if (!understood) {
    fprintf(stderr, "usage: constant-server MOUNTPOINT [--no-fetch] [--poll]\n");
    return 2;
  }
  mountpoint = arguments[1];
  mount_fuse();
  serve();
  return 0;
}
