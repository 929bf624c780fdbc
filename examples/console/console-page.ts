import type { RingLayout } from './byte-ring.js';

/**
 * What is where in the memory of a console. First the page, as Xen's `struct xencons_interface` has it:
 *
 *      byte    0  in[1024]     what is typed for the guest: the back end puts it in
 *           1024  out[2048]    what the guest says: the front end puts it in
 *           3072  in_cons      bytes taken out of `in`, ever     written by the front end
 *           3076  in_prod      bytes put into `in`, ever         written by the back end
 *           3080  out_cons     bytes taken out of `out`, ever    written by the back end
 *           3084  out_prod     bytes put into `out`, ever        written by the front end
 *
 * And behind it, since there is no xenstore here, what that holds for a console:
 *
 *           4096  port         which the back end made for the front end
 *           4100  state        of the back end
 *           4104  state        of the front end
 */
export const CONSOLE_SIZE = 4108;

/** The ring of what is typed. */
export const IN: RingLayout = { name: 'in', start: 0, size: 1024, cons: 3072, prod: 3076 };
/** The ring of what the guest says. */
export const OUT: RingLayout = { name: 'out', start: 1024, size: 2048, cons: 3080, prod: 3084 };

export const PORT = 4096;
export const BACK_STATE = 4100;
export const FRONT_STATE = 4104;

/** States of an end, numbered as `enum xenbus_state`; 0 before it is there. */
export const CONNECTED = 4;
/** It puts no more text in, and still takes what there is. */
export const CLOSING = 5;
/** It is gone. */
export const CLOSED = 6;
