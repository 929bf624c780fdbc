#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "evtrun.h"

#define MAX_HANDLES 6000
#define MAX_SYMBOLS 60000

static struct handle handles[MAX_HANDLES];
static int handles_used;

/** Names of ports, in memory that all processes of a case share. */
struct symbols {
  int count;
  struct {
    char name[NAME_SIZE];
    unsigned port;
  } symbol[MAX_SYMBOLS];
  int by_port[NAMED_PORTS]; /* index of the newest name of a number, plus one */
};
static struct symbols *symbols;

void share_symbols(void) {
  symbols = mmap(NULL, sizeof *symbols, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (symbols == MAP_FAILED) {
    perror("evtrun: memory");
    exit(2);
  }
}

struct handle *find_handle(const char *name) {
  for (int i = 0; i < handles_used; i++)
    if (!strcmp(handles[i].name, name))
      return &handles[i];
  return NULL;
}

struct handle *handle_at(int index) {
  return &handles[index];
}

int handle_count(void) {
  return handles_used;
}

struct handle *set_handle(const char *name, int fd) {
  struct handle *handle = find_handle(name);

  if (!handle) {
    if (handles_used == MAX_HANDLES)
      return NULL;
    handle = &handles[handles_used++];
    snprintf(handle->name, NAME_SIZE, "%s", name);
  }
  handle->fd = fd;
  handle->open = fd >= 0;
  return handle;
}

const char *handle_of_descriptor(int fd) {
  for (int i = 0; i < handles_used; i++)
    if (handles[i].open && handles[i].fd == fd)
      return handles[i].name;
  return "?";
}

struct handle *step_handle(const struct step *step, int index) {
  struct handle *handle = index < step->words ? find_handle(step->word[index]) : NULL;

  if (!handle)
    put(step->out, "SCRIPT-ERROR no handle");
  return handle;
}

static int find_symbol(const char *name) {
  /* Names are mostly asked for in the order they were given. */
  static __thread int last;

  for (int k = 0; k < symbols->count; k++) {
    int i = (last + k) % symbols->count;
    if (!strcmp(symbols->symbol[i].name, name)) {
      last = i + 1;
      return i;
    }
  }
  return -1;
}

int set_foreign_port(const char *name, unsigned port) {
  int i = find_symbol(name);

  if (i < 0) {
    if (symbols->count == MAX_SYMBOLS)
      return -1;
    i = symbols->count;
    snprintf(symbols->symbol[i].name, NAME_SIZE, "%s", name);
    symbols->count++;
  }
  symbols->symbol[i].port = port;
  return i;
}

void set_port(const char *name, unsigned port) {
  int i = set_foreign_port(name, port);

  if (i >= 0 && port < NAMED_PORTS)
    symbols->by_port[port] = i + 1;
}

bool find_port(const char *text, unsigned *port) {
  char name[24];
  unsigned more = 0;

  if (*text == '#' || isdigit((unsigned char)*text)) {
    *port = to_unsigned(*text == '#' ? text + 1 : text);
    return true;
  }
  snprintf(name, sizeof name, "%s", text);
  char *plus = strchr(name, '+');
  if (plus) {
    *plus = 0;
    more = to_unsigned(plus + 1);
  }
  int i = find_symbol(name);
  if (i < 0)
    return false;
  *port = symbols->symbol[i].port + more;
  return true;
}

void port_name(unsigned port, char name[NAME_SIZE]) {
  int newest = port < NAMED_PORTS ? symbols->by_port[port] : 0;

  if (newest && symbols->symbol[newest - 1].port == port)
    snprintf(name, NAME_SIZE, "%s", symbols->symbol[newest - 1].name);
  else
    snprintf(name, NAME_SIZE, "?");
}

/** Adds the ports a word names. @return false if one is unknown */
static bool add_ports(const char *text, struct ports *ports) {
  struct names names = expand(text);
  bool known = true;

  ports->port = realloc(ports->port, sizeof(unsigned) * (ports->count + names.count));
  for (int i = 0; i < names.count && known; i++) {
    known = find_port(names.name[i], &ports->port[ports->count]);
    ports->count++;
  }
  free_names(&names);
  return known;
}

bool named_ports(const struct step *step, int from, struct ports *ports) {
  *ports = (struct ports){0, malloc(sizeof(unsigned))};
  for (int i = from; i < step->words; i++) {
    const char *text = step->word[i];
    if (strchr(text, '=') || !strcmp(text, "rearm") || !strcmp(text, "set"))
      continue;
    if (!add_ports(text, ports)) {
      free_ports(ports);
      return false;
    }
  }
  return true;
}

bool step_ports(const struct step *step, int from, struct ports *ports) {
  bool known = named_ports(step, from, ports);

  if (!known)
    put(step->out, "SCRIPT-ERROR port");
  return known;
}

void free_ports(struct ports *ports) {
  free(ports->port);
}
