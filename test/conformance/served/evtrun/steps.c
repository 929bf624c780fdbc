#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evtrun.h"

static const struct command *const TABLES[] = {
    FILE_COMMANDS, IOCTL_COMMANDS,  READ_COMMANDS, WRITE_COMMANDS,
    POLL_COMMANDS, VFS_COMMANDS,    SIGNAL_COMMANDS, JOB_COMMANDS,
    PROCESS_COMMANDS, PUMP_COMMANDS, RELATION_COMMANDS, XEN_COMMANDS,
};

static const struct command *find_command(const char *name) {
  for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++)
    for (const struct command *command = TABLES[i]; command->name; command++)
      if (!strcmp(command->name, name))
        return command;
  return NULL;
}

static void run_once(const char *line, struct out *out) {
  struct step step;

  parse_step(&step, line, out);
  if (!step.words)
    return;
  const struct command *command = find_command(step.word[0]);
  if (command)
    command->run(&step);
  else if (step.word[0][0] == '@')
    run_in_child(&step);
  else
    put(out, "SCRIPT-ERROR unknown step");
}

/* ---- repeated steps: their results are counted ---- */

#define MAX_REPEATED 16
#define MAX_RESULTS 20
#define RESULT_SIZE 120

struct counts {
  int used;
  struct {
    char text[RESULT_SIZE];
    long count;
  } result[MAX_RESULTS];
};

static void count_result(struct counts *counts, const char *text) {
  int i = 0;

  while (i < counts->used && strcmp(counts->result[i].text, text))
    i++;
  if (i == MAX_RESULTS)
    return;
  if (i == counts->used) {
    snprintf(counts->result[i].text, RESULT_SIZE, "%s", text);
    counts->used++;
  }
  counts->result[i].count++;
}

static void put_counts(struct out *out, const struct counts *counts) {
  put(out, "{");
  for (int i = 0; i < counts->used; i++)
    put(out, "%s%s *%ld", i ? ", " : "", counts->result[i].text, counts->result[i].count);
  put(out, "}");
}

/** Runs a step for its result, cut to what is counted. */
static void result_of(const char *line, struct out *scratch, char result[RESULT_SIZE]) {
  clear(scratch);
  run_once(line, scratch);
  snprintf(result, RESULT_SIZE, "%.*s", RESULT_SIZE - 1, scratch->text);
}

/** repeat N : STEP ; STEP */
static void run_repeat(const char *line, struct out *out) {
  char text[4096], result[RESULT_SIZE], *steps[MAX_REPEATED], *rest;
  const char *colon = strchr(line, ':');
  long times = atol(line + strlen("repeat "));
  int used = 0;

  if (!colon) {
    put(out, "SCRIPT-ERROR");
    return;
  }
  snprintf(text, sizeof text, "%s", colon + 1);
  char *from = text;
  for (char *step; used < MAX_REPEATED && (step = strtok_r(from, ";", &rest)); from = NULL)
    steps[used++] = step + strspn(step, " ");
  struct counts *counts = calloc(used + 1, sizeof *counts);
  struct out *scratch = malloc(sizeof *scratch);
  for (long i = 0; i < times; i++)
    for (int k = 0; k < used; k++) {
      result_of(steps[k], scratch, result);
      count_result(&counts[k], result);
    }
  for (int k = 0; k < used; k++) {
    put(out, "%s", k ? " ; " : "");
    put_counts(out, &counts[k]);
  }
  free(scratch);
  free(counts);
}

/** Puts the number in the place of every $i. */
static void fill_in(const char *step, int number, char *line, size_t size) {
  size_t length = 0;

  for (const char *at = step; *at && length + 16 < size; at++)
    if (at[0] == '$' && at[1] == 'i') {
      length += sprintf(line + length, "%d", number);
      at++;
    } else {
      line[length++] = *at;
    }
  line[length] = 0;
}

/** Shows the last name in a result that ends with the number with $i. */
static void hide_number(char result[RESULT_SIZE], int number) {
  char digits[16], rest[RESULT_SIZE], *last = NULL;

  snprintf(digits, sizeof digits, "%d", number);
  size_t length = strlen(digits);
  for (char *at = strstr(result, digits); at; at = strstr(at + 1, digits))
    if (at > result && isalpha((unsigned char)at[-1]) && !isdigit((unsigned char)at[length]))
      last = at;
  if (!last)
    return;
  snprintf(rest, sizeof rest, "%s", last + length);
  snprintf(last, RESULT_SIZE - (last - result), "$i%s", rest);
}

/** each A..B : STEP with $i */
static void run_each(const char *line, struct out *out) {
  char filled[4096], result[RESULT_SIZE];
  const char *step = strchr(line, ':');
  struct counts counts = {0};
  int first, last;

  if (sscanf(line + strlen("each "), "%d..%d", &first, &last) != 2 || !step) {
    put(out, "SCRIPT-ERROR");
    return;
  }
  step += 1 + strspn(step + 1, " ");
  struct out *scratch = malloc(sizeof *scratch);
  int by = first <= last ? 1 : -1;
  for (int i = first; i != last + by; i += by) {
    fill_in(step, i, filled, sizeof filled);
    result_of(filled, scratch, result);
    hide_number(result, i);
    count_result(&counts, result);
  }
  put_counts(out, &counts);
  free(scratch);
}

void run_step(const char *line, struct out *out) {
  line += strspn(line, " \t");
  if (!strncmp(line, "repeat ", 7))
    run_repeat(line, out);
  else if (!strncmp(line, "each ", 5))
    run_each(line, out);
  else
    run_once(line, out);
}
