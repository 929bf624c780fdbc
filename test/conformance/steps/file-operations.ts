import { EAGAIN, EBADF, errnoName } from '../../../src/abi/errno.js';
import { O_ACCMODE } from '../../../src/abi/fcntl.js';
import { TCGETS } from '../../../src/abi/ioctl.js';
import type { File } from '../../../src/vfs/file.js';
import { handleOf, type Step, type StepCall, type StepTable } from '../step.js';

/** Runs a call on the file of the step's handle. */
function onFile({ process }: StepCall, fd: number, call: (file: File) => number): number {
  const file = process.file(fd);
  return file === undefined ? -EBADF : call(file);
}

function okStep(run: (file: File, call: StepCall) => number, ok = 'ok'): Step {
  return (call) => {
    const rc = onFile(call, handleOf(call).fd, (file) => run(file, call));
    return rc < 0 ? errnoName(rc) : ok;
  };
}

function valueStep(run: (file: File, call: StepCall) => number): Step {
  return (call) => {
    const rc = onFile(call, handleOf(call).fd, (file) => run(file, call));
    return rc < 0 ? errnoName(rc) : String(rc);
  };
}

/** flock(2), exclusive, without waiting: the device node can have one owner. */
function flock(file: File, { process: { machine } }: StepCall): number {
  if (file.isPath || (file.flags & O_ACCMODE) === O_ACCMODE) return -EBADF;
  const owner = machine.lockOwner;
  if (owner !== undefined && owner !== file && owner.references > 0) return -EAGAIN;
  machine.lockOwner = file;
  return 0;
}

/** A step that makes a pipe for itself, for which there must be two descriptors. */
function withPipe(step: Step): Step {
  return (call) => {
    const { process } = call;
    handleOf(call);
    const ends = process.pipe();
    if (ends === undefined) return 'pipe?';
    try {
      return step(call);
    } finally {
      for (const fd of ends) process.descriptors.close(fd);
    }
  };
}

function isatty(call: StepCall): string {
  const { process } = call;
  const rc = process.ioctl(handleOf(call).fd, TCGETS, process.memory.variables());
  return rc < 0 ? errnoName(rc) : 'yes';
}

/** Calls the driver knows nothing of. */
export const fileOperations: StepTable = {
  lseek: valueStep((file, { args }) =>
    file.lseek(Number(args.long('off', 0)), args.int('whence', 0)),
  ),
  pread: valueStep((file, { args }) => file.pread(Number(args.long('off', 0)))),
  pwrite: valueStep((file, { args }) => file.pwrite(Number(args.long('off', 0)))),
  mmap: okStep((file) => file.mmap(), 'mapped'),
  fsync: okStep((file) => file.fsync()),
  ftruncate: okStep((file) => file.ftruncate()),
  fallocate: okStep((file) => file.fallocate()),
  flock: okStep(flock),
  fadvise: okStep(() => 0),
  isatty,
  sendfile: withPipe(okStep((file) => file.splice('in'))),
  splicein: withPipe(valueStep((file) => file.splice('in'))),
  spliceout: withPipe(valueStep((file) => file.splice('out'))),
};
