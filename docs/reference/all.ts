// What the entries of the package export, together.
export * from '../../src/index.js';
export * from '../../src/lab.js';
