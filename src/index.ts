/**
 * xen-evtchn: the Xen event-channel device, embedded with everything it stands on, or opened as a file.
 *
 * Start with {@link openEvtchn}, which opens a device of either kind, and {@link XenHost}, which makes embedded domains.
 *
 * @packageDocumentation
 */
export { openEvtchn } from './device-file/open-evtchn.js';
export * from './embedded.js';
