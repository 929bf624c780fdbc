/** Largest 16-bit and 32-bit numbers. */
const U16_MAX = 0xffff;
const U32_MAX = 0xffffffff;

/** Node's codes for arguments refused before any call is made. */
function outOfRange(name: string, range: string, value: number): RangeError {
  const error = new RangeError(
    `The value of "${name}" is out of range. It must be ${range}. Received ${value}`,
  );
  return Object.assign(error, { code: 'ERR_OUT_OF_RANGE' });
}

/** Node's error for an argument of the wrong type, `ERR_INVALID_ARG_TYPE`. */
export function wrongType(name: string, expected: string, value: unknown): TypeError {
  const received = value === null ? 'null' : typeof value;
  const error = new TypeError(`The "${name}" argument must be ${expected}. Received ${received}`);
  return Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
}

/**
 * Refuses what is not an integer of a range.
 * @throws TypeError (`ERR_INVALID_ARG_TYPE`) for what is not a number, RangeError (`ERR_OUT_OF_RANGE`) for a number that is
 * not an integer from `min` to `max`
 */
export function checkInteger(name: string, value: number, min: number, max: number): void {
  if (typeof value !== 'number') throw wrongType(name, 'of type number', value);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw outOfRange(name, `an integer from ${min} to ${max}`, value);
  }
}

/** Refuses what is not an unsigned 32-bit integer, such as a port (`evtchn_port_t`). Throws as {@link checkInteger}. */
export function checkU32(name: string, value: number): void {
  checkInteger(name, value, 0, U32_MAX);
}

/** Refuses what is not a point in time or a span of it: a finite number from 0 up. Throws as {@link checkInteger}. */
export function checkTime(name: string, value: number): void {
  if (typeof value !== 'number') throw wrongType(name, 'of type number', value);
  if (!Number.isFinite(value) || value < 0) throw outOfRange(name, 'finite and 0 or more', value);
}

/** Refuses what is not a domain number (`domid_t`, 16 bits). Throws as {@link checkInteger}. */
export function checkDomid(name: string, value: number): void {
  checkInteger(name, value, 0, U16_MAX);
}

/** Refuses what is not a list of unsigned 32-bit integers, as a whole. Throws as {@link checkInteger}. */
export function checkPorts(name: string, ports: ArrayLike<number>): void {
  if (ports instanceof Uint32Array) return;
  if (!Array.isArray(ports)) throw wrongType(name, 'a number, an array or a Uint32Array', ports);
  for (const port of ports as readonly number[]) checkU32('port', port);
}

/**
 * Refuses options of which only one may be given.
 * @param given - those that are, by name
 * @throws TypeError (`ERR_INVALID_ARG_VALUE`) if there are two or more
 */
export function checkOneOf(given: readonly string[]): void {
  if (given.length < 2) return;
  const names = given.map((name) => `"${name}"`).join(' and ');
  const error = new TypeError(`The options ${names} exclude each other: give one of them`);
  throw Object.assign(error, { code: 'ERR_INVALID_ARG_VALUE' });
}

/** Refuses what is not an array. @throws TypeError (`ERR_INVALID_ARG_TYPE`) */
export function checkArray(name: string, value: readonly unknown[]): void {
  if (!Array.isArray(value)) throw wrongType(name, 'an array', value);
}

/** Refuses what is not an object that can hold options. @throws TypeError (`ERR_INVALID_ARG_TYPE`) */
export function checkOptions(name: string, value: object): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongType(name, 'an object', value);
  }
}

/** Refuses what is neither true, false nor left out. @throws TypeError (`ERR_INVALID_ARG_TYPE`) */
export function checkBoolean(name: string, value: boolean | undefined): void {
  if (value !== undefined && typeof value !== 'boolean') {
    throw wrongType(name, 'of type boolean', value);
  }
}

/** Refuses what is not a string. @throws TypeError (`ERR_INVALID_ARG_TYPE`) */
export function checkString(name: string, value: string): void {
  if (typeof value !== 'string') throw wrongType(name, 'of type string', value);
}
