import { describe, expect, it } from 'vitest';
import type { EventAbi } from '../../src/hypervisor/port-ops.js';
import { readCases } from './case-folder.js';
import { ownFolder } from './own-folder.js';
import { type Result, runCases } from './run-cases.js';

/** What is not run, and why; anything else that is left out is a failure. */
const LEFT_OUT: Readonly<Record<EventAbi, Readonly<Record<string, string>>>> = {
  fifo: { 'hv:zz-limits/exhaustion': 'tagged @2l: only with --two-level' },
  'two-level': {
    'bind/virq-delivery':
      'recorded with FIFO only: with two-level the kernel has VIRQ_DEBUG itself',
  },
};

/** The results of all cases of an ABI, each as soon as it is there: those tagged `@big` share a host, so their order counts. */
class Results {
  readonly #results: AsyncGenerator<Result, void>;
  readonly #known = new Map<string, Result>();

  constructor(abi: EventAbi) {
    this.#results = runCases(readCases(ownFolder(), abi), abi);
  }

  async of(name: string): Promise<Result> {
    for (;;) {
      const known = this.#known.get(name);
      if (known !== undefined) return known;
      const next = await this.#results.next();
      if (next.done) throw new Error(`no result of ${name}`);
      this.#known.set(next.value.name, next.value);
    }
  }
}

for (const abi of ['fifo', 'two-level'] as const) {
  describe(`the embedded device with the ${abi} ABI answers as the real one in the case`, () => {
    const results = new Results(abi);
    const leftOut = LEFT_OUT[abi];
    for (const { name } of readCases(ownFolder(), abi)) {
      if (name in leftOut) continue;
      it(name, async () => {
        const result = await results.of(name);
        expect('diff' in result ? result.diff : '').toBe('');
        expect(result.outcome).toBe('passed');
      });
    }
  });

  it(`leaves out of the ${abi} run only what has to be, and says why`, async () => {
    const reasons: Record<string, string> = {};
    for await (const result of runCases(readCases(ownFolder(), abi), abi)) {
      if (result.outcome === 'left out') reasons[result.name] = result.reason;
    }
    expect(reasons).toEqual(LEFT_OUT[abi]);
  });
}
