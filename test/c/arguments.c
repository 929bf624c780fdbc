/* arguments DEVICE CASE: pointers of all kinds given to the ioctls, also some that another thread takes away
 * meanwhile. Prints `ok CASE`. */
#include "cases.h"
#include "device.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/uio.h>

#define ROUNDS 20000

static const char *device;
static size_t page;

static unsigned char *pages(size_t count, int protection) {
  void *memory = mmap(NULL, count * page, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED);
  return memory;
}

/* What every ioctl with an argument answers to memory that is not there. */
static void all_fault(int fd, const void *pointer) {
  CHECK_ERRNO(ioctl(fd, IOCTL_EVTCHN_BIND_VIRQ, pointer), EFAULT);
  CHECK_ERRNO(ioctl(fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, pointer), EFAULT);
  CHECK_ERRNO(ioctl(fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, pointer), EFAULT);
  CHECK_ERRNO(ioctl(fd, IOCTL_EVTCHN_UNBIND, pointer), EFAULT);
  CHECK_ERRNO(ioctl(fd, IOCTL_EVTCHN_NOTIFY, pointer), EFAULT);
  CHECK_ERRNO(ioctl(fd, IOCTL_EVTCHN_RESTRICT_DOMID, pointer), EFAULT);
  CHECK(ioctl(fd, IOCTL_EVTCHN_RESET, pointer) == 0);
}

static void bad_pointers(void) {
  int fd = device_open(device, 0);
  unsigned char *two = pages(2, PROT_READ | PROT_WRITE);
  CHECK(munmap(two + page, page) == 0);
  all_fault(fd, NULL);
  all_fault(fd, (void *)16);
  all_fault(fd, two + page);
  all_fault(fd, pages(1, PROT_NONE));
  /* The last byte of each structure is beyond the mapped page. */
  CHECK_ERRNO(ioctl(fd, IOCTL_EVTCHN_RESTRICT_DOMID, two + page - 1), EFAULT);
  CHECK_ERRNO(ioctl(fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, two + page - 3), EFAULT);
  CHECK_ERRNO(ioctl(fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, two + page - 7), EFAULT);
#ifdef __x86_64__
  all_fault(fd, (void *)0xffff888000001000ul);
  all_fault(fd, (void *)0x8000000000000000ul);
#endif
  uint32_t port;
  CHECK_ERRNO(write(fd, two + page, sizeof port), EFAULT);
  /* Nothing was bound by any of it: the numbers begin where they did. */
  struct ioctl_evtchn_bind_unbound_port *last = (void *)(two + page - sizeof *last);
  last->remote_domain = DOMID_SELF;
  int bound = ioctl(fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, last);
  CHECK(bound > 0 && unbind_port(fd, (unsigned)bound) == 0);
  CHECK(bind_unbound_port(device_open(device, 0), DOMID_SELF) == bound);
}

/* A read that cannot deliver consumes nothing. */
static void faulting_read(void) {
  int near = device_open(device, 0), far = device_open(device, 0);
  struct channel channel = connect_files(near, far);
  CHECK(notify_port(near, (unsigned)channel.first) == 0);
  unsigned char *read_only = pages(1, PROT_READ), *two = pages(2, PROT_READ | PROT_WRITE);
  CHECK(munmap(two + page, page) == 0);
  CHECK_ERRNO(syscall(SYS_read, far, 16, 4), EFAULT);
  CHECK_ERRNO(read(far, read_only, 4), EFAULT);
  CHECK_ERRNO(read(far, two + page - 2, 4), EFAULT);
  CHECK(read_port(far) == channel.second);
}

static unsigned char *contested;
static _Atomic int stop;

