import type { Case } from '../case-folder.js';
import { unifiedDiff } from '../diff.js';
import type { CaseProgram } from './case-program.js';
import type { DeviceUnderTest } from './device-under-test.js';
import { judge, type Known, type Verdict } from './judge.js';

/** How a case came out. */
export type ServedResult = { readonly name: string; readonly output: string } & Verdict;

/** What cases run on, and what is known of it. */
export interface Bench {
  readonly known: Known;
  /** Another host, and what runs cases on it. */
  start(): Promise<{ readonly device: DeviceUnderTest; readonly program: CaseProgram }>;
}

/** Cases that run one after the other in one domain, from a fresh one on. */
type Batch = readonly number[];

/** Runs cases of batches until there are none left, on a host of its own; on another one should it break. */
class ServedWorker {
  readonly #bench: Bench;
  readonly #cases: readonly Case[];
  readonly #done: (index: number, result: ServedResult) => void;
  #host: Awaited<ReturnType<Bench['start']>> | undefined;

  constructor(
    bench: Bench,
    cases: readonly Case[],
    done: (index: number, result: ServedResult) => void,
  ) {
    this.#bench = bench;
    this.#cases = cases;
    this.#done = done;
  }

  /** @param signal - to stop before the next case */
  async run(batches: Batch[], signal: AbortSignal): Promise<void> {
    try {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
        await this.#runBatch(batch, signal);
      }
    } finally {
      if (this.#host?.device.broken === undefined) await this.#host?.device.stop();
    }
  }

  async #runBatch(batch: Batch, signal: AbortSignal): Promise<void> {
    let path: string | undefined;
    for (const index of batch) {
      signal.throwIfAborted();
      this.#host ??= await this.#bench.start();
      const { device } = this.#host;
      const test = this.#cases[index]!;
      try {
        path ??= await device.fresh();
        this.#done(index, await this.#runCase(test, path));
      } catch (error) {
        signal.throwIfAborted();
        if (device.broken === undefined) throw error;
        const diff = `${(error as Error).message}\n`;
        this.#done(index, { name: test.name, output: '', outcome: 'failed', diff });
        path = undefined;
        this.#host = undefined;
        await device.stop().catch(() => {});
      }
    }
  }

  async #runCase(test: Case, path: string): Promise<ServedResult> {
    const { device, program } = this.#host!;
    const before = await device.state();
    const { output, trouble } = await program(test.file, path);
    const left = unifiedDiff(before, await device.state(), 'domain 0 before', 'domain 0 after');
    const verdict = judge(test, output, this.#bench.known);
    const wrong = trouble + (left === '' ? '' : `something was left behind:\n${left}`);
    if (wrong === '') return { name: test.name, output, ...verdict };
    const diff = wrong + (verdict.outcome === 'failed' ? verdict.diff : '');
    return { name: test.name, output, outcome: 'failed', diff };
  }
}

/**
 * Runs cases on served hosts, each in a fresh domain 0. Those tagged `@big` share one, in the order they come, as they did
 * when they were recorded.
 * @param jobs - how many hosts there are at a time
 * @param report - gets the results in the order of the cases
 * @param signal - to stop after the cases that are running; the promise rejects with its reason then
 */
export async function runServed(
  cases: readonly Case[],
  bench: Bench,
  jobs: number,
  report: (result: ServedResult) => void,
  signal: AbortSignal,
): Promise<void> {
  const indices = cases.map((_, index) => index);
  const isBig = (index: number) => cases[index]!.tags.has('@big');
  const big = indices.filter(isBig);
  // They take longest, so they come first: another host has the rest meanwhile.
  const batches: Batch[] = [
    ...(big.length > 0 ? [big] : []),
    ...indices.filter((index) => !isBig(index)).map((index) => [index]),
  ];
  const results: ServedResult[] = [];
  let next = 0;
  const done = (index: number, result: ServedResult) => {
    results[index] = result;
    for (let ready = results[next]; ready !== undefined; ready = results[++next]) report(ready);
  };
  const count = Math.min(jobs, batches.length);
  const workers = Array.from({ length: count }, () => new ServedWorker(bench, cases, done));
  const ends = await Promise.allSettled(workers.map((worker) => worker.run(batches, signal)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
