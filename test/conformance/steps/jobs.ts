import { usleepTime } from '../c-numbers.js';
import { Job } from '../job.js';
import { signalNumber } from '../signals.js';
import { ScriptError, type StepCall, type StepTable, wordOf } from '../step.js';
import { MAX_NAME } from '../step-arguments.js';

/** What a started job gets to come to rest, in milliseconds; and how long that is waited for. */
const REST = 3;
const REST_TRIES = 2000;
const JOIN_TIME = 1000;
const STATE_TIME = 60;
const JOINSOME_TIME = 150;
const SIGNAL_TIME = 20;
const STOP_TIME = 50;
const MAX_JOINED = 8;
const MAX_JOINED_RESULT = 299;

function jobOf({ process }: StepCall, name: string): Job | undefined {
  return process.jobs.find((job) => job?.name === name);
}

function neededJob(call: StepCall): Job {
  const job = jobOf(call, wordOf(call, 1));
  if (job === undefined) throw new ScriptError();
  return job;
}

async function bg(call: StepCall): Promise<string> {
  const { line, process, thread } = call;
  const name = wordOf(call, 1);
  const slot = process.jobs.indexOf(undefined);
  if (slot < 0) throw new ScriptError('jobs');
  const rest = line.slice(line.indexOf(name) + name.length).replace(/^ +/, '');
  const job = Job.start(process, name.slice(0, MAX_NAME), rest);
  process.jobs[slot] = job;
  for (let i = 0; i < REST_TRIES && !job.done; i++) {
    if (job.thread?.waiting) {
      await thread.sleep(REST);
      break;
    }
    await thread.sleep(1);
  }
  return 'started';
}

async function join(call: StepCall): Promise<string> {
  const { args, process, thread } = call;
  const job = neededJob(call);
  const patience = Number(args.long('ms', JOIN_TIME)) + 0.5;
  if (!(await thread.until(() => job.done, patience))) return 'blocked';
  process.jobs[process.jobs.indexOf(job)] = undefined;
  return `done: ${job.result}`;
}

async function jstate(call: StepCall): Promise<string> {
  const { args, thread } = call;
  const job = neededJob(call);
  await thread.sleep(usleepTime(args.long('ms', STATE_TIME)));
  return job.done ? 'finished' : 'blocked';
}

async function joinsome(call: StepCall): Promise<string> {
  const { args, thread } = call;
  await thread.sleep(usleepTime(args.long('ms', JOINSOME_TIME)));
  const results = args.words
    .slice(1)
    .filter((word) => !word.includes('='))
    .slice(0, MAX_JOINED)
    .map((name) => {
      const job = jobOf(call, name);
      if (job === undefined) return '?';
      return job.done ? job.result.slice(0, MAX_JOINED_RESULT) : 'blocked';
    });
  results.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return results.map((result) => `{${result}}`).join(' ');
}

async function signal(call: StepCall): Promise<string> {
  const { process, thread } = call;
  const job = neededJob(call);
  const number = signalNumber(wordOf(call, 2));
  if (job.thread !== undefined) process.signal(number, job.thread);
  process.checkAlive();
  await thread.sleep(SIGNAL_TIME);
  return 'ok';
}

/** As if somebody stopped the process and continued it a little later. */
async function selfstop({ process, thread }: StepCall): Promise<string> {
  process.stopAndContinue();
  await thread.sleep(STOP_TIME);
  return 'ok';
}

async function sleep({ args, thread }: StepCall): Promise<string> {
  await thread.sleep(usleepTime(args.long('ms', 10)));
  return 'ok';
}

/** Steps in threads of their own. */
export const jobs: StepTable = { bg, join, jstate, joinsome, signal, selfstop, sleep };
