/**
 * The peer wrote an index that cannot be. The memory is the peer's as much as ours: whoever believes an index walks over
 * slots that hold old or half-written messages. Give the ring up and disconnect.
 */
export class RingCorrupt extends Error {
  override readonly name = 'RingCorrupt';
}
