import { closeSync, constants, openSync } from 'node:fs';
import { openEvtchn } from 'xen-evtchn';
import type { Subject } from './subject.js';

/** What is the same for every file of a device. */
type FileSubject = Pick<Subject, 'bindStatic' | 'cleanup'> & {
  /** What the device is. */
  readonly what: string;
  /** Path of its file. */
  readonly device: string;
};

/** A device by its file, and by a descriptor that somebody else has opened. */
export function deviceSubjects({ what, device, ...rest }: FileSubject): readonly Subject[] {
  return [
    {
      ...rest,
      name: `${what} (${device})`,
      kind: 'device',
      open: (options = {}) => openEvtchn({ device, ...options }),
    },
    {
      ...rest,
      name: `${what}, by descriptor (${device})`,
      kind: 'device',
      open(options = {}) {
        const fd = openSync(device, constants.O_RDWR);
        try {
          return openEvtchn({ fd, ...options });
        } catch (error) {
          closeSync(fd);
          throw error;
        }
      },
    },
  ];
}
