/**
 * `Symbol.dispose` and `Symbol.asyncDispose`, also where the language does not have them yet: a class can then still be
 * defined, and code that comes with a helper for `using` finds the methods under the registered symbols.
 */
export const dispose: typeof Symbol.dispose = (Symbol.dispose ??
  Symbol.for('Symbol.dispose')) as typeof Symbol.dispose;

/** See {@link dispose}. */
export const asyncDispose: typeof Symbol.asyncDispose = (Symbol.asyncDispose ??
  Symbol.for('Symbol.asyncDispose')) as typeof Symbol.asyncDispose;
