// Both entries of the package in one program, and when the native library is loaded: run by scripts/package.mjs, as main.ts.
import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import * as node from 'xen-evtchn';
import * as embedded from 'xen-evtchn/embedded';

/** Whether koffi's shared object is in the process, by the process' own report. */
function nativeLibraryLoaded(): boolean {
  const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] };
  return sharedObjects.some((file) => file.endsWith('koffi.node'));
}

// They are one library: what one made, the other knows.
deepStrictEqual(Object.keys(node), Object.keys(embedded));
const { openEvtchn: openNode, ...sameOfNode } = node;
const { openEvtchn: openEmbedded, ...sameOfEmbedded } = embedded;
deepStrictEqual(sameOfNode, sameOfEmbedded);

const domain = new embedded.XenHost().createDomain({ domid: 0 });
strictEqual(openNode({ domain }).kind, 'embedded');
strictEqual(openEmbedded({ domain }).kind, 'embedded');
throws(() => openEmbedded({ device: '/dev/null' }), { code: 'ENOENT' });
strictEqual(nativeLibraryLoaded(), false, 'koffi is loaded, and no device was opened');

if (process.platform === 'linux') {
  throws(() => openNode({ device: '/dev/null' }), { code: 'ENOTTY' });
  strictEqual(nativeLibraryLoaded(), true, 'koffi is not found in the report of the process');
}
