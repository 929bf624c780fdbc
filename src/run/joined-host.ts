import { accessSync, constants, existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hostError, hostStatus } from '../serve/host-status.js';
import type { DeviceSource } from './device-source.js';

/** Makes a domain unless there is one of that number. @returns whether it was made */
function makeDomain(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EACCES') throw error;
    throw new Error(
      `there is no domain ${path}, and only the owner of the host can make it: mkdir ${path}`,
    );
  }
}

function checkDevice(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    throw new Error(`no permission for ${path}: its host can let others in by --allow-other`);
  }
}

/** The character device that a host says a domain has. */
function characterDevice(status: string, domain: number): string | undefined {
  return new RegExp(`^device ${domain} (/dev/.+)$`, 'm').exec(status)?.[1];
}

/** A host that somebody else serves: it does not end with us, nor do we stop it. */
function joined(directory: string, device: DeviceSource['device']): DeviceSource {
  const tree = resolve(directory);
  return { device, tree, ended: new Promise(() => {}), stop: async () => {} };
}

/**
 * Joins a host that `xen-evtchn serve` serves. Domains it lacks are made, and stay until somebody removes them: others may
 * have come to use them.
 * @param directory - where its tree is mounted
 * @throws Error that says what is wrong with the host; no domain is left that was made by then
 */
export function joinHost(directory: string, domains: readonly number[]): DeviceSource {
  hostStatus(directory);
  const made: string[] = [];
  const device = (domain: number): string => join(directory, String(domain), 'evtchn');
  try {
    for (const domain of new Set(domains)) {
      const path = join(directory, String(domain));
      if (makeDomain(path)) made.push(path);
      checkDevice(device(domain));
    }
  } catch (error) {
    for (const path of made) rmdirSync(path);
    throw error instanceof Error && !('code' in error) ? error : hostError(directory, error);
  }
  return joined(directory, device);
}

/**
 * The same with the character devices of a host that is served with --cuse. It has them of the domains it began with.
 * @throws Error that says what is wrong with the host
 */
export function joinCuseHost(directory: string, domains: readonly number[]): DeviceSource {
  const status = hostStatus(directory);
  const devices = new Map<number, string>();
  for (const domain of domains) {
    const path = characterDevice(status, domain);
    if (path === undefined) {
      throw new Error(
        `the host at ${directory} has no character device of domain ${domain}: start it with xen-evtchn serve --at ${directory} --cuse --domains ${domain}`,
      );
    }
    if (!existsSync(path)) {
      throw new Error(
        `${path} of the host at ${directory} is not here: its server has another /dev`,
      );
    }
    checkDevice(path);
    devices.set(domain, path);
  }
  return joined(directory, (domain) => devices.get(domain)!);
}
