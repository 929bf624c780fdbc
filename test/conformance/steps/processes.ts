import { atoi } from '../c-numbers.js';
import { Child } from '../child.js';
import { SIGKILL, signalNumber } from '../signals.js';
import { ScriptError, type Step, type StepCall, type StepTable, wordOf } from '../step.js';
import { MAX_NAME } from '../step-arguments.js';
import { okOrErrno } from './open.js';

/** How long a child's answer, and its end, are waited for, in milliseconds. */
const ANSWER_TIME = 20_000;
const END_TIME = 5000;

/** Forks. The pipes to and from the child take descriptors, in both. */
function child(call: StepCall): string {
  const { process, thread } = call;
  const name = wordOf(call, 1).slice(0, MAX_NAME);
  const steps = process.pipe();
  const answers = steps && process.pipe();
  if (steps === undefined || answers === undefined) return 'pipe?';
  const forked = new Child(name, thread);
  for (const fd of [steps[1], answers[0]]) forked.process.descriptors.close(fd);
  for (const fd of [steps[0], answers[1]]) process.descriptors.close(fd);
  forked.pipes = [steps[1], answers[0]];
  forked.start();
  const slot = process.children.indexOf(undefined);
  if (slot >= 0) process.children[slot] = forked;
  return 'ok';
}

/** Of several children of one name the last. */
function childOf({ process }: StepCall, name: string): Child {
  const found = process.children.findLast((other) => other?.name === name);
  if (found === undefined) throw new ScriptError('no child');
  return found;
}

/** `@C STEP` */
export const executeInChild: Step = async (call) => {
  const { line, args, thread } = call;
  const receiver = childOf(call, args.name.slice(1));
  const space = line.indexOf(' ');
  if (!receiver.send(space < 0 ? '' : line.slice(space + 1))) return 'CHILD-GONE';
  await thread.until(() => receiver.answered || receiver.process.ended, ANSWER_TIME);
  const answer = receiver.takeAnswer();
  return answer ?? (receiver.process.ended ? 'CHILD-EXITED' : 'CHILD-HANG');
};

/** Waits for a child that was told to end, one way or the other. */
async function reap(call: StepCall, gone: Child): Promise<string> {
  const { process, thread } = call;
  // Nobody can wait for another one's child, such as a sister of a forked one.
  const mine = gone.process.parent === process;
  await thread.settle();
  if (!(await thread.until(() => mine && gone.process.ended, END_TIME))) {
    return 'STILL-RUNNING';
  }
  const fate = gone.process.fate!;
  process.children[process.children.indexOf(gone)] = undefined;
  for (const fd of gone.pipes) process.descriptors.close(fd);
  return 'signal' in fate ? `signal ${fate.signal}` : `exit ${fate.exit}`;
}

async function kill(call: StepCall): Promise<string> {
  const receiver = childOf(call, wordOf(call, 1));
  const name = call.args.word(2);
  receiver.process.signal(name === undefined ? SIGKILL : signalNumber(name));
  return reap(call, receiver);
}

async function exitchild(call: StepCall): Promise<string> {
  const receiver = childOf(call, wordOf(call, 1));
  receiver.send('exit');
  return reap(call, receiver);
}

function setuid(call: StepCall): string {
  return okOrErrno(call.process.setUid(atoi(wordOf(call, 1))));
}

function rlimit({ args, process }: StepCall): string {
  const limit = Number(BigInt.asUintN(64, args.long('nofile', 1024)));
  return okOrErrno(process.setDescriptorLimit(limit));
}

/** Children, and what a process is allowed. */
export const processes: StepTable = { child, kill, exitchild, setuid, rlimit };
