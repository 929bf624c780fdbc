// Takes the time of single requests on an event-channel device, for `npm run bench:served`.
//
//   requests DEVICE checked|constant SERVER
//
// Binds 128 channels from domain 0 to itself on one open file, so that each kind of request can be repeated with nothing
// else in between. For every line on stdin it makes a round and prints five figures, nanoseconds a request: NOTIFY that
// merges with an event that is there already, NOTIFY that delivers, read of one port, write of one port that is disabled,
// write of one port that is enabled. `checked` wants the device to answer as it should; `constant` is for a server that
// only has constants.
//
// Where client and server run is most of what a request costs. So that servers can be compared, a line may name two CPUs:
// the client then runs on the first and the server, of process id SERVER, on the second; or, if the word `free` follows, each
// kind of request begins there, and from then on both may run anywhere.
#define _GNU_SOURCE
#include "device.h"
#include <dirent.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>

// Few, so that rounds are short, and what disturbs the machine falls into some of them.
enum { CHANNELS = 128 };

// Requests until both run where they were told to.
enum { SETTLING = 16 };

// Where a kind of request begins, and whether it stays there.
struct start {
  bool chosen, free;
  cpu_set_t client, server;
};

static int device;
static bool checked;
static cpu_set_t any_cpu;
static char server_threads[32];
static uint32_t senders[CHANNELS];
static uint32_t receivers[CHANNELS];

static void bind_channels(void) {
  uint32_t ports[CHANNELS];
  for (int i = 0; i < CHANNELS; i++) {
    receivers[i] = bind_unbound(device, 0);
    senders[i] = bind_interdomain(device, 0, receivers[i]);
  }
  // Each interdomain bind leaves an event on the sender. Read but never written back, it keeps those ports disabled.
  if (read(device, ports, sizeof ports) < (ssize_t)sizeof ports[0]) die("read of the first events");
}

// Lets all threads of the server run on these CPUs only.
static void confine_server(const cpu_set_t *cpus) {
  DIR *threads = opendir(server_threads);
  if (threads == NULL) die(server_threads);
  for (struct dirent *entry = readdir(threads); entry != NULL; entry = readdir(threads)) {
    if (entry->d_name[0] == '.') continue;
    if (sched_setaffinity(atoi(entry->d_name), sizeof *cpus, cpus) < 0) die("sched_setaffinity");
  }
  closedir(threads);
}

// Moves client and server to where a kind of request begins. Returns the time when it does.
static int64_t begin(const struct start *start) {
  if (!start->chosen) return now();
  if (sched_setaffinity(0, sizeof start->client, &start->client) < 0) die("sched_setaffinity");
  confine_server(&start->server);
  for (int i = 0; i < SETTLING; i++) notify(device, receivers[0]);
  if (start->free) {
    confine_server(&any_cpu);
    if (sched_setaffinity(0, sizeof any_cpu, &any_cpu) < 0) die("sched_setaffinity");
  }
  return now();
}

static double per_request(int64_t since) { return (double)(now() - since) / CHANNELS; }

static void make_round(const struct start *start) {
  uint32_t ports[CHANNELS];
  double merging, delivering, reading, enabling, writing;

  int64_t since = begin(start);
  for (int i = 0; i < CHANNELS; i++) notify(device, receivers[0]);
  merging = per_request(since);

  since = begin(start);
  for (int i = 0; i < CHANNELS; i++) notify(device, senders[i]);
  delivering = per_request(since);

  since = begin(start);
  for (int i = 0; i < CHANNELS; i++) ports[i] = read_port(device);
  reading = per_request(since);
  if (checked && memcmp(ports, receivers, sizeof ports) != 0) {
    fprintf(stderr, "requests: events were lost, or came in another order\n");
    exit(1);
  }

  since = begin(start);
  for (int i = 0; i < CHANNELS; i++) write_port(device, receivers[i]);
  enabling = per_request(since);

  since = begin(start);
  for (int i = 0; i < CHANNELS; i++) write_port(device, receivers[i]);
  writing = per_request(since);

  printf("%.1f %.1f %.1f %.1f %.1f\n", merging, delivering, reading, enabling, writing);
  fflush(stdout);
}

static struct start understood(const char *line) {
  struct start start = {0};
  int client, server;
  start.chosen = sscanf(line, "%d %d", &client, &server) == 2;
  start.free = strstr(line, "free") != NULL;
  if (start.chosen) {
    CPU_SET(client, &start.client);
    CPU_SET(server, &start.server);
  }
  return start;
}

int main(int count, char **arguments) {
  char line[32];
  if (count != 4 || (strcmp(arguments[2], "checked") != 0 && strcmp(arguments[2], "constant") != 0)) {
    fprintf(stderr, "usage: requests DEVICE checked|constant SERVER\n");
    return 2;
  }
  checked = strcmp(arguments[2], "checked") == 0;
  snprintf(server_threads, sizeof server_threads, "/proc/%s/task", arguments[3]);
  device = open_device(arguments[1]);
  bind_channels();
  if (sched_getaffinity(0, sizeof any_cpu, &any_cpu) < 0) die("sched_getaffinity");
  while (fgets(line, sizeof line, stdin) != NULL) {
    struct start start = understood(line);
    make_round(&start);
  }
  return 0;
}
