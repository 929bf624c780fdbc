import { IOCTL_EVTCHN_NOTIFY } from '../../../src/abi/ioctl.js';
import type { Process } from '../process.js';
import { handleOf, portOf, type StepCall, type StepTable, wordOf } from '../step.js';
import { expand } from '../step-arguments.js';
import { Thread } from '../thread.js';

const MAX_CHANNELS = 64;
/** Bytes the consumer reads at once. */
const BUFFER = 4096;
/** How long the consumer may lag behind, in milliseconds. */
const PATIENCE = 5000;
/** Counts a producer gets done in a row at most, before somebody else's turn. */
const MAX_BURST = 4;

/** One channel: its producer counts up and notifies after every count. */
interface Channel {
  readonly port: number;
  readonly peer: number;
  count: number;
  seen: number;
}

/** Who runs how long, mixed up but the same every time (a linear congruential generator). */
class Turns {
  #state = 1;

  next(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return 1 + ((this.#state >>> 24) % MAX_BURST);
  }
}

async function produce(
  process: Process,
  fd: number,
  channel: Channel,
  last: bigint,
  turns: Turns,
): Promise<void> {
  let left = turns.next();
  for (let i = 1; i <= last; i++) {
    channel.count = i;
    const argument = process.memory.variables(channel.port);
    if (process.ioctl(fd, IOCTL_EVTCHN_NOTIFY, argument) !== 0) return;
    if (--left > 0) continue;
    await Promise.resolve();
    left = turns.next();
  }
}

/** Reads, enables again, and only then looks at the counters, until it has seen every last count. */
async function consume(
  thread: Thread,
  fd: number,
  channels: readonly Channel[],
  last: bigint,
): Promise<boolean> {
  const { process } = thread;
  const buffer = process.memory.allocate(BUFFER);
  try {
    for (;;) {
      const rc = await thread.read(fd, buffer.address, BUFFER);
      if (rc <= 0) return false;
      if (process.write(fd, buffer.address, rc) !== rc) return false;
      await Promise.resolve();
      const view = new DataView(buffer.bytes.buffer);
      for (let at = 0; at < rc; at += 4) {
        const port = view.getUint32(at, true);
        for (const channel of channels) if (channel.peer === port) channel.seen = channel.count;
      }
      if (channels.every(({ seen }) => BigInt(seen) === last)) return true;
    }
  } finally {
    process.memory.free(buffer);
  }
}

/** `pump H p[a..b] G q[a..b] n=N`: no event is lost or left undelivered, or the consumer misses a last count. */
async function pump(call: StepCall): Promise<string> {
  const { args, process, thread } = call;
  const { fd } = handleOf(call);
  const reader = handleOf(call, 3);
  const last = args.long('n', 1000);
  const peers = expand(wordOf(call, 4));
  const channels: Channel[] = expand(wordOf(call, 2))
    .slice(0, MAX_CHANNELS)
    .map((name, i) => ({
      port: portOf(call, name),
      peer: portOf(call, peers[i]),
      count: 0,
      seen: 0,
    }));
  const { run } = process;
  let allSeen = false;
  let producing = channels.length;
  const consumer = new Thread(process);
  const consumed = consume(consumer, reader.fd, channels, last).then((all) => {
    allSeen = all;
    run.changed.wake();
  });
  run.background(consumed, () => consumer.exit());
  const turns = new Turns();
  for (const channel of channels) {
    run.background(
      produce(process, fd, channel, last, turns).then(() => {
        producing--;
        run.changed.wake();
      }),
    );
  }
  await thread.until(() => producing === 0, Infinity);
  if (await thread.until(() => allSeen, PATIENCE)) return 'ok';
  const behind = channels.flatMap(({ seen }, i) =>
    BigInt(seen) === last ? [] : [` ${i}:${seen}/${last}`],
  );
  return `STALLED${behind.join('')}`;
}

/** Threads that race over channels. */
export const pumpSteps: StepTable = { pump };
