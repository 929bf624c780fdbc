/* obedient: a client of libxenevtchn that does what stdin says, a line each, and answers with a line each: the port or 0,
 * or `errno N`. Ends with stdin.
 *
 *   unbound DOMAIN        connect DOMAIN PORT        virq NUMBER
 *   notify PORT           pending (waits)            unmask PORT */
#include "check.h"
#include <xenevtchn.h>

static xenevtchn_handle *handle;

static int obey(const char *word, unsigned first, unsigned second) {
  if (strcmp(word, "unbound") == 0) return xenevtchn_bind_unbound_port(handle, first);
  if (strcmp(word, "connect") == 0) return xenevtchn_bind_interdomain(handle, first, second);
  if (strcmp(word, "virq") == 0) return xenevtchn_bind_virq(handle, first);
  if (strcmp(word, "notify") == 0) return xenevtchn_notify(handle, first);
  if (strcmp(word, "pending") == 0) return xenevtchn_pending(handle);
  if (strcmp(word, "unmask") == 0) return xenevtchn_unmask(handle, first);
  failed(__FILE__, __LINE__, word);
  return -1;
}

int main(void) {
  char line[64], word[16];
  deadline(300);
  handle = xenevtchn_open(NULL, 0);
  CHECK(handle != NULL);
  while (fgets(line, sizeof line, stdin) != NULL) {
    unsigned first = 0, second = 0;
    CHECK(sscanf(line, "%15s %u %u", word, &first, &second) >= 1);
    int answer = obey(word, first, second);
    if (answer < 0) printf("errno %d\n", errno);
    else printf("%d\n", answer);
    CHECK(fflush(stdout) == 0);
  }
  CHECK(xenevtchn_close(handle) == 0);
  return 0;
}
