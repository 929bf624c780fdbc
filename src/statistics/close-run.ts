/** Ends of channels that lost their peer, by two words each in one growing array. */
const WORDS = 2;

/**
 * The closes of one domain that followed each other with no hypercall between: what a domain's destruction looks like before
 * it is told of. Kept so that the peers can be told then what became of the other end.
 */
export class CloseRun {
  private domid = -1;
  /** Domain and port of each peer, port 0 where there was none. */
  private peers = new Int32Array(16 * WORDS);
  private count = 0;

  /** A port of a domain was closed. @param peerPort - 0 if it had no peer */
  add(domid: number, peerDomid: number, peerPort: number): void {
    if (domid !== this.domid) this.count = 0;
    this.domid = domid;
    if ((this.count + 1) * WORDS > this.peers.length) {
      const grown = new Int32Array(this.peers.length * 2);
      grown.set(this.peers);
      this.peers = grown;
    }
    this.peers[this.count * WORDS] = peerDomid;
    this.peers[this.count * WORDS + 1] = peerPort;
    this.count++;
  }

  /** Something else happened. */
  clear(): void {
    this.count = 0;
  }

  /** The peers that the last so many closes of a domain left behind. */
  *last(domid: number, closes: number): IterableIterator<{ domid: number; port: number }> {
    if (domid !== this.domid) return;
    for (let index = Math.max(0, this.count - closes); index < this.count; index++) {
      const port = this.peers[index * WORDS + 1]!;
      if (port !== 0) yield { domid: this.peers[index * WORDS]!, port };
    }
  }
}
