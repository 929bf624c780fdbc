#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "evtrun.h"

void clear(struct out *out) {
  out->length = 0;
  out->text[0] = 0;
}

void put(struct out *out, const char *format, ...) {
  va_list arguments;

  va_start(arguments, format);
  if (out->length < OUT_SIZE - 1)
    out->length += vsnprintf(out->text + out->length, OUT_SIZE - out->length, format, arguments);
  if (out->length > OUT_SIZE - 1)
    out->length = OUT_SIZE - 1;
  va_end(arguments);
}

const char *error_name(int error) {
  const char *name = strerrorname_np(error);

  return name ? name : "E?";
}

void put_status(struct out *out, long result) {
  put(out, "%s", result ? error_name(errno) : "ok");
}

void put_number(struct out *out, long result) {
  if (result < 0)
    put(out, "%s", error_name(errno));
  else
    put(out, "%ld", result);
}

void end_results(struct results *results) {
  if (!results->count)
    return;
  if (results->out->length)
    put(results->out, " ");
  put(results->out, "%s", results->last);
  if (results->count > 1)
    put(results->out, " x%ld", results->count);
  results->count = 0;
}

void add_result(struct results *results, const char *text) {
  if (results->count && !strcmp(results->last, text)) {
    results->count++;
    return;
  }
  end_results(results);
  snprintf(results->last, sizeof results->last, "%s", text);
  results->count = 1;
}
