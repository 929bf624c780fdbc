import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServedDevice } from './served-device.js';

const before = process.env.TMPDIR;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'served-device-'));
  process.env.TMPDIR = folder;
});

afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(folder, { recursive: true });
});

/** A program in the place of the command: it makes a folder for domain 0, and is ready. */
function server(...more: readonly string[]): string[] {
  const script = [
    'const fs = require("fs");',
    'const host = process.argv[process.argv.indexOf("--at") + 1];',
    'fs.mkdirSync(host + "/0", { recursive: true });',
    'const ready = () => fs.writeSync(3, "ready\\n");',
    'setInterval(() => {}, 1000);',
    ...more,
  ];
  return ['-e', script.join('\n'), '--'];
}

function start(...more: readonly string[]): Promise<ServedDevice> {
  return ServedDevice.start({ cuse: false, command: server(...more) });
}

const ENDS_WELL = 'process.on("SIGTERM", () => process.exit(0));';

describe('a served host for cases', () => {
  it('has its domain 0 destroyed and made again, and leaves nothing when it ends', async () => {
    const device = await start(ENDS_WELL, 'ready();');
    const path = await device.fresh();
    expect(path).toMatch(/\/0\/evtchn$/);
    expect(device.broken).toBeUndefined();
    await device.stop();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('has the device that the tree names, over CUSE', async () => {
    const lines = (more: string) =>
      `fs.writeFileSync(host + "/server", ${JSON.stringify(`pid 1\n${more}`)});`;
    const options = (more: string) => ({
      cuse: true,
      command: server(ENDS_WELL, lines(more), 'ready();'),
    });
    const device = await ServedDevice.start(options('device 7 /dev/a\ndevice 0 /dev/xen/evtchn\n'));
    expect(await device.fresh()).toBe('/dev/xen/evtchn');
    await device.stop();
    const without = await ServedDevice.start(options(''));
    await expect(without.fresh()).rejects.toThrow(/no device of domain 0 over CUSE:\npid 1/);
    await without.stop();
  });

  it('tells what the command said when it cannot be served', async () => {
    const failing = start('console.error("no FUSE here"); process.exit(125);');
    await expect(failing).rejects.toThrow(/getting ready: it ended with 125\nno FUSE here/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not taken for ready when it says something else', async () => {
    const odd = start('fs.writeSync(3, "steady\\n");');
    await expect(odd).rejects.toThrow(/steady/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is broken once its server has ended, and says how', async () => {
    const device = await start(
      'console.error("bug");',
      'ready();',
      'process.exitCode = 7;',
      'setTimeout(() => process.exit(), 50);',
    );
    mkdirSync(join(folder, 'x'));
    await expect(device.state()).rejects.toThrow();
    await expect.poll(() => device.broken).toMatch(/it ended with 7\nbug/);
    await expect(device.fresh()).rejects.toThrow(/it ended with 7/);
    await expect(device.stop()).rejects.toThrow(/it ended with 7/);
    expect(readdirSync(folder)).toEqual(['x']);
  });

  it('has ended badly when its server does, asked to end', async () => {
    const device = await start('process.on("SIGTERM", () => process.exit(3));', 'ready();');
    await expect(device.stop()).rejects.toThrow(/it ended with 3/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
