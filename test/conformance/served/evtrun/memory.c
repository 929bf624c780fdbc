#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "evtrun.h"

#define PAGE 4096
#define GOOD_PAGES 31

static char *good;      /* GOOD_PAGES pages, then one without access, then nothing */
static char *read_only; /* a page of zeros */

static char *map_pages(int pages, int protection, int flags) {
  size_t size = (size_t)pages * PAGE;
  char *at = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

  if (at == MAP_FAILED) {
    perror("evtrun: memory");
    exit(2);
  }
  return at;
}

void make_memory(void) {
  /* Below 4 GiB, so that the 32-bit entry of a system call can be handed an address in it. */
  good = map_pages(2 * (GOOD_PAGES + 1), PROT_READ | PROT_WRITE, MAP_32BIT);
  munmap(good + (GOOD_PAGES + 1) * PAGE, (GOOD_PAGES + 1) * PAGE);
  mprotect(good + GOOD_PAGES * PAGE, PAGE, PROT_NONE);
  read_only = map_pages(1, PROT_READ, 0);
}

void *scratch_memory(void) {
  return good;
}

/** Bytes just before memory that is not there. */
static void *before_the_hole(size_t bytes, const void *data, size_t length) {
  char *at = good + GOOD_PAGES * PAGE - bytes;

  if (data)
    memcpy(at, data, length < bytes ? length : bytes);
  else
    memset(at, 0xEE, bytes);
  return at;
}

void *user_pointer(const char *spec, const void *data, size_t length) {
  if (!strcmp(spec, "null"))
    return NULL;
  if (!strcmp(spec, "bad"))
    return (void *)0x10;
  if (!strcmp(spec, "kernel"))
    return (void *)0xffff888000001000ul;
  if (!strcmp(spec, "noncanon"))
    return (void *)0x8000000000000000ul;
  if (!strcmp(spec, "ro"))
    return read_only;
  if (!strncmp(spec, "end:", 4))
    return before_the_hole(to_unsigned(spec + 4), data, length);
  return (void *)to_unsigned(spec);
}
