import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/snapshot/explain.js';
import { stuckPorts } from '../../../src/snapshot/stuck-ports.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import { ChannelStatistics } from '../../../src/statistics/channel-statistics.js';
import { program, RARE_THINGS, RandomHost, type Step } from '../statistics/random-program.js';
import { Scene } from './scene.js';

describe('stuckPorts', () => {
  it('finds none on a host where all is well', () => {
    const scene = new Scene({ dom0: { kernelChannels: true }, dom7: { kernelChannels: true } });
    const { back, front, local, remote } = scene.pair();
    front.notify(local);
    back.tryPending();
    scene.wait(5000);
    expect(stuckPorts(scene.snapshot())).toEqual([]);
    back.unmask(remote);
    expect(stuckPorts(scene.snapshot())).toEqual([]);
  });

  it('finds those on which something waits, with the first sentence of why', () => {
    const scene = new Scene();
    const { back, front, local, remote } = scene.pair();
    const other = back.bindUnboundPort(7);
    const second = front.bindInterdomain(0, other);
    front.notify(local);
    front.unbind(second);
    const snapshot = scene.wait(1000).snapshot();
    expect(stuckPorts(snapshot)).toEqual([
      {
        domid: 0,
        port: remote,
        verdict: 'unread',
        sentence: explain(snapshot, 0, remote).sentences[0],
      },
      {
        domid: 0,
        port: other,
        verdict: 'peer-closed',
        sentence: explain(snapshot, 0, other).sentences[0],
      },
    ]);
  });

  it('finds just those that explain calls stuck, whatever a program did', () => {
    const agree = (steps: readonly Step[]) => {
      const random = new RandomHost();
      const statistics = new ChannelStatistics(() => random.clock.now());
      random.host.attach(statistics);
      for (const step of steps) random.perform(step);
      random.clock.advance(2000);
      const snapshot = takeSnapshot(random.host, { statistics });
      const expected = snapshot.domains.flatMap(({ domid, channels }) =>
        channels
          .map(({ port }) => explain(snapshot, domid, port))
          .filter(({ stuck }) => stuck)
          .map(({ port, verdict, sentences }) => ({
            domid,
            port,
            verdict,
            sentence: sentences[0],
          })),
      );
      expect(stuckPorts(snapshot)).toEqual(expected);
      return expected.length;
    };
    expect(agree(RARE_THINGS.slice(0, 4))).toBeGreaterThan(0);
    fc.assert(
      fc.property(program, (steps) => void agree(steps)),
      { numRuns: 30 },
    );
  });
});
