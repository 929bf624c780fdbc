import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferMemory } from '../../examples/console/buffer-memory.js';
import { ByteRing } from '../../examples/console/byte-ring.js';
import { IN, OUT } from '../../examples/console/console-page.js';
import { RingCorrupt } from '../../examples/console/ring-corrupt.js';
import { bytes, freshMemory } from './console-pair.js';

const LAYOUT = { name: 'small', start: 8, size: 8, cons: 0, prod: 4 };

/** A ring of 8 bytes, with both ends and what they say is in the memory. */
function small(index = 0) {
  const buffer = new ArrayBuffer(16);
  const memory = new BufferMemory(buffer);
  memory.store(LAYOUT.cons, index);
  memory.store(LAYOUT.prod, index);
  const producer = new ByteRing(memory, LAYOUT);
  const consumer = new ByteRing(memory, LAYOUT);
  return { memory, producer, consumer, content: () => [...new Uint8Array(buffer, 8)] };
}

describe('the page', () => {
  it('has the layout of struct xencons_interface', () => {
    const buffer = new ArrayBuffer(4096);
    const memory = new BufferMemory(buffer);
    new ByteRing(memory, IN).put(Uint8Array.of(1, 2, 3));
    const out = new ByteRing(memory, OUT);
    out.put(Uint8Array.of(4, 5));
    new ByteRing(memory, OUT).take();
    out.put(Uint8Array.of(6));
    const all = new Uint8Array(buffer);
    expect([...all.subarray(0, 3)]).toEqual([1, 2, 3]);
    expect([...all.subarray(1024, 1027)]).toEqual([4, 5, 6]);
    // in_cons, in_prod, out_cons, out_prod
    expect([...new Uint32Array(buffer, 3072, 4)]).toEqual([0, 3, 2, 3]);
  });
});

describe('a ring', () => {
  it('gives bytes out in the order in which they were put in', () => {
    const { producer, consumer } = small();
    expect(producer.put(bytes(3))).toBe(3);
    expect(producer.put(bytes(2, 3))).toBe(2);
    expect(consumer.take()).toEqual(bytes(5));
    expect(consumer.take()).toEqual(bytes(0));
  });

  it('takes as many as there is room for, and none when it is full', () => {
    const { producer, consumer } = small();
    expect(producer.put(bytes(20))).toBe(8);
    expect(producer.put(bytes(1))).toBe(0);
    expect(consumer.take()).toEqual(bytes(8));
    expect(producer.put(bytes(1))).toBe(1);
  });

  it('goes on at its beginning when it comes to its end', () => {
    const { producer, consumer, content } = small();
    producer.put(bytes(6));
    consumer.take();
    expect(producer.put(bytes(5, 10))).toBe(5);
    expect(content()).toEqual([12, 13, 14, 3, 4, 5, 10, 11]);
    expect(consumer.take()).toEqual(bytes(5, 10));
  });

  it('goes on where the indexes wrap at 2^32', () => {
    const { memory, producer, consumer } = small(0xfffffffd);
    expect(producer.put(bytes(8))).toBe(8);
    expect(memory.load(LAYOUT.prod)).toBe(5);
    expect(producer.put(bytes(1))).toBe(0);
    expect(consumer.take()).toEqual(bytes(8));
    expect(memory.load(LAYOUT.cons)).toBe(5);
    expect(consumer.take()).toEqual(bytes(0));
  });

  it.each([9, 0xffffffff, 0x80000000])('does not believe a producer that is %i ahead', (prod) => {
    const { memory, consumer } = small();
    memory.store(LAYOUT.prod, prod);
    expect(() => consumer.take()).toThrow(RingCorrupt);
    expect(() => consumer.take()).toThrow(`small_prod ${prod} is not 0 to 8 ahead of small_cons 0`);
    expect(memory.load(LAYOUT.cons)).toBe(0);
  });

  it.each([1, 0xfffffff7, 0x80000000])('does not believe a consumer that is at %i', (cons) => {
    const { memory, producer, content } = small();
    memory.store(LAYOUT.cons, cons);
    expect(() => producer.put(bytes(1))).toThrow(RingCorrupt);
    expect(content()).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('believes itself of its own index, whatever the peer makes of it', () => {
    const { memory, producer, consumer } = small();
    producer.put(bytes(3));
    memory.store(LAYOUT.prod, 7);
    producer.put(bytes(1, 3));
    expect(memory.load(LAYOUT.prod)).toBe(4);
    memory.store(LAYOUT.cons, 4);
    expect(consumer.take()).toEqual(bytes(4));
  });

  it('is a queue of bytes, wherever its indexes are', () => {
    const steps = fc.array(fc.option(fc.nat(12), { freq: 2 }), { maxLength: 60 });
    const start = fc.oneof(fc.nat(0xffffffff), fc.integer({ min: 0xffffffe0, max: 0xffffffff }));
    fc.assert(
      fc.property(start, steps, (index, lengths) => {
        const { producer, consumer } = small(index);
        const queue: number[] = [];
        let next = 0;
        for (const length of lengths) {
          if (length === null) {
            expect([...consumer.take()]).toEqual(queue.splice(0));
            continue;
          }
          const given = bytes(length, next);
          const count = producer.put(given);
          expect(count).toBe(Math.min(length, 8 - queue.length));
          queue.push(...given.subarray(0, count));
          next += count;
        }
        expect([...consumer.take()]).toEqual(queue);
      }),
    );
  });

  it('fits the memory of a console', () => {
    const memory = freshMemory();
    for (const layout of [IN, OUT]) {
      const ring = new ByteRing(memory, layout);
      expect(ring.put(bytes(5000))).toBe(layout.size);
      expect(ring.take()).toEqual(bytes(layout.size));
    }
  });
});
