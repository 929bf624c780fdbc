import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListenAddress } from './listen-address.js';

/**
 * Has a server begin to listen.
 * @returns where it does, with the port that it got
 * @throws (rejects) Error with a `code`, as EADDRINUSE for an address that another program has
 */
export function listen(server: Server, { address, port }: ListenAddress): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port }, () => resolve(server.address() as AddressInfo));
  });
}
