import { describe, expect, it } from 'vitest';
import * as opcodes from '../../../src/fuse/opcode.js';
import { OP } from './fuse-header.js';

describe('opcodes', () => {
  it('have the names of the header', () => {
    for (const [name, opcode] of Object.entries(OP)) {
      const expected = name === 'CUSE_INIT' ? name : `FUSE_${name}`;
      expect(opcodes.opcodeName(opcode)).toBe(expected);
    }
    for (const opcode of [0, 7, 19, 54, 4095, 0xffffffff]) {
      expect(opcodes.opcodeName(opcode)).toBe(`opcode ${opcode}`);
    }
  });

  it('have the numbers of the header', () => {
    const { opcodeName, hasNoReply, ...numbers } = opcodes;
    expect(Object.keys(numbers).length).toBeGreaterThan(30);
    for (const [name, opcode] of Object.entries(numbers)) {
      expect({ name, opcode }).toEqual({
        name,
        opcode: OP[name.replace('FUSE_', '') as keyof typeof OP],
      });
      expect(opcodeName(opcode)).toBe(name);
    }
    const silent = Object.values(OP).filter(hasNoReply);
    expect(silent).toEqual([OP.FORGET, OP.INTERRUPT, OP.NOTIFY_REPLY, OP.BATCH_FORGET]);
  });
});
