import { expect, it } from 'vitest';
import type { FileSnapshot } from '../../../src/snapshot/host-snapshot.js';
import { ownerSentence } from '../../../src/watch/owner-sentence.js';
import type { ProcessState } from '../../../src/watch/process-state.js';

const FILE: FileSnapshot = {
  file: 3,
  process: { pid: 812, comm: 'front' },
  ports: 1,
  unread: 0,
  ringSize: 64,
  overflow: false,
  readers: 0,
  polled: false,
};
const ASLEEP: ProcessState = { pid: 812, comm: 'front', activity: 'sleeping', threads: 1 };

it.each<[Partial<ProcessState>, string]>([
  [{ call: 'read', target: 'pipe:[77]' }, 'front (pid 812) is blocked in read(2) on pipe:[77].'],
  [
    { call: 'futex', threads: 4 },
    'front (pid 812) is blocked in futex(2) in its first thread, of 4.',
  ],
  [{ waitChannel: 'pipe_read' }, 'front (pid 812) sleeps (in the kernel at pipe_read).'],
  [{}, 'front (pid 812) sleeps.'],
  [{ activity: 'running', waitChannel: undefined }, 'front (pid 812) is running.'],
  [
    { activity: 'stopped', call: 'read', threads: 2 },
    'front (pid 812) is stopped, by SIGSTOP or at its terminal: kill -CONT 812 has it go on.',
  ],
  [
    { activity: 'traced', tracer: { pid: 9, comm: 'gdb' } },
    'front (pid 812) is held by the debugger gdb (pid 9).',
  ],
  [
    { activity: 'running', tracer: { pid: 9, comm: 'strace' } },
    'front (pid 812) is running; strace (pid 9) traces it.',
  ],
  [
    { activity: 'uninterruptible', call: 'ioctl', target: '/dev/sda' },
    'front (pid 812) is in a sleep that no signal ends in ioctl(2) on /dev/sda.',
  ],
  [{ comm: 'worker' }, 'front (pid 812), by now called worker, sleeps.'],
])('says of %j: %s', (state, sentence) => {
  expect(ownerSentence({ file: FILE, opener: { ...ASLEEP, ...state }, heirs: [] })).toBe(sentence);
});

it('says who may have the descriptor of a process that is gone', () => {
  expect(ownerSentence({ file: FILE, opener: undefined, heirs: [] })).toBe(
    'front (pid 812) is gone, though its descriptor is still open somewhere.',
  );
  const heirs: ProcessState[] = [
    { ...ASLEEP, pid: 840, comm: 'child', call: 'pause' },
    { ...ASLEEP, pid: 841, comm: 'other', activity: 'running' },
  ];
  expect(ownerSentence({ file: FILE, opener: undefined, heirs })).toBe(
    'front (pid 812) is gone, though its descriptor is still open: in child (pid 840), which is blocked in pause(2); other (pid 841), which is running.',
  );
});
