import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as channel from '../../../src/abi/event-channel.js';
import * as ioctls from '../../../src/abi/evtchn-ioctl-structs.js';
import type { StructFields, StructLayout } from '../../../src/abi/struct.js';

type Values = Readonly<Record<string, number | bigint>>;

/** A layout as the golden cases use it: values of any field. */
interface AnyLayout {
  readonly name: string;
  readonly size: number;
  readonly fields: StructFields;
  decode(bytes: Uint8Array): Values;
  encode(values: Values): Uint8Array;
}

function golden<Fields extends StructFields>(
  layout: StructLayout<Fields>,
  values: Values,
  bytes: string,
): readonly [string, AnyLayout, Values, string] {
  return [layout.name, layout as unknown as AnyLayout, values, bytes];
}

/** Bytes as gcc for x86-64 lays out the structs of the headers, written out by hand. */
const GOLDEN = [
  golden(ioctls.ioctlEvtchnBindVirq, { virq: 3 }, '03000000'),
  golden(
    ioctls.ioctlEvtchnBindInterdomain,
    { remoteDomain: 0x00010005, remotePort: 0x0a0b0c0d },
    '05000100 0d0c0b0a',
  ),
  golden(ioctls.ioctlEvtchnBindUnboundPort, { remoteDomain: 0x7ff0 }, 'f07f0000'),
  golden(ioctls.ioctlEvtchnUnbind, { port: 0xffffffff }, 'ffffffff'),
  golden(ioctls.ioctlEvtchnNotify, { port: 0x01020304 }, '04030201'),
  golden(ioctls.ioctlEvtchnRestrictDomid, { domid: 0x0102 }, '0201'),
  golden(ioctls.ioctlEvtchnBind, { port: 9 }, '09000000'),
  golden(
    channel.evtchnBindInterdomain,
    { remoteDom: 0x7ff0, remotePort: 0x11121314, localPort: 0x21222324 },
    'f07f0000 14131211 24232221',
  ),
  golden(channel.evtchnBindVirq, { virq: 1, vcpu: 2, port: 3 }, '01000000 02000000 03000000'),
  golden(channel.evtchnBindPirq, { pirq: 16, flags: 1, port: 3 }, '10000000 01000000 03000000'),
  golden(channel.evtchnClose, { port: 5 }, '05000000'),
  golden(channel.evtchnSend, { port: 6 }, '06000000'),
  golden(
    channel.evtchnAllocUnbound,
    { dom: 0x7ff0, remoteDom: 0x0203, port: 0x04050607 },
    'f07f0302 07060504',
  ),
  golden(channel.evtchnBindIpi, { vcpu: 1, port: 2 }, '01000000 02000000'),
  golden(channel.evtchnBindVcpu, { port: 1, vcpu: 2 }, '01000000 02000000'),
  golden(channel.evtchnUnmask, { port: 7 }, '07000000'),
  golden(channel.evtchnReset, { dom: 0x7ff0 }, 'f07f'),
  golden(
    channel.evtchnInitControl,
    { controlGfn: 0x0102030405060708n, offset: 0x100, vcpu: 2, linkBits: 17 },
    '0807060504030201 00010000 02000000 1100000000000000',
  ),
  golden(channel.evtchnExpandArray, { arrayGfn: 0xfedcba9876543210n }, '1032547698badcfe'),
  golden(channel.evtchnSetPriority, { port: 3, priority: 15 }, '03000000 0f000000'),
] as const;

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

describe('bytes of', () => {
  it.each(GOLDEN)('%s', (_, layout, values, spaced) => {
    const bytes = spaced.replaceAll(' ', '');
    expect(layout.size).toBe(bytes.length / 2);
    expect(hex(layout.encode(values))).toBe(bytes);
    expect(layout.decode(unhex(bytes))).toEqual(values);
    expect(() => layout.decode(unhex(bytes.slice(2)))).toThrow(RangeError);
  });

  it('every layout the modules export', () => {
    const exported = Object.values({ ...ioctls, ...channel }).filter(
      (value) => typeof value === 'object' && 'decode' in value,
    );
    const named = new Set(exported.map((layout) => layout.name));
    expect(named).toEqual(new Set([...GOLDEN.map(([name]) => name), 'evtchn_status']));
    expect(exported).toHaveLength(named.size);
  });
});

describe('evtchn_status', () => {
  const { evtchnStatus } = channel;
  const common = { dom: 0x7ff0, port: 5, vcpu: 1 };

  it.each([
    ['unbound', { ...common, status: 1, unboundDom: 0x0203 }, '01', '0302000000000000'],
    [
      'interdomain',
      { ...common, status: 2, interdomainDom: 0x0203, interdomainPort: 0x04050607 },
      '02',
      '0302000007060504',
    ],
    ['pirq', { ...common, status: 3, pirq: 0x01020304 }, '03', '0403020100000000'],
    ['virq', { ...common, status: 4, virq: 23 }, '04', '1700000000000000'],
    ['ipi', { ...common, status: 5 }, '05', '0000000000000000'],
  ])('has the bytes of %s', (_, values, status, union) => {
    const bytes = `f07f000005000000${status}00000001000000${union}`;
    expect(evtchnStatus.size).toBe(24);
    expect(hex(evtchnStatus.encode(values))).toBe(bytes);
    expect(evtchnStatus.decode(unhex(bytes))).toMatchObject(values);
  });

  it('gives back the bytes of any memory, all members of the union at once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 24 }), (bytes) => {
        const copy = bytes.slice();
        evtchnStatus.encode(evtchnStatus.decode(bytes), copy);
        expect(copy).toEqual(bytes);
      }),
    );
  });
});

describe('any of the layouts', () => {
  it('reads back what it wrote', () => {
    const limits = { u8: 0xff, u16: 0xffff, u32: 0xffffffff } as const;
    for (const [, layout] of GOLDEN) {
      const fields = Object.entries(layout.fields).map(([name, [type]]) => {
        const value: fc.Arbitrary<number | bigint> =
          type === 'u64'
            ? fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
            : fc.nat({ max: limits[type] });
        return [name, value] as const;
      });
      fc.assert(
        fc.property(fc.record(Object.fromEntries(fields)), (values) => {
          expect(layout.decode(layout.encode({ ...values }))).toEqual({ ...values });
        }),
      );
    }
  });
});
