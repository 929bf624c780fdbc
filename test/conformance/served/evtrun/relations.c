#include <stdlib.h>

#include "evtrun.h"

/** Two ports that a step names. */
static bool two_ports(struct step *step, unsigned *a, unsigned *b) {
  if (find_port(word(step, 1), a) && find_port(word(step, 2), b))
    return true;
  put(step->out, "SCRIPT-ERROR port");
  return false;
}

static void put_answer(struct step *step, bool yes) {
  put(step->out, yes ? "yes" : "no");
}

static void step_same(struct step *step) {
  unsigned a, b;

  if (two_ports(step, &a, &b))
    put_answer(step, a == b);
}

static void step_less(struct step *step) {
  unsigned a, b;

  if (two_ports(step, &a, &b))
    put_answer(step, a < b);
}

/** The ports a step names; none, if one of them has no such name. */
static struct ports known_ports(struct step *step) {
  struct ports ports;

  if (!named_ports(step, 1, &ports))
    ports = (struct ports){0, NULL};
  return ports;
}

static void step_distinct(struct step *step) {
  struct ports ports = known_ports(step);
  bool distinct = true;

  bool *seen = calloc(NAMED_PORTS, sizeof *seen);
  for (int i = 0; i < ports.count; i++) {
    if (ports.port[i] >= NAMED_PORTS)
      continue;
    distinct = distinct && !seen[ports.port[i]];
    seen[ports.port[i]] = true;
  }
  put_answer(step, distinct);
  free(seen);
  free_ports(&ports);
}

static void step_ascending(struct step *step) {
  struct ports ports = known_ports(step);
  bool ascending = true;

  for (int i = 1; i < ports.count; i++)
    ascending = ascending && ports.port[i] > ports.port[i - 1];
  put_answer(step, ascending);
  free_ports(&ports);
}

const struct command RELATION_COMMANDS[] = {
    {"same", step_same},
    {"less", step_less},
    {"distinct", step_distinct},
    {"ascending", step_ascending},
    {NULL, NULL},
};
