#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "evtrun.h"

#define MAX_JOBS 32
#define MAX_RESULTS 8
#define RESULT_SIZE 300

/** How long a job that is asked about may stay busy, in milliseconds; then it counts as blocked. */
#define PATIENCE 20000

/** A step in a thread of its own. */
struct job {
  bool used;
  char name[NAME_SIZE];
  char *line;
  pthread_t thread;
  struct out out;
  atomic_int id; /* of the thread; 0 until it runs */
  atomic_bool done;
};
static struct job jobs[MAX_JOBS];

/** Waits of the main thread that are shorter, in milliseconds, are none. */
#define LONG_WAIT 30

static atomic_bool main_waits;
static atomic_int waits;
static __thread bool in_job, names_later;

void wait_begins(long ms) {
  if (!in_job && ms >= LONG_WAIT)
    atomic_store(&main_waits, true);
}

void wait_ends(void) {
  if (!in_job && atomic_exchange(&main_waits, false))
    atomic_fetch_add(&waits, 1);
}

void await_names(void) {
  int before = atomic_load(&waits);

  while (names_later && !atomic_load(&main_waits) && atomic_load(&waits) == before)
    usleep(500);
}

static void *run_job(void *argument) {
  struct job *job = argument;
  sigset_t all;

  atomic_store(&job->id, (int)syscall(SYS_gettid));
  in_job = true;
  /* One that repeats its steps may be what others wait for. */
  names_later = strncmp(job->line, "repeat", 6);
  run_step(job->line, &job->out);
  /* Signals for a job that is done are for nobody, also while its thread is still ending. */
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
  atomic_store(&job->done, true);
  return NULL;
}

/** Signals of O_ASYNC are for the main thread. */
static void block_io_signals(sigset_t *before) {
  sigset_t signals;

  sigemptyset(&signals);
  sigaddset(&signals, SIGIO);
  sigaddset(&signals, signal_number("SIGRT"));
  pthread_sigmask(SIG_BLOCK, &signals, before);
}

/**
 * Waits until a job is done, or has come to rest and was given that many milliseconds. A slow
 * machine only makes it take longer.
 * @return whether it is done
 */
static bool job_done(struct job *job, long ms) {
  long start = now_ms(), waited = 0;

  wait_begins(ms);
  while (!atomic_load(&job->done)) {
    if (waited > ms + PATIENCE || (waited >= ms && rest_of(atomic_load(&job->id)) != BUSY))
      break;
    usleep(500);
    waited = now_ms() - start;
  }
  wait_ends();
  return atomic_load(&job->done);
}

static struct job *find_job(const char *name) {
  for (int i = 0; i < MAX_JOBS; i++)
    if (jobs[i].used && !strcmp(jobs[i].name, name))
      return &jobs[i];
  return NULL;
}

static struct job *step_job(struct step *step) {
  struct job *job = find_job(word(step, 1));

  if (!job)
    put(step->out, "SCRIPT-ERROR");
  return job;
}

static struct job *unused_job(void) {
  for (int i = 0; i < MAX_JOBS; i++)
    if (!jobs[i].used)
      return &jobs[i];
  return NULL;
}

/** The step after the job's name. */
static const char *inner_step(const struct step *step) {
  const char *name = word(step, 1), *at = strstr(step->line, name) + strlen(name);

  return at + strspn(at, " ");
}

static void step_bg(struct step *step) {
  struct job *job = unused_job();
  sigset_t before;

  if (!job || step->words < 3) {
    put(step->out, "SCRIPT-ERROR jobs");
    return;
  }
  job->used = true;
  snprintf(job->name, NAME_SIZE, "%s", word(step, 1));
  free(job->line);
  job->line = strdup(inner_step(step));
  clear(&job->out);
  atomic_store(&job->id, 0);
  atomic_store(&job->done, false);
  block_io_signals(&before);
  pthread_create(&job->thread, NULL, run_job, job);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  job_done(job, 0);
  put(step->out, "started");
}

static void step_join(struct step *step) {
  struct job *job = step_job(step);

  if (!job)
    return;
  if (!job_done(job, number(step, "ms", 1000))) {
    put(step->out, "blocked");
    return;
  }
  put(step->out, "done: %s", job->out.text);
  pthread_join(job->thread, NULL);
  job->used = false;
}

static void step_jstate(struct step *step) {
  struct job *job = step_job(step);

  if (job)
    put(step->out, "%s", job_done(job, number(step, "ms", 60)) ? "finished" : "blocked");
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(a, b);
}

/** The results of the listed jobs, sorted: which thread won is not shown. */
static void step_joinsome(struct step *step) {
  char results[MAX_RESULTS][RESULT_SIZE];
  int count = 0;

  wait_ms(number(step, "ms", 150));
  for (int i = 1; i < step->words && count < MAX_RESULTS; i++) {
    if (strchr(step->word[i], '='))
      continue;
    struct job *job = find_job(step->word[i]);
    const char *result = !job ? "?" : job_done(job, 0) ? job->out.text : "blocked";
    snprintf(results[count++], RESULT_SIZE, "%s", result);
  }
  qsort(results, count, RESULT_SIZE, compare_texts);
  for (int i = 0; i < count; i++)
    put(step->out, "%s{%s}", i ? " " : "", results[i]);
}

static void step_signal(struct step *step) {
  struct job *job = step_job(step);

  if (!job)
    return;
  pthread_kill(job->thread, signal_number(word(step, 2)));
  /* Until it has taken the signal and come to rest again. */
  job_done(job, 0);
  put(step->out, "ok");
}

const struct command JOB_COMMANDS[] = {
    {"bg", step_bg},           {"join", step_join},         {"jstate", step_jstate},
    {"signal", step_signal},   {"joinsome", step_joinsome}, {NULL, NULL},
};
