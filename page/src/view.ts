import type { HostSnapshot } from 'xen-evtchn/embedded';
import type { Moment } from './model/moment.js';
import type { PageModel } from './model/page-model.js';
import type { HostControl, HostSource } from './source/host-source.js';

/** What the details panel tells about. */
export type Selection =
  | { readonly kind: 'event'; readonly moment: Moment }
  | { readonly kind: 'channel'; readonly domid: number; readonly port: number }
  | { readonly kind: 'file'; readonly domid: number; readonly file: number }
  | { readonly kind: 'domain'; readonly domid: number };

/** What every view of the page is given. */
export interface ViewProps {
  readonly source: HostSource;
  /** Undefined where the page may only look. */
  readonly control: HostControl | undefined;
  /** The newest snapshot, one a second while the page is seen; views are shown from the first one on. */
  readonly snapshot: HostSnapshot;
  /** The one before; undefined at first. */
  readonly previous: HostSnapshot | undefined;
  /** What has come of the host so far. */
  readonly model: PageModel;
  readonly selection: Selection | undefined;
  /** Has the details panel tell about something; undefined closes it. */
  readonly select: (selection: Selection | undefined) => void;
}
