import type { Domain } from '../../../src/hypervisor/domain.js';

// Where public/xen.h and public/event_channel.h put things on x86-64, written out by hand, so that
// a test looks at the bytes a guest would look at.

function bit(bytes: Uint8Array, offset: number, index: number): boolean {
  return ((bytes[offset + (index >> 3)]! >> (index & 7)) & 1) !== 0;
}

function setBit(bytes: Uint8Array, offset: number, index: number, on: boolean): void {
  const mask = 1 << (index & 7);
  const at = offset + (index >> 3);
  bytes[at] = on ? bytes[at]! | mask : bytes[at]! & ~mask;
}

/** `shared_info.evtchn_pending`: behind 32 vcpu_info of 64 bytes. */
export function pendingBit(domain: Domain, port: number): boolean {
  return bit(domain.sharedInfo, 2048, port);
}

export function writePendingBit(domain: Domain, port: number, on: boolean): void {
  setBit(domain.sharedInfo, 2048, port, on);
}

/** `shared_info.evtchn_mask`: behind 512 bytes of pending bits. */
export function maskBit(domain: Domain, port: number): boolean {
  return bit(domain.sharedInfo, 2560, port);
}

export function writeMaskBit(domain: Domain, port: number, on: boolean): void {
  setBit(domain.sharedInfo, 2560, port, on);
}

/** `vcpu_info.evtchn_pending_sel`: bit `word` of the 64-bit selector at byte 8. */
export function selectorBit(domain: Domain, vcpu: number, word: number): boolean {
  return bit(domain.sharedInfo, vcpu * 64 + 8, word);
}

/** `vcpu_info.evtchn_upcall_pending`: byte 0. */
export function upcallByte(domain: Domain, vcpu: number): number {
  return domain.sharedInfo[vcpu * 64]!;
}

export function writeUpcallByte(domain: Domain, vcpu: number, value: number): void {
  domain.sharedInfo[vcpu * 64] = value;
}

/** `vcpu_info.evtchn_upcall_mask`: byte 1. */
export function writeUpcallMaskByte(domain: Domain, vcpu: number, value: number): void {
  domain.sharedInfo[vcpu * 64 + 1] = value;
}
