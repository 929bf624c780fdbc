import { expect, it } from 'vitest';
import { faultsText } from '../../../src/cli/faults-command.js';
import { FAULT_KEYS } from '../../../src/faults/fault-key.js';
import { FAULT_MIXES } from '../../../src/faults/fault-mixes.js';
import { FAULTS } from '../../../src/faults/faults.js';
import { plain } from '../../../src/terminal/style.js';
import { textWidth } from '../../../src/terminal/text-width.js';

it('has every fault with why it is legal, every key and every mix', () => {
  const lines = faultsText(undefined, plain);
  for (const { name, legal } of FAULTS.values()) {
    expect(lines).toContain(name);
    expect(lines).toContain(`  Why a real host may: ${legal}`);
  }
  for (const [key, { meaning, values }] of Object.entries(FAULT_KEYS)) {
    expect(lines).toContain(`  ${key}: ${meaning} (${values})`);
  }
  for (const { name, spec } of FAULT_MIXES) {
    expect(lines).toContain(name);
    expect(lines).toContain(`  ${spec}`);
  }
});

it('fits into the terminal, but for what cannot be cut', () => {
  for (const line of faultsText(60, plain)) {
    if (line.trim().includes(' ')) expect(textWidth(line)).toBeLessThanOrEqual(60);
  }
});
