import { readdirSync } from 'node:fs';

/** The numbers of all processes that there are here. @throws Error where /proc is not mounted */
export function processNumbers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
