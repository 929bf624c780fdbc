import { describe, expect, it } from 'vitest';
import { deviceAccess } from '../../../src/run/device-access.js';

describe('who may open a device', () => {
  it.each([
    { options: {}, access: { allowOther: false, deviceMode: 0o600 } },
    { options: { allowOther: true }, access: { allowOther: true, deviceMode: 0o666 } },
    { options: { mode: 0o660 }, access: { allowOther: true, deviceMode: 0o660 } },
    { options: { mode: 0o604 }, access: { allowOther: true, deviceMode: 0o604 } },
    { options: { mode: 0o400 }, access: { allowOther: false, deviceMode: 0o400 } },
    { options: { mode: 0 }, access: { allowOther: false, deviceMode: 0 } },
    { options: { allowOther: true, mode: 0o600 }, access: { allowOther: true, deviceMode: 0o600 } },
  ])('$options', ({ options, access }) => {
    expect(deviceAccess(options)).toEqual(access);
  });
});
