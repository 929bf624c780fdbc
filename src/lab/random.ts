import { checkInteger } from '../errors/argument.js';

/**
 * Numbers that look random and are the same for the same seed on every machine: the generator sfc32, whose operations are
 * exact in 32-bit integers.
 */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  /** @param seed - 0 to 2^32 - 1; @param stream - the same seed gives another sequence for each, 0 to 2^32 - 1 */
  constructor(seed: number, stream = 0) {
    this.restart(seed, stream);
  }

  /** As newly made. */
  restart(seed: number, stream: number): void {
    this.a = seed | 0;
    this.b = stream | 0;
    this.c = 0x9e3779b9 | 0;
    this.counter = 1;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** The next 32 bits, 0 to 2^32 - 1. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** One of 0 to `count` - 1; `count` from 1 to 2^32. */
  below(count: number): number {
    return Math.floor((this.next() / 0x100000000) * count);
  }

  /**
   * An integer from `min` to `max`, both included.
   * @throws RangeError or TypeError unless both are integers and `max` is not below `min`
   */
  integer(min: number, max: number): number {
    checkInteger('min', min, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    checkInteger('max', max, min, Math.min(Number.MAX_SAFE_INTEGER, min + 0xffffffff));
    return min + this.below(max - min + 1);
  }
}
