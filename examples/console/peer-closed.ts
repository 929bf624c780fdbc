/** Text was to be written, and the peer is gone. */
export class PeerClosed extends Error {
  override readonly name = 'PeerClosed';
  readonly code = 'EPIPE';

  constructor() {
    super('the other end of the console is closed');
  }
}
