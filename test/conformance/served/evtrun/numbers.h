/*
 * Numbers of the device's ioctls (xen/evtchn.h): the direction is none, the size that of the
 * argument.
 */
#ifndef EVTRUN_NUMBERS_H
#define EVTRUN_NUMBERS_H

#define EVTCHN_IOCTL(number, size) ((unsigned)(((size) << 16) | ('E' << 8) | (number)))

#define IOCTL_BIND_VIRQ EVTCHN_IOCTL(0, 4)
#define IOCTL_BIND_INTERDOMAIN EVTCHN_IOCTL(1, 8)
#define IOCTL_BIND_UNBOUND_PORT EVTCHN_IOCTL(2, 4)
#define IOCTL_UNBIND EVTCHN_IOCTL(3, 4)
#define IOCTL_NOTIFY EVTCHN_IOCTL(4, 4)
#define IOCTL_RESET EVTCHN_IOCTL(5, 0)
#define IOCTL_RESTRICT_DOMID EVTCHN_IOCTL(6, 2)

#endif
