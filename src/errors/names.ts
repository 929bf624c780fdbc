/** Node's error for a value that is not one of those it may be, `ERR_INVALID_ARG_VALUE`. */
export function wrongValue(name: string, expected: string, value: unknown): TypeError {
  const error = new TypeError(`The "${name}" must be ${expected}. Received ${String(value)}`);
  return Object.assign(error, { code: 'ERR_INVALID_ARG_VALUE' });
}

/**
 * Refuses options that there are not, such as one whose name is misspelt.
 * @param names - those there are
 * @throws TypeError (`ERR_INVALID_ARG_VALUE`)
 */
export function checkNames(name: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !names.includes(key));
  if (unknown === undefined) return;
  throw wrongValue(name, `made of ${names.join(', ')}`, unknown);
}

/** Refuses what is neither one of some words nor left out. @throws TypeError (`ERR_INVALID_ARG_VALUE`) */
export function checkWord(name: string, value: unknown, words: readonly string[]): void {
  if (value === undefined || words.some((word) => word === value)) return;
  throw wrongValue(name, `one of ${words.join(', ')}`, value);
}
