/** The peer wrote an index that cannot be. Nothing in the ring can be believed any more: disconnect. */
export class RingCorrupt extends Error {
  override readonly name = 'RingCorrupt';

  constructor(ring: string, cons: number, prod: number, size: number) {
    super(`${ring}_prod ${prod} is not 0 to ${size} ahead of ${ring}_cons ${cons}`);
  }
}
