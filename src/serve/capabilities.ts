import { readFileSync } from 'node:fs';

/** Bit of the right to mount and much else (capability.h). */
const CAP_SYS_ADMIN = 21n;
const CAP_SYS_PTRACE = 19n;

/** Reads a set of capabilities from the text of `/proc/PID/status`. */
export function parseCapabilities(status: string): bigint {
  return BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
}

function has(capability: bigint): boolean {
  const effective = parseCapabilities(readFileSync('/proc/self/status', 'utf8'));
  return ((effective >> capability) & 1n) === 1n;
}

/** Whether this process has CAP_SYS_ADMIN in its user namespace: it may call mount(2). */
export function mayMount(): boolean {
  return has(CAP_SYS_ADMIN);
}

/** Whether this process has CAP_SYS_PTRACE in its user namespace. */
export function mayTrace(): boolean {
  return has(CAP_SYS_PTRACE);
}
