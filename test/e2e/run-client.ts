import { fileURLToPath } from 'node:url';
import { Client, type ClientOptions, type Outcome } from './client.js';
import { PYTHON } from './requirements.js';

/** The command as it is installed. */
const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The words of a command line of `xen-evtchn run`. */
export function runWords(...words: (string | number)[]): string[] {
  return [process.execPath, COMMAND, 'run', ...words.map(String)];
}

/** Starts `xen-evtchn run`. */
export function startRun(
  words: readonly (string | number)[],
  options?: ClientOptions,
): Promise<Client> {
  return Client.start(process.execPath, [COMMAND, 'run', ...words], options);
}

/** What comes of `xen-evtchn run`, with nothing on its stdin. */
export async function ran(
  words: readonly (string | number)[],
  options?: ClientOptions,
): Promise<Outcome> {
  const client = await startRun(words, options);
  client.hangUp();
  return client.ended();
}

/** The words of a program that opens the device and then does what a Python script says, with `bind` and `connect`. */
export function onDevice(script: string): string[] {
  const prelude = `
import os, sys, time, struct, fcntl
device = os.open("/dev/xen/evtchn", os.O_RDWR)
def call(number, *words):
    return fcntl.ioctl(device, len(words) << 18 | ord("E") << 8 | number, bytearray(struct.pack(f"{len(words)}I", *words)))
def bind(domain): return call(2, domain)
def connect(domain, port): return call(1, domain, port)
def notify(port): return call(4, port)
def say(*words): os.write(1, (" ".join(map(str, words)) + "\\n").encode())
`;
  return [PYTHON, '-c', prelude + script];
}
