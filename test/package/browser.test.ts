// The library outside Node: bundled for a browser, run where there is nothing but the language.
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const program = `
  const host = new XenEvtchn.XenHost();
  const dom0 = host.createDomain({ domid: 0 });
  const dom7 = host.createDomain({ domid: 7 });
  const back = dom0.openEvtchn();
  const front = dom7.openEvtchn();
  const port = back.bindUnboundPort(7);
  const local = front.bindInterdomain(0, port);
  const initial = front.tryPending() === local;
  front.unmask(local);
  front.notify(local);
  ({ initial, event: back.tryPending() === port });
`;

test('the bundle for browsers needs nothing of Node and exchanges an event', async () => {
  const bundle = await build({
    entryPoints: ['src/embedded.ts'],
    absWorkingDir: fileURLToPath(new URL('../..', import.meta.url)),
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'XenEvtchn',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  expect(bundle.warnings).toEqual([]);
  const inputs = Object.entries(bundle.metafile.inputs);
  expect(inputs.length).toBeGreaterThan(0);
  expect(inputs.filter(([path]) => !path.startsWith('src/'))).toEqual([]);
  expect(inputs.flatMap(([, { imports }]) => imports.filter((each) => each.external))).toEqual([]);

  const context = createContext();
  // V8 gives every context a console; nothing else there is more than the language.
  runInContext('delete globalThis.console', context);
  for (const name of ['process', 'Buffer', 'require', 'setTimeout', 'queueMicrotask', 'console']) {
    expect(runInContext(`typeof ${name}`, context), name).toBe('undefined');
  }
  runInContext(bundle.outputFiles[0]!.text, context);
  expect({ ...runInContext(program, context) }).toEqual({ initial: true, event: true });
});
