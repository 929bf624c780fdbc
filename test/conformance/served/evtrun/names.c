#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evtrun.h"

static struct names one_name(const char *text) {
  struct names names = {1, malloc(NAME_SIZE)};

  snprintf(names.name[0], NAME_SIZE, "%s", text);
  return names;
}

struct names expand(const char *text) {
  char base[NAME_SIZE];
  int first, last;

  if (sscanf(text, "%15[^[][%d..%d]", base, &first, &last) != 3)
    return one_name(text);
  struct names names = {abs(last - first) + 1, NULL};
  int by = last >= first ? 1 : -1;
  names.name = malloc((size_t)NAME_SIZE * names.count);
  for (int i = 0; i < names.count; i++)
    snprintf(names.name[i], NAME_SIZE, "%.12s%d", base, first + by * i);
  return names;
}

void free_names(struct names *names) {
  free(names->name);
}

/** Splits "q12" into its base and its number. @return the number; -1 if it has none, or no base */
static int split_name(const char *name, char base[NAME_SIZE]) {
  int length = strlen(name), digits = length;

  while (digits > 0 && isdigit((unsigned char)name[digits - 1]))
    digits--;
  memcpy(base, name, digits);
  base[digits] = 0;
  return digits == length || digits == 0 ? -1 : atoi(name + digits);
}

void put_names(struct out *out, char (*name)[NAME_SIZE], int count) {
  for (int i = 0; i < count;) {
    char base[NAME_SIZE], other[NAME_SIZE];
    int first = split_name(name[i], base), end = i + 1;

    while (first >= 0 && end < count && split_name(name[end], other) == first + (end - i) &&
           !strcmp(base, other))
      end++;
    if (end - i >= 3) {
      put(out, " %s[%d..%d]", base, first, first + (end - i) - 1);
      i = end;
    } else {
      put(out, " %s", name[i++]);
    }
  }
}

int compare_names(const void *a, const void *b) {
  char base[NAME_SIZE], other[NAME_SIZE];
  int x = split_name(a, base), y = split_name(b, other), order = strcmp(base, other);

  return order ? order : x - y;
}

void parse_step(struct step *step, const char *line, struct out *out) {
  char *rest, *text = step->text;

  step->line = line;
  step->out = out;
  step->words = 0;
  snprintf(step->text, sizeof step->text, "%s", line);
  for (char *w; step->words < MAX_WORDS && (w = strtok_r(text, " \t", &rest)); text = NULL)
    step->word[step->words++] = w;
}

const char *word(const struct step *step, int index) {
  return index < step->words ? step->word[index] : "";
}

bool word_is(const struct step *step, int index, const char *text) {
  return !strcmp(word(step, index), text);
}

bool has_word(const struct step *step, const char *text) {
  for (int i = 1; i < step->words; i++)
    if (!strcmp(step->word[i], text))
      return true;
  return false;
}

const char *value(const struct step *step, const char *key, const char *otherwise) {
  size_t length = strlen(key);

  for (int i = 1; i < step->words; i++)
    if (!strncmp(step->word[i], key, length) && step->word[i][length] == '=')
      return step->word[i] + length + 1;
  return otherwise;
}

long number(const struct step *step, const char *key, long otherwise) {
  const char *text = value(step, key, NULL);

  return text ? strtol(text, NULL, 0) : otherwise;
}

unsigned long to_unsigned(const char *text) {
  return strtoul(text, NULL, 0);
}

int number_list(const char *text, long *numbers, int max) {
  char copy[200], *rest;
  int count = 0;

  snprintf(copy, sizeof copy, "%s", text);
  for (char *w = strtok_r(copy, ",", &rest); w && count < max; w = strtok_r(NULL, ",", &rest))
    numbers[count++] = atoi(w);
  return count;
}
