/* Programs of several cases, of which the one that an argument names is run. */
#ifndef CASES_H
#define CASES_H

#include "check.h"

struct named_case {
  const char *name;
  void (*run)(void);
};

/* Runs the case of that name, and says that it went well. */
static inline int run_case(const struct named_case *cases, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(cases[i].name, name) != 0) continue;
    cases[i].run();
    printf("ok %s\n", name);
    return 0;
  }
  failed(__FILE__, __LINE__, "there is a case of this name");
  return 1;
}

#endif
