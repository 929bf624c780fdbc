import { closeSync, constants, openSync } from 'node:fs';
import { expect } from 'vitest';
import { type Evtchn, openEvtchn } from 'xen-evtchn';
import type { Subject } from './subject.js';

/** What is the same for every file of a device. */
type FileSubject = Pick<Subject, 'bindStatic' | 'cleanup'> & {
  /** What the device is. */
  readonly what: string;
  /** Path of its file; asked for when there is something to try. */
  readonly path: () => string;
};

/**
 * A device by its file, and by a descriptor that somebody else has opened. By its file, nobody waits between the behaviours;
 * by descriptor another handle waits all the time, so that the thread that waits for both goes on.
 */
export function deviceSubjects({ what, path, ...rest }: FileSubject): readonly Subject[] {
  let other: Evtchn | undefined;
  let waited: Promise<unknown>;
  const waitBeside = () => {
    other = openEvtchn({ device: path() });
    waited = Promise.allSettled([other.pending()]);
  };
  return [
    {
      ...rest,
      name: what,
      get place() {
        return path();
      },
      kind: 'device',
      open: (options = {}) => openEvtchn({ device: path(), ...options }),
    },
    {
      ...rest,
      name: `${what}, by descriptor`,
      get place() {
        return path();
      },
      kind: 'device',
      open(options = {}) {
        if (other === undefined) waitBeside();
        const fd = openSync(path(), constants.O_RDWR);
        try {
          return openEvtchn({ fd, ...options });
        } catch (error) {
          closeSync(fd);
          throw error;
        }
      },
      async cleanup() {
        if (other !== undefined) {
          await other[Symbol.asyncDispose]();
          // It had no port.
          expect(await waited).toMatchObject([{ status: 'rejected', reason: { code: 'EBADF' } }]);
        }
        await rest.cleanup();
      },
    },
  ];
}
