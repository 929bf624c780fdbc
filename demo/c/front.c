/*
 * The front end of a small PV device: sends what comes on its standard input, writes what comes back to its standard output.
 *
 *   gcc -o front front.c -lxenevtchn
 *   ./front DIRECTORY BACK-END-DOMAIN
 *
 * It ends with its input, with 0. DIRECTORY is where the two ends meet: the shared page, and the fifo that tells the port.
 */
#include "text-device.h"

/* This end of the device. */
struct device {
    xenevtchn_handle *xce;
    evtchn_port_t port;
    text_front_ring_t ring;
};

/* Everything that happened to it. */
static struct {
    unsigned events, requests, notifies;
} seen;

/* Puts a piece of text into a free slot. The back end sees it after the next push. */
static void put(text_front_ring_t *ring, const char *text, uint32_t length)
{
    struct text_request *request = RING_GET_REQUEST(ring, ring->req_prod_pvt);
    request->length = length;
    memcpy(request->text, text, length);
    ring->req_prod_pvt++;
    seen.requests++;
}

/* Publishes what was put; then notifies, if the back end has asked for it. */
static void push(struct device *device)
{
    text_front_ring_t *ring = &device->ring;
    unsigned count = ring->req_prod_pvt - ring->sring->req_prod;
    int notify;
    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(ring, notify);
    fprintf(stderr, "front  puts %u%s\n", count, notify ? ", notifies" : "");
    if (notify && xenevtchn_notify(device->xce, device->port) != 0) err(1, "xenevtchn_notify");
    seen.notifies += notify != 0;
}

/* Writes out all responses that are there now. Returns how many that were. */
static unsigned take(text_front_ring_t *ring)
{
    RING_IDX first = ring->rsp_cons, end = ring->sring->rsp_prod;
    xen_rmb(); /* what the index covers is read after the index */
    if (end - first > ring->req_prod_pvt - first) errx(1, "the back end's index is nonsense");
    while (ring->rsp_cons != end) {
        struct text_response response = *RING_GET_RESPONSE(ring, ring->rsp_cons);
        ring->rsp_cons++;
        if (response.length > TEXT_SIZE) errx(1, "the back end sent a length of %u", response.length);
        fwrite(response.text, 1, response.length, stdout);
    }
    if (fflush(stdout) != 0) err(1, "standard output");
    return end - first;
}

/* One event, which may stand for many responses, or for none. */
static void handle_event(struct device *device)
{
    /* Waits. From here on the port is masked: what is notified meanwhile is kept, as one event. */
    int port = xenevtchn_pending(device->xce);
    if (port < 0) err(1, "xenevtchn_pending");
    seen.events++;

    unsigned count = 0;
    int more;
    do {
        count += take(&device->ring);
        /* Ask to be told of the next response, then look once more: one that came before we asked sent no event. */
        RING_FINAL_CHECK_FOR_RESPONSES(&device->ring, more);
    } while (more);
    fprintf(stderr, "front  event %u: takes %u\n", seen.events, count);

    /* Last, when all work is done: an event that came meanwhile is delivered in here. */
    if (xenevtchn_unmask(device->xce, (evtchn_port_t)port) != 0) err(1, "xenevtchn_unmask");
}

/* Until every request has its response. */
static void wait_for_all(struct device *device)
{
    while (device->ring.rsp_cons != device->ring.req_prod_pvt) handle_event(device);
}

/* Sends text, a line or a part of one in each request: as many at once as the ring has room for, with one notify. */
static void send_text(struct device *device, const char *text, size_t length)
{
    const char *end = text + length;
    while (text < end) {
        while (text < end && !RING_FULL(&device->ring)) {
            size_t size = (size_t)(end - text) < TEXT_SIZE ? (size_t)(end - text) : TEXT_SIZE;
            const char *newline = memchr(text, '\n', size);
            if (newline != NULL) size = (size_t)(newline + 1 - text);
            put(&device->ring, text, (uint32_t)size);
            text += size;
        }
        push(device);
        wait_for_all(device);
    }
}

/* Learns the port of the back end, and connects to it. */
static void connect_to(struct device *device, int directory, uint32_t domain)
{
    unsigned remote;
    FILE *fifo = open_port_fifo(directory, O_RDONLY);
    if (fscanf(fifo, "%u", &remote) != 1) errx(1, "the back end told no port");
    fclose(fifo);

    int port = xenevtchn_bind_interdomain(device->xce, domain, remote);
    if (port < 0) err(1, "cannot connect to port %u of domain %u", remote, domain);
    device->port = (evtchn_port_t)port;
    fprintf(stderr, "front  port %d is connected to port %u of domain %u\n", port, remote, domain);
    text_sring_t *shared = map_ring(directory, 0);
    FRONT_RING_INIT(&device->ring, shared, RING_BYTES);
    /* Whoever connects has an event at once, which nobody sent: look at the ring, and find nothing. */
    handle_event(device);
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s DIRECTORY BACK-END-DOMAIN\n", argv[0]);
        return 2;
    }
    uint32_t domain = domain_number(argv[2]);
    int directory = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) err(1, "%s", argv[1]);

    struct device device = {.xce = xenevtchn_open(NULL, 0)};
    if (device.xce == NULL) err(1, "cannot open the event channel device");
    connect_to(&device, directory, domain);

    char text[1024];
    ssize_t length;
    while ((length = read(STDIN_FILENO, text, sizeof text)) > 0)
        send_text(&device, text, (size_t)length);
    if (length < 0) err(1, "standard input");

    put(&device.ring, "", 0);
    push(&device);
    wait_for_all(&device);
    xenevtchn_close(device.xce);
    fprintf(stderr, "front  in all: %u events read, %u requests, %u notifies\n", seen.events, seen.requests,
            seen.notifies);
    return 0;
}
