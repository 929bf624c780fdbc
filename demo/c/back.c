/*
 * The back end of a small PV device: takes text from a ring and puts it back in capitals.
 *
 *   gcc -o back back.c -lxenevtchn
 *   ./back DIRECTORY FRONT-END-DOMAIN
 *
 * It ends when the front end says that there is no more, with 0. DIRECTORY is where the two meet: the shared page, and the
 * fifo that tells the port.
 */
#include <ctype.h>
#include "text-device.h"

/* Everything that happened to this end. */
static struct {
    unsigned events, requests, notifies;
} seen;

static int finished;

static void answer(text_back_ring_t *ring, const struct text_request *request)
{
    struct text_response *response = RING_GET_RESPONSE(ring, ring->rsp_prod_pvt);
    if (request->length > TEXT_SIZE) errx(1, "the front end sent a length of %u", request->length);
    finished |= request->length == 0;
    response->length = request->length;
    for (uint32_t i = 0; i < request->length; i++)
        response->text[i] = (char)toupper((unsigned char)request->text[i]);
    ring->rsp_prod_pvt++;
}

/* Answers all requests that are there now. Returns how many that were. */
static unsigned work(text_back_ring_t *ring)
{
    RING_IDX first = ring->req_cons, end = ring->sring->req_prod;
    xen_rmb(); /* what the index covers is read after the index */
    /* The other domain may write anything at any time: check what it says, and work on copies. */
    if (RING_REQUEST_PROD_OVERFLOW(ring, end)) errx(1, "the front end's index is nonsense");
    while (ring->req_cons != end) {
        struct text_request request;
        RING_COPY_REQUEST(ring, ring->req_cons, &request);
        ring->req_cons++;
        answer(ring, &request);
    }
    return end - first;
}

/* One event, which may stand for many requests, or for none. */
static void handle_event(xenevtchn_handle *xce, text_back_ring_t *ring)
{
    /* Waits. From here on the port is masked: what is notified meanwhile is kept, as one event. */
    int port = xenevtchn_pending(xce);
    if (port < 0) err(1, "xenevtchn_pending");
    seen.events++;

    int more;
    do {
        unsigned count = work(ring);
        int notify;
        /* Publish first, then notify; and only if the front end has asked for it. */
        RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(ring, notify);
        fprintf(stderr, "back   event %u: serves %u%s\n", seen.events, count, notify ? ", notifies" : "");
        if (notify && xenevtchn_notify(xce, (evtchn_port_t)port) != 0) err(1, "xenevtchn_notify");
        seen.requests += count;
        seen.notifies += notify != 0;
        /* Ask to be told of the next request, then look once more: one that came before we asked sent no event. */
        RING_FINAL_CHECK_FOR_REQUESTS(ring, more);
    } while (more);

    /* Last, when all work is done: an event that came meanwhile is delivered in here. */
    if (xenevtchn_unmask(xce, (evtchn_port_t)port) != 0) err(1, "xenevtchn_unmask");
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s DIRECTORY FRONT-END-DOMAIN\n", argv[0]);
        return 2;
    }
    uint32_t domain = domain_number(argv[2]);
    int directory = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) err(1, "%s", argv[1]);

    xenevtchn_handle *xce = xenevtchn_open(NULL, 0);
    if (xce == NULL) err(1, "cannot open the event channel device");
    int port = xenevtchn_bind_unbound_port(xce, domain);
    if (port < 0) err(1, "no port for domain %u", domain);

    text_back_ring_t ring;
    text_sring_t *shared = map_ring(directory, O_CREAT | O_TRUNC);
    SHARED_RING_INIT(shared);
    BACK_RING_INIT(&ring, shared, RING_BYTES);

    fprintf(stderr, "back   port %d is for domain %u\n", port, domain);
    FILE *fifo = open_port_fifo(directory, O_WRONLY);
    if (fprintf(fifo, "%d\n", port) < 0 || fclose(fifo) != 0) err(1, "telling the port");
    unlinkat(directory, "port", 0);

    while (!finished) handle_event(xce, &ring);

    unlinkat(directory, "ring", 0);
    xenevtchn_close(xce);
    fprintf(stderr, "back   in all: %u events read, %u requests, %u notifies\n", seen.events, seen.requests,
            seen.notifies);
    return 0;
}
