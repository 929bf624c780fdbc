/**
 * The arguments of the ioctls of `/dev/xen/evtchn`. Mirrors Linux' `include/uapi/xen/evtchn.h`.
 * Each layout has the name of its C struct in camel case.
 */

import { defineStruct } from './struct.js';

/** Argument of IOCTL_EVTCHN_BIND_VIRQ: which VIRQ. 4 bytes. */
export const ioctlEvtchnBindVirq = defineStruct('ioctl_evtchn_bind_virq', 4, {
  virq: ['u32', 0],
});

/** Argument of IOCTL_EVTCHN_BIND_INTERDOMAIN: the domain and its unbound port. 8 bytes. */
export const ioctlEvtchnBindInterdomain = defineStruct('ioctl_evtchn_bind_interdomain', 8, {
  remoteDomain: ['u32', 0],
  remotePort: ['u32', 4],
});

/** Argument of IOCTL_EVTCHN_BIND_UNBOUND_PORT: the domain that may bind to it. 4 bytes. */
export const ioctlEvtchnBindUnboundPort = defineStruct('ioctl_evtchn_bind_unbound_port', 4, {
  remoteDomain: ['u32', 0],
});

/** Argument of IOCTL_EVTCHN_UNBIND: a port bound through this open file. 4 bytes. */
export const ioctlEvtchnUnbind = defineStruct('ioctl_evtchn_unbind', 4, {
  port: ['u32', 0],
});

/** Argument of IOCTL_EVTCHN_NOTIFY: a port bound through this open file. 4 bytes. */
export const ioctlEvtchnNotify = defineStruct('ioctl_evtchn_notify', 4, {
  port: ['u32', 0],
});

/** Argument of IOCTL_EVTCHN_RESTRICT_DOMID: the only domain to deal with from now on. 2 bytes. */
export const ioctlEvtchnRestrictDomid = defineStruct('ioctl_evtchn_restrict_domid', 2, {
  domid: ['u16', 0],
});

/** Argument of IOCTL_EVTCHN_BIND_STATIC: a port set up when the domain was made. 4 bytes. */
export const ioctlEvtchnBind = defineStruct('ioctl_evtchn_bind', 4, {
  port: ['u32', 0],
});
