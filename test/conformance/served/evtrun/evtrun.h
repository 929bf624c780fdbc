/*
 * evtrun: runs one case against an event-channel device and prints a line per step,
 * "STEP -> RESULT". The language of the cases is described in test/conformance/README.md.
 */
#ifndef EVTRUN_H
#define EVTRUN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* ---- text.c: what is printed ---- */

#define OUT_SIZE 65536

struct out {
  char text[OUT_SIZE];
  int length;
};

void clear(struct out *out);
__attribute__((format(printf, 2, 3))) void put(struct out *out, const char *format, ...);

/** Name of an errno, such as "EINVAL". */
const char *error_name(int error);

/** Prints "ok", or the errno of a call that answered something else than 0. */
void put_status(struct out *out, long result);

/** Prints what a call answered, or its errno if that is negative. */
void put_number(struct out *out, long result);

/** Results one after the other; equal ones are counted: "ok x2 ENOTCONN". */
struct results {
  struct out *out;
  char last[40];
  long count;
};

void add_result(struct results *results, const char *text);
void end_results(struct results *results);

/* ---- names.c: names of ports and handles, and what stands in a step ---- */

#define NAME_SIZE 20

/** "p" is one name, "p[0..9]" ten, "p[9..0]" the same backwards. */
struct names {
  int count;
  char (*name)[NAME_SIZE];
};

struct names expand(const char *text);
void free_names(struct names *names);

/** Prints names; three or more that count up as "q[0..9]". */
void put_names(struct out *out, char (*name)[NAME_SIZE], int count);
int compare_names(const void *a, const void *b);

#define MAX_WORDS 64

/** A step, cut into its words. */
struct step {
  const char *line;
  struct out *out;
  int words;
  char *word[MAX_WORDS];
  char text[8192];
};

void parse_step(struct step *step, const char *line, struct out *out);

/** Word of that index; empty if there are fewer. */
const char *word(const struct step *step, int index);
bool word_is(const struct step *step, int index, const char *text);

/** Whether a word stands anywhere behind the step's name. */
bool has_word(const struct step *step, const char *text);

/** What follows KEY= in the step, or the default. */
const char *value(const struct step *step, const char *key, const char *otherwise);
long number(const struct step *step, const char *key, long otherwise);

/** Numbers as C writes them, up to that of the whole machine word. */
unsigned long to_unsigned(const char *text);

/** Cuts a list of numbers, "4,4". @return how many there were, at most `max` */
int number_list(const char *text, long *numbers, int max);

/* ---- symbols.c: handles of this process, and ports all processes of a case know ---- */

struct handle {
  char name[NAME_SIZE];
  int fd;
  bool open;
  long events; /* read through it so far */
};

/** Ports up to here are found by their number. */
#define NAMED_PORTS (1 << 20)

void share_symbols(void);

struct handle *find_handle(const char *name);
struct handle *handle_at(int index);
int handle_count(void);
struct handle *set_handle(const char *name, int fd);
const char *handle_of_descriptor(int fd);

/** The handle that a word of the step names; NULL, with a script error, if there is none. */
struct handle *step_handle(const struct step *step, int index);

void set_port(const char *name, unsigned port);

/**
 * Names a port of another domain; our own port of that number keeps its name.
 * @return index of the name, -1 if there is no room
 */
int set_foreign_port(const char *name, unsigned port);
bool find_port(const char *text, unsigned *port);
void port_name(unsigned port, char name[NAME_SIZE]);

struct ports {
  int count;
  unsigned *port;
};

/** All ports named from a word on. @return false if one is unknown: then there are none */
bool named_ports(const struct step *step, int from, struct ports *ports);

/** The same; prints a script error if one is unknown. */
bool step_ports(const struct step *step, int from, struct ports *ports);
void free_ports(struct ports *ports);

/* ---- memory.c: good and bad places for data ---- */

/** Bytes at the start of the scratch memory that are always there. */
#define SCRATCH_SIZE 4096

void make_memory(void);
void *scratch_memory(void);

/**
 * The address that ptr=SPEC means. As much of the data as fits is put there; without data the
 * place is filled with 0xEE. The read-only page and bad addresses stay as they are.
 */
void *user_pointer(const char *spec, const void *data, size_t length);

/* ---- evtrun.c ---- */

extern const char *device;

/** Gives events time to arrive, where the device delivers them later (EVTRUN_SETTLE_MS). */
void settle(void);
void pause_ms(long ms);

/** A pause that the case asks for. */
void wait_ms(long ms);
long now_ms(void);

/* ---- rest.c: is a thread at rest? ---- */

enum rest {
  BUSY,   /* running, about to run, or waiting for an answer that is on its way */
  TIMED,  /* sleeping for a while that it chose itself */
  AT_REST /* waiting for something that somebody else has to do */
};

void open_probe(void);
enum rest rest_of(pid_t thread);

/* ---- jobs.c, processes.c ---- */

/**
 * Waits, in a job, until the main thread does: when a reader learns of a port, whoever bound it may
 * not have named it yet.
 */
void await_names(void);

/** The main thread begins to wait for that many milliseconds, and has waited. */
void wait_begins(long ms);
void wait_ends(void);

void end_children(void);

/* ---- the steps ---- */

struct command {
  const char *name;
  void (*run)(struct step *step);
};

/* Each table ends with an entry without a name. */
extern const struct command FILE_COMMANDS[], IOCTL_COMMANDS[], READ_COMMANDS[], WRITE_COMMANDS[],
    POLL_COMMANDS[], VFS_COMMANDS[], SIGNAL_COMMANDS[], JOB_COMMANDS[], PROCESS_COMMANDS[],
    PUMP_COMMANDS[], RELATION_COMMANDS[], XEN_COMMANDS[];

/** Runs a step, also a repeated one, and prints its result. */
void run_step(const char *line, struct out *out);

/** The step "@CHILD STEP". */
void run_in_child(struct step *step);

int signal_number(const char *name);
void put_events(struct out *out, unsigned events);

#endif
