#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "evtrun.h"

#define MAX_CHILDREN 16

/** How long a child may take for a step, and for its end, in milliseconds. */
#define STEP_LIMIT 20000
#define END_LIMIT 5000

/** A forked child: it reads steps from one pipe and writes their results into another. */
struct child {
  bool used;
  char name[NAME_SIZE];
  pid_t pid;
  int steps, results;
};
static struct child children[MAX_CHILDREN];

static struct child *find_child(struct step *step, const char *name) {
  for (int i = 0; i < MAX_CHILDREN; i++)
    if (children[i].used && !strcmp(children[i].name, name))
      return &children[i];
  put(step->out, "SCRIPT-ERROR no child");
  return NULL;
}

static void serve_steps(int steps, int results) {
  static char line[8192];
  static struct out out;
  FILE *from = fdopen(steps, "r");

  while (from && fgets(line, sizeof line, from)) {
    line[strcspn(line, "\n")] = 0;
    if (!strcmp(line, "exit"))
      break;
    clear(&out);
    run_step(line, &out);
    out.text[out.length] = '\n';
    if (write(results, out.text, out.length + 1) < 0)
      break;
  }
  _exit(0);
}

static struct child *unused_child(void) {
  for (int i = 0; i < MAX_CHILDREN; i++)
    if (!children[i].used)
      return &children[i];
  return NULL;
}

static void step_child(struct step *step) {
  struct child *child = unused_child();
  int steps[2], results[2];

  if (!child) {
    put(step->out, "SCRIPT-ERROR children");
    return;
  }
  if (pipe2(steps, O_CLOEXEC) || pipe2(results, O_CLOEXEC)) {
    put(step->out, "pipe?");
    return;
  }
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    close(steps[1]);
    close(results[0]);
    serve_steps(steps[0], results[1]);
  }
  int error = errno;
  close(steps[0]);
  close(results[1]);
  if (pid > 0) {
    *child = (struct child){.used = true, .pid = pid, .steps = steps[1], .results = results[0]};
    snprintf(child->name, NAME_SIZE, "%s", word(step, 1));
  } else {
    close(steps[1]);
    close(results[0]);
  }
  put(step->out, "%s", pid > 0 ? "ok" : error_name(error));
}

/** One character of a child's answer. @return false if there is none, which is printed */
static bool read_answer(struct child *child, char *character, struct out *out) {
  struct pollfd readable = {child->results, POLLIN, 0};
  int ready;

  while ((ready = poll(&readable, 1, STEP_LIMIT)) < 0 && errno == EINTR) {
  }
  if (ready <= 0)
    put(out, "CHILD-HANG");
  else if (read(child->results, character, 1) != 1)
    put(out, "CHILD-EXITED");
  else
    return true;
  return false;
}

void run_in_child(struct step *step) {
  struct child *child = find_child(step, word(step, 0) + 1);
  const char *inner = strchr(step->line, ' ');
  char line[8200], character;

  if (!child)
    return;
  int length = snprintf(line, sizeof line, "%s\n", inner ? inner + 1 : "");
  if (write(child->steps, line, length) != length) {
    put(step->out, "CHILD-GONE");
    return;
  }
  while (read_answer(child, &character, step->out) && character != '\n')
    put(step->out, "%c", character);
}

/** Waits for a child's end. @return whether it came */
static bool ended(struct child *child, int *status) {
  long start = now_ms();

  while (waitpid(child->pid, status, WNOHANG) != child->pid) {
    if (now_ms() - start > END_LIMIT)
      return false;
    usleep(500);
  }
  child->used = false;
  close(child->steps);
  close(child->results);
  return true;
}

static void put_end(struct step *step, struct child *child) {
  int status = 0;

  if (!ended(child, &status))
    put(step->out, "STILL-RUNNING");
  else if (WIFSIGNALED(status))
    put(step->out, "signal %d", WTERMSIG(status));
  else
    put(step->out, "exit %d", WEXITSTATUS(status));
}

static void step_kill(struct step *step) {
  struct child *child = find_child(step, word(step, 1));

  if (!child)
    return;
  kill(child->pid, step->words > 2 ? signal_number(word(step, 2)) : SIGKILL);
  put_end(step, child);
}

static void step_exitchild(struct step *step) {
  struct child *child = find_child(step, word(step, 1));

  if (!child)
    return;
  /* One that is gone already is found to be so below. */
  if (write(child->steps, "exit\n", 5) != 5)
    kill(child->pid, 0);
  put_end(step, child);
}

void end_children(void) {
  for (int i = 0; i < MAX_CHILDREN; i++)
    if (children[i].used)
      kill(children[i].pid, SIGKILL);
}

static bool is_stopped(pid_t process) {
  char path[64], text[512], *end = NULL;

  snprintf(path, sizeof path, "/proc/%d/stat", process);
  FILE *file = fopen(path, "re");
  if (file && fgets(text, sizeof text, file))
    end = strrchr(text, ')');
  if (file)
    fclose(file);
  return end && end[2] == 'T';
}

/** Lets a process that stops itself go on 50 ms later. */
static void continue_later(pid_t stopped) {
  while (getppid() == stopped && !is_stopped(stopped))
    usleep(500);
  pause_ms(50);
  kill(stopped, SIGCONT);
  _exit(0);
}

static void step_selfstop(struct step *step) {
  pid_t self = getpid(), helper = fork();

  if (helper == 0)
    continue_later(self);
  if (helper > 0) {
    kill(self, SIGSTOP);
    waitpid(helper, NULL, 0);
  }
  put_status(step->out, helper < 0);
}

static void step_setuid(struct step *step) {
  uid_t user = atoi(word(step, 1));

  put_status(step->out, setresuid(user, user, user));
}

static void step_rlimit(struct step *step) {
  rlim_t files = number(step, "nofile", 1024);
  struct rlimit limit = {files, files};

  put_status(step->out, setrlimit(RLIMIT_NOFILE, &limit));
}

static void step_sleep(struct step *step) {
  wait_ms(number(step, "ms", 10));
  put(step->out, "ok");
}

const struct command PROCESS_COMMANDS[] = {
    {"child", step_child},       {"kill", step_kill},     {"exitchild", step_exitchild},
    {"selfstop", step_selfstop}, {"setuid", step_setuid}, {"rlimit", step_rlimit},
    {"sleep", step_sleep},       {NULL, NULL},
};
