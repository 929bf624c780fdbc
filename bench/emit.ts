import { EventEmitter } from 'node:events';
import type { Loop } from './rounds.js';

/** The peer of every event: one `EventEmitter.emit` with one argument to one listener. The ports are as many as a power of two. */
export function prepareEmit(ports: Uint32Array): Loop {
  const emitter = new EventEmitter();
  let sum = 0;
  emitter.on('event', (port: number) => {
    sum = (sum + port) | 0;
  });
  const mask = ports.length - 1;
  return (events) => {
    sum = 0;
    for (let i = 0; i < events; i++) emitter.emit('event', ports[i & mask]!);
    return sum;
  };
}

/** What a loop over the ports must answer. @param events - a multiple of the number of ports */
export function sumOf(ports: Uint32Array, events: number): number {
  return Math.imul(
    ports.reduce((sum, port) => (sum + port) | 0, 0),
    events / ports.length,
  );
}
