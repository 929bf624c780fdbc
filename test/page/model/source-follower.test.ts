import { beforeEach, describe, expect, it } from 'vitest';
import { PageModel } from '../../../page/src/model/page-model.js';
import { SourceFollower } from '../../../page/src/model/source-follower.js';
import type { HostSource, SourceBatch } from '../../../page/src/source/host-source.js';
import { TracedHost } from '../traced-host.js';

/** A source whose answers are given by hand, and timers that are run by hand. */
class ManualSource implements HostSource {
  readonly name = 'by hand';
  readonly control = undefined;
  readonly traced = new TracedHost();
  asked = 0;
  failure: Error | undefined;
  onBatch: ((batch: SourceBatch) => void) | undefined;
  onEnd: ((why: string) => void) | undefined;
  timer: (() => void) | undefined;

  async snapshot() {
    this.asked++;
    if (this.failure !== undefined) throw this.failure;
    return this.traced.snapshot();
  }

  follow(onBatch: (batch: SourceBatch) => void, onEnd: (why: string) => void): () => void {
    this.onBatch = onBatch;
    this.onEnd = onEnd;
    return () => {
      this.onBatch = undefined;
    };
  }

  setTimeout(callback: () => void): unknown {
    this.timer = callback;
    return callback;
  }

  clearTimeout(): void {
    this.timer = undefined;
  }

  /** The second is over. */
  async tick(): Promise<void> {
    const { timer } = this;
    this.timer = undefined;
    timer?.();
    await settled();
  }
}

/** All promises that are answered have been heard. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('following', () => {
  let source: ManualSource;
  let model: PageModel;
  let follower: SourceFollower;
  beforeEach(() => {
    source = new ManualSource();
    model = new PageModel();
    follower = new SourceFollower(source, model, source);
  });

  it('is live with the first snapshot, and asks for another each second', async () => {
    expect(follower.connection).toEqual({ state: 'connecting' });
    follower.start();
    await settled();
    expect(follower.connection).toEqual({ state: 'live' });
    expect(model.snapshot?.domains.map(({ domid }) => domid)).toEqual([0, 7]);
    await source.tick();
    expect(source.asked).toBe(2);
    expect(model.previous).toBeDefined();
    source.onBatch!(source.traced.batch());
    expect(model.history.end).toBeGreaterThan(0);
  });

  it('says when there is no answer, and goes on asking', async () => {
    source.failure = new Error('the host does not answer');
    follower.start();
    await settled();
    expect(follower.connection).toEqual({ state: 'failing', why: 'the host does not answer' });
    source.failure = undefined;
    await source.tick();
    expect(follower.connection).toEqual({ state: 'live' });
  });

  it('asks for nothing while nobody looks', async () => {
    follower.start();
    await settled();
    follower.watch(false);
    await source.tick();
    expect(source.asked).toBe(1);
    follower.watch(true);
    await settled();
    expect(source.asked).toBe(2);
  });

  it('ends with the host, and says why', async () => {
    follower.start();
    await settled();
    source.onEnd!('the host is gone');
    expect(follower.connection).toEqual({ state: 'ended', why: 'the host is gone' });
    await source.tick();
    expect(source.asked).toBe(1);
  });

  it('ends when the page does', async () => {
    const stop = follower.start();
    await settled();
    stop();
    expect(source.onBatch).toBeUndefined();
    await source.tick();
    expect(source.asked).toBe(1);
  });
});
