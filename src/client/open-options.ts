import type { AbortSignalLike } from '../vfs/abort-signal.js';
import type { Evtchn } from './evtchn.js';

/** A domain of an embedded host, which has a device to open: {@link HostDomain}. */
export interface EvtchnDomain {
  /** Opens its device: {@link HostDomain.openEvtchn}. */
  openEvtchn(options: Omit<OpenEmbedded, 'domain'>): Evtchn;
}

/** Options of every kind of handle. */
interface OpenAny {
  /** Closes the handle when it aborts; waiting calls reject with its reason. */
  readonly signal?: AbortSignalLike | undefined;
}

/** Opens a device file: the kernel's, or one that `xen-evtchn` serves. */
export interface OpenDeviceFile extends OpenAny {
  /** Its path; /dev/xen/evtchn unless given. */
  readonly device?: string | undefined;
  readonly fd?: undefined;
  readonly domain?: undefined;
}

/** Takes a device over that is open already (`xenevtchn_fdopen`): inherited from whoever started the program, or passed. */
export interface OpenDescriptor extends OpenAny {
  /** Its descriptor, which is the handle's from now on: set to O_NONBLOCK, and closed with it. */
  readonly fd: number;
  readonly device?: undefined;
  readonly domain?: undefined;
}

/** Opens the device of a domain of an embedded host. */
export interface OpenEmbedded extends OpenAny {
  /** The domain. */
  readonly domain: EvtchnDomain;
  /** Name of the opening process, shown in traces. */
  readonly comm?: string | undefined;
  /** Its user; the device is root's alone. 0 unless given. */
  readonly uid?: number | undefined;
  readonly device?: undefined;
  readonly fd?: undefined;
}

/** What {@link openEvtchn} opens: a device file, a descriptor or an embedded domain, never two of them. */
export type OpenEvtchnOptions = OpenDeviceFile | OpenDescriptor | OpenEmbedded;
