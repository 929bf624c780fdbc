/*
 * What both ends of the device agree on: requests that carry text, responses that carry it back, and the ring they share.
 * The ring and its macros are Xen's own, as real PV drivers use them; xen/io/ring.h explains them.
 */
#ifndef TEXT_DEVICE_H
#define TEXT_DEVICE_H

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The version of Xen's interface that is meant; from 3.2.8 on ring.h takes its barriers by these names. */
#define __XEN_INTERFACE_VERSION__ 0x00040000
#define xen_mb() __sync_synchronize()
#define xen_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xen_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#include <xen/io/ring.h>
#include <xenevtchn.h>

/* A request without text says that there will be no more. */
#define TEXT_SIZE 56

struct text_request {
    uint32_t length;
    char text[TEXT_SIZE];
};

struct text_response {
    uint32_t length;
    char text[TEXT_SIZE];
};

DEFINE_RING_TYPES(text, struct text_request, struct text_response);

/* One page: 32 slots of 60 bytes. */
#define RING_BYTES 4096

/* The number of a domain, from the command line. */
static inline uint32_t domain_number(const char *text)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || number >= DOMID_FIRST_RESERVED)
        errx(2, "%s is no domain number", text);
    return (uint32_t)number;
}

/* The page that both ends share. On Xen the one end grants it, and the other maps it with libxengnttab. */
static inline text_sring_t *map_ring(int directory, int flags)
{
    int fd = openat(directory, "ring", O_RDWR | O_CLOEXEC | flags, 0600);
    if (fd < 0 || ftruncate(fd, RING_BYTES) != 0) err(1, "the shared page");
    void *page = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) err(1, "the shared page");
    close(fd);
    return page;
}

/* A fifo that tells the port: whoever opens its other end has to wait until there is one. On Xen that is xenstore's part. */
static inline FILE *open_port_fifo(int directory, int flags)
{
    if (mkfifoat(directory, "port", 0600) != 0 && errno != EEXIST) err(1, "the fifo for the port");
    int fd = openat(directory, "port", O_CLOEXEC | flags);
    FILE *fifo = fd < 0 ? NULL : fdopen(fd, flags == O_WRONLY ? "w" : "r");
    if (fifo == NULL) err(1, "the fifo for the port");
    return fifo;
}

#endif
