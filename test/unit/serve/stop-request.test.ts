import { afterEach, expect, it } from 'vitest';
import { StopRequest } from '../../../src/serve/stop-request.js';

let stop: StopRequest | undefined;

afterEach(() => stop?.ignore());

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'is wished by %s, and forced by a second signal',
  async (signal) => {
    let forced = 0;
    stop = new StopRequest(() => forced++);
    stop.listen();
    expect(stop.isWished).toBe(false);
    process.emit(signal);
    await stop.wished;
    expect(stop.isWished).toBe(true);
    expect(forced).toBe(0);
    process.emit('SIGTERM');
    expect(forced).toBe(1);
  },
);

it('leaves the signals alone before and after', () => {
  const before = process.listenerCount('SIGTERM');
  stop = new StopRequest(() => {});
  expect(process.listenerCount('SIGTERM')).toBe(before);
  stop.listen();
  expect(process.listenerCount('SIGTERM')).toBe(before + 1);
  stop.ignore();
  expect(process.listenerCount('SIGTERM')).toBe(before);
});
