/** What every step reads, and a step that may touch anything writes. */
const EVERYTHING = 0;

/** What a step read and wrote, each thing as a number: tells whether two steps have anything to do with each other. */
export class Footprint {
  private readonly reads: number[] = [EVERYTHING];
  private readonly writes: number[] = [];

  /** The step reads that. */
  read(thing: number): void {
    if (!this.reads.includes(thing)) this.reads.push(thing);
  }

  /** The step writes that, and may read it. */
  write(thing: number): void {
    if (!this.writes.includes(thing)) this.writes.push(thing);
  }

  /** The step may read and write whatever there is. */
  touchEverything(): void {
    this.write(EVERYTHING);
  }

  /** One of the two writes what the other reads or writes: in the other order they may have done other things. */
  conflicts(other: Footprint): boolean {
    for (const thing of this.writes) if (other.touches(thing)) return true;
    for (const thing of other.writes) if (this.reads.includes(thing)) return true;
    return false;
  }

  private touches(thing: number): boolean {
    return this.writes.includes(thing) || this.reads.includes(thing);
  }
}
