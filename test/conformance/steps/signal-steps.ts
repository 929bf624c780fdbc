import { O_ASYNC } from '../../../src/abi/fcntl.js';
import { POLL_ERR, POLL_IN, POLL_OUT } from '../../../src/abi/poll.js';
import { SIGIO } from '../../../src/abi/signal.js';
import { usleepTime } from '../c-numbers.js';
import { SIGRT, signalNumber } from '../signals.js';
import { handleOf, type StepCall, type StepTable, wordOf } from '../step.js';
import { changeFlags, okOrErrno } from './open.js';
import { bitNames } from './polling.js';

/** How long a signal takes to come, in milliseconds. */
const DELIVERY_TIME = 30;

const CODES: ReadonlyMap<number, string> = new Map([
  [POLL_IN, 'POLL_IN'],
  [POLL_OUT, 'POLL_OUT'],
  [POLL_ERR, 'POLL_ERR'],
]);

function sigio(call: StepCall): string {
  const { args, process } = call;
  const { fd } = handleOf(call);
  switch (wordOf(call, 2)) {
    case 'on': {
      process.handleFileSignals();
      process.own(fd);
      const file = process.file(fd);
      if (args.has('rt') && file !== undefined) file.signal = SIGRT;
      return changeFlags(call, fd, O_ASYNC, 0);
    }
    case 'handler':
      process.handleFileSignals();
      return 'ok';
    default:
      return changeFlags(call, fd, 0, O_ASYNC);
  }
}

async function sigcount(call: StepCall): Promise<string> {
  const { args, process, thread } = call;
  await thread.sleep(usleepTime(args.long('ms', DELIVERY_TIME)));
  const name = args.word(1);
  const signal = name !== undefined && !name.includes('=') ? signalNumber(name) : SIGIO;
  return String(process.takeSignalCount(signal));
}

function siginfo({ process }: StepCall): string {
  const { code, band, fd } = process.lastSignal;
  const name = CODES.get(code) ?? 'other';
  return `code=${name} band=${bitNames(band)} fd=${process.handles.nameOf(fd)}`;
}

function handler(call: StepCall): string {
  const { process } = call;
  const what = wordOf(call, 2);
  const disposition =
    what === 'restart' || what === 'norestart' || what === 'ignore' ? what : undefined;
  process.setDisposition(signalNumber(wordOf(call, 1)), disposition);
  return 'ok';
}

/** Signals, of files above all. */
export const signalSteps: StepTable = {
  sigio,
  setown: (call) => okOrErrno(call.process.own(handleOf(call).fd)),
  sigcount,
  siginfo,
  handler,
};
