import { describe, expect, it } from 'vitest';
import * as domid from '../../../src/abi/domid.js';
import * as fcntl from '../../../src/abi/fcntl.js';
import * as fifo from '../../../src/abi/fifo.js';
import * as hypercall from '../../../src/abi/hypercall.js';
import * as page from '../../../src/abi/page.js';
import * as twoLevel from '../../../src/abi/two-level.js';

/** Everything a module exports, so that a constant without a golden number fails. */
function exportsOf(module: object): Record<string, unknown> {
  return { ...module };
}

describe('domid', () => {
  it('has the numbers of public/xen.h', () => {
    expect(exportsOf(domid)).toEqual({
      DOMID_FIRST_RESERVED: 0x7ff0,
      DOMID_SELF: 0x7ff0,
      DOMID_IO: 0x7ff1,
      DOMID_XEN: 0x7ff2,
      DOMID_COW: 0x7ff3,
      DOMID_INVALID: 0x7ff4,
      DOMID_ANY: 0x7ff5,
      DOMID_IDLE: 0x7fff,
      DOMID_MASK: 0x7fff,
    });
  });
});

describe('fcntl', () => {
  it('has the numbers of the x86-64 kernel', () => {
    expect(exportsOf(fcntl)).toEqual({
      O_RDONLY: 0,
      O_WRONLY: 1,
      O_RDWR: 2,
      O_ACCMODE: 3,
      O_CREAT: 0x40,
      O_EXCL: 0x80,
      O_NOCTTY: 0x100,
      O_TRUNC: 0x200,
      O_APPEND: 0x400,
      O_NONBLOCK: 0x800,
      O_DSYNC: 0x1000,
      O_ASYNC: 0x2000,
      O_DIRECT: 0x4000,
      O_LARGEFILE: 0x8000,
      O_DIRECTORY: 0x10000,
      O_NOFOLLOW: 0x20000,
      O_NOATIME: 0x40000,
      O_CLOEXEC: 0x80000,
      O_PATH: 0x200000,
    });
  });
});

describe('hypercall', () => {
  it('has the numbers of public/xen.h and public/sched.h', () => {
    expect(exportsOf(hypercall)).toEqual({
      HYPERVISOR_sched_op: 29,
      HYPERVISOR_event_channel_op: 32,
      SCHEDOP_poll: 3,
      SCHEDOP_POLL_MAX_PORTS: 128,
    });
  });
});

describe('page', () => {
  it('is that of x86', () => {
    expect(exportsOf(page)).toEqual({ PAGE_SHIFT: 12, PAGE_SIZE: 4096 });
  });
});

describe('two-level', () => {
  it('has the layout of shared_info on x86-64', () => {
    expect(exportsOf(twoLevel)).toEqual({
      XEN_LEGACY_MAX_VCPUS: 32,
      VCPU_INFO_SIZE: 64,
      VCPU_INFO_UPCALL_PENDING_OFFSET: 0,
      VCPU_INFO_UPCALL_MASK_OFFSET: 1,
      VCPU_INFO_PENDING_SEL_OFFSET: 8,
      SHARED_INFO_VCPU_INFO_OFFSET: 0,
      BITS_PER_EVTCHN_WORD: 64,
      EVTCHN_2L_NR_WORDS: 64,
      EVTCHN_2L_NR_CHANNELS: 4096,
      SHARED_INFO_EVTCHN_PENDING_OFFSET: 2048,
      SHARED_INFO_EVTCHN_MASK_OFFSET: 2560,
      VCPU_INFO_WORDS: 16,
      VCPU_INFO_PENDING_SEL_WORD: 2,
      SHARED_INFO_EVTCHN_PENDING_WORD: 512,
      SHARED_INFO_EVTCHN_MASK_WORD: 640,
      EVTCHN_2L_NR_WORDS32: 128,
    });
  });

  it('puts the bit of a port where a 64-bit little-endian machine has it', () => {
    const shared = new Uint8Array(4096);
    const words = new Uint32Array(shared.buffer);
    const port = 4095 - 64 + 1;
    const word = twoLevel.SHARED_INFO_EVTCHN_MASK_WORD + (port >> 5);
    words[word] = (1 << (port & 31)) >>> 0;
    const word64 = new DataView(shared.buffer).getBigUint64(2560 + 8 * (port >> 6), true);
    expect(word64).toBe(1n << BigInt(port & 63));
  });
});

describe('fifo', () => {
  it('has the numbers of public/event_channel.h', () => {
    expect(exportsOf(fifo)).toEqual({
      EVTCHN_FIFO_PENDING: 31,
      EVTCHN_FIFO_MASKED: 30,
      EVTCHN_FIFO_LINKED: 29,
      EVTCHN_FIFO_BUSY: 28,
      EVTCHN_FIFO_LINK_BITS: 17,
      EVTCHN_FIFO_LINK_MASK: 0x1ffff,
      EVTCHN_FIFO_NR_CHANNELS: 131072,
      EVTCHN_FIFO_PRIORITY_MAX: 0,
      EVTCHN_FIFO_PRIORITY_DEFAULT: 7,
      EVTCHN_FIFO_PRIORITY_MIN: 15,
      EVTCHN_FIFO_MAX_QUEUES: 16,
      EVTCHN_FIFO_EVENT_WORDS_PER_PAGE: 1024,
      EVTCHN_FIFO_MAX_EVENT_ARRAY_PAGES: 128,
      EVTCHN_FIFO_CONTROL_BLOCK_READY_OFFSET: 0,
      EVTCHN_FIFO_CONTROL_BLOCK_RESERVED_OFFSET: 4,
      EVTCHN_FIFO_CONTROL_BLOCK_HEAD_OFFSET: 8,
      EVTCHN_FIFO_CONTROL_BLOCK_SIZE: 72,
      EVTCHN_FIFO_CONTROL_BLOCK_ALIGN: 8,
    });
  });
});
