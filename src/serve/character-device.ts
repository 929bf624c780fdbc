import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { EEXIST, ENODEV } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { openCuse } from '../native/cuse.js';
import { closeDescriptor } from '../native/descriptor.js';
import { type MachineDevice, makeFolder, needsRoot } from './machine-device.js';
import { judgeDevice } from './mountpoint.js';
import type { PlaceKeeper } from './place.js';
import { removeFile } from './removal.js';
import { survey } from './survey.js';
import { withAdvice } from './system-error.js';
import type { Undo } from './undo.js';

/** What comes before a device's name in its path. */
const DEV = '/dev/';

/** `major:minor` of a device's number as stat(2) has it. */
export function deviceNumber(rdev: number): string {
  const major = (rdev >>> 8) & 0xfff;
  const minor = (rdev & 0xff) | ((rdev >>> 12) & 0xfff00);
  return `${major}:${minor}`;
}

/** The number the kernel gave a CUSE device. */
function numberOf(name: string): string {
  const entry = `/sys/class/cuse/${name.replaceAll('/', '!')}/dev`;
  const advice = { ENOENT: 'the device vanished, or sysfs is not mounted' };
  return withAdvice(`open ${entry}`, advice, () => readFileSync(entry, 'utf8')).trim();
}

/** Where /dev is no devtmpfs, as in containers, the kernel makes no node there. */
function makeNode(path: string, number: string, undo: Undo): void {
  const [major = '', minor = ''] = number.split(':');
  makeFolder(path, undo);
  try {
    execFileSync('mknod', [path, 'c', major, minor], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const said = String((error as { readonly stderr?: Buffer }).stderr ?? error).trim();
    throw new EvtchnError(`mknod ${path}`, ENODEV, said);
  }
  undo.add(() => removeFile(path));
}

/** Has the node at a path be the device's, with its permissions. */
function settleNode(path: string, name: string, mode: number, undo: Undo): void {
  const number = numberOf(name);
  const before = statSync(path, { throwIfNoEntry: false });
  if (before === undefined) makeNode(path, number, undo);
  else if (!before.isCharacterDevice() || deviceNumber(before.rdev) !== number) {
    throw new EvtchnError(`serve --cuse ${path}`, EEXIST, 'something else was put there meanwhile');
  }
  chmodSync(path, mode);
}

/** Sees that nothing is at the path but what a killed server left, which is taken away. */
async function clear(path: string, { say, mounter }: PlaceKeeper): Promise<void> {
  let replaced = false;
  for (;;) {
    const { sight, mount } = await survey(path);
    const verdict = judgeDevice(path, sight, mount);
    if (verdict === 'create') return;
    if (verdict === 'replace') {
      mounter.unmount(sight.path!);
      say(`replaced what a killed server left mounted at ${path}`);
      replaced = true;
    } else if (replaced) {
      removeFile(path);
    } else {
      const advice = `an empty file is there, and the kernel makes no device over it: rm ${path}`;
      throw new EvtchnError(`serve --cuse ${path}`, EEXIST, advice);
    }
  }
}

/**
 * Gets the place of a device ready that is a true character device, made by CUSE.
 * @param path - {@link MACHINE_DEVICE}
 * @param domid - whose device it is to be
 * @param mode - permissions of it
 * @throws EvtchnError: EPERM without the rights of root, EEXIST for what is in the way, or why there is no CUSE
 */
export async function prepareCharacterDevice(
  path: string,
  domid: number,
  mode: number,
  keeper: PlaceKeeper,
): Promise<MachineDevice> {
  needsRoot(path);
  await clear(path, keeper);
  let fd: number | undefined = openCuse();
  keeper.undo.add(() => {
    if (fd !== undefined) closeDescriptor(fd);
  });
  const name = path.slice(DEV.length);
  return {
    take: () => {
      const device = { fd: fd!, domid, name };
      fd = undefined;
      return [device];
    },
    show: () => settleNode(path, name, mode, keeper.undo),
  };
}