static void *take_away(void *unused) {
  for (unsigned turn = 0; !atomic_load(&stop); turn++) {
    CHECK(munmap(contested, page) == 0);
    CHECK(mmap(contested, page, turn % 2 ? PROT_READ : PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == contested);
  }
  return unused;
}

/* The argument's memory comes and goes: each call answers as if it was there (zeros, so no port) or as if it was not. */
static void unmapped_meanwhile(void) {
  int near = device_open(device, 0), far = device_open(device, 0);
  struct channel channel = connect_files(near, far);
  contested = pages(1, PROT_READ | PROT_WRITE);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, take_away, NULL) == 0);
  long there = 0, gone = 0;
  for (int round = 0; round < ROUNDS; round++) {
    CHECK(ioctl(far, IOCTL_EVTCHN_NOTIFY, contested) == -1);
    CHECK(errno == ENOTCONN || errno == EFAULT);
    *(errno == EFAULT ? &gone : &there) += 1;
    ssize_t wrote = write(far, contested, 4);
    CHECK(wrote == 4 || (wrote == -1 && errno == EFAULT));
  }
  atomic_store(&stop, 1);
  CHECK(pthread_join(thread, NULL) == 0);
  CHECK(notify_port(near, (unsigned)channel.first) == 0);
  CHECK(read_port(far) == channel.second);
  printf("there %ld gone %ld\n", there, gone);
}

/* The structure lies across two pages that are mapped apart. */
static void across_pages(void) {
  int fd = device_open(device, 0);
  unsigned char *two = pages(2, PROT_READ | PROT_WRITE);
  CHECK(mprotect(two + page, page, PROT_READ) == 0);
  int bound = bind_unbound_port(fd, DOMID_SELF);
  CHECK(mprotect(two + page, page, PROT_READ | PROT_WRITE) == 0);
  struct ioctl_evtchn_bind_interdomain bind = {.remote_domain = DOMID_SELF, .remote_port = (unsigned)bound};
  for (size_t before = 1; before < sizeof bind; before++) {
    unsigned char *at = two + page - before;
    memcpy(at, &bind, sizeof bind);
    int other = ioctl(fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, at);
    CHECK(other > 0 && other != bound);
    CHECK(memcmp(at, &bind, sizeof bind) == 0);
    CHECK(unbind_port(fd, (unsigned)other) == 0);
  }
}

#ifdef __x86_64__
/* ioctl(2) by the 32-bit entry of the kernel, as a 32-bit program calls it. */
static long ioctl_32bit(int fd, unsigned command, unsigned argument) {
  long answer;
  __asm__ volatile("int $0x80"
                   : "=a"(answer)
                   : "a"(54L), "b"((long)fd), "c"((long)command), "d"((long)argument)
                   : "memory", "r8", "r9", "r10", "r11");
  return (int)answer;
}

/* The driver has no compat entry: a 32-bit program gets ENOTTY, whatever it asks. */
static void compat_32bit(void) {
  int fd = device_open(device, 0);
  void *low = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  CHECK(low != MAP_FAILED);
  const unsigned commands[] = {IOCTL_EVTCHN_BIND_VIRQ, IOCTL_EVTCHN_BIND_INTERDOMAIN, IOCTL_EVTCHN_BIND_UNBOUND_PORT,
                               IOCTL_EVTCHN_UNBIND, IOCTL_EVTCHN_NOTIFY, IOCTL_EVTCHN_RESET, IOCTL_EVTCHN_RESTRICT_DOMID};
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    CHECK(ioctl_32bit(fd, commands[i], (unsigned)(uintptr_t)low) == -ENOTTY);
  CHECK(bind_unbound_port(fd, DOMID_SELF) > 0);
}
#endif

static const struct named_case cases[] = {
  {"bad-pointers", bad_pointers},
  {"faulting-read", faulting_read},
  {"unmapped-meanwhile", unmapped_meanwhile},
  {"across-pages", across_pages},
#ifdef __x86_64__
  {"compat-32bit", compat_32bit},
#endif
};

int main(int count, char **arguments) {
  CHECK(count == 3);
  deadline(60);
  device = arguments[1];
  page = (size_t)sysconf(_SC_PAGESIZE);
  return run_case(cases, sizeof cases / sizeof *cases, arguments[2]);
}
