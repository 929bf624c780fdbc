import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import type { ListenAddress } from '../http/listen-address.js';

/** Unless said otherwise: this machine alone may connect. */
export const LOOPBACK: ListenAddress = { address: '127.0.0.1', port: 0 };

const WRONG = 'It must be ADDRESS, ADDRESS:PORT or PORT, such as 127.0.0.1:8080 or [::1]:8080.';

/** `8080`; `127.0.0.1`, `::1`; `127.0.0.1:8080`, `[::1]:8080`, `[::1]`. */
const FORMS =
  /^(?:(?<port>\d+)|\[(?<v6>[^\]]*)\](?::(?<v6Port>\d+))?|(?<v4>[^:]+)(?::(?<v4Port>\d+))?|(?<bare>.*))$/;

/** Reads where to listen: an IP address or `localhost`, a port, or both. @throws InvalidArgumentError */
export function listenAddress(text: string): ListenAddress {
  const { port, v6, v6Port, v4, v4Port, bare } = FORMS.exec(text)?.groups ?? {};
  const name = v6 ?? v4 ?? bare ?? LOOPBACK.address;
  const address = name === 'localhost' ? LOOPBACK.address : name;
  const number = Number(port ?? v6Port ?? v4Port ?? LOOPBACK.port);
  const version = isIP(address);
  if (version === 0 || (v6 !== undefined && version !== 6) || number > 0xffff) {
    throw new InvalidArgumentError(WRONG);
  }
  return { address, port: number };
}

/** Whether only programs of this machine can connect there. */
export function isLoopback({ address }: ListenAddress): boolean {
  return address === '::1' || /^127\./.test(address);
}
