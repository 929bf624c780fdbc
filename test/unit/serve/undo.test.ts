import { expect, it } from 'vitest';
import { Undo } from '../../../src/serve/undo.js';

it('takes every step back once, the newest first', () => {
  const done: string[] = [];
  const undo = new Undo(() => {});
  undo.add(() => done.push('first'));
  undo.add(() => done.push('second'));
  undo.run();
  undo.run();
  expect(done).toEqual(['second', 'first']);
});

it('goes on after a step that fails, and tells of it', () => {
  const done: string[] = [];
  const errors: unknown[] = [];
  const undo = new Undo((error) => errors.push(error));
  const failure = new Error('it is stuck');
  undo.add(() => done.push('first'));
  undo.add(() => {
    throw failure;
  });
  undo.run();
  expect(done).toEqual(['first']);
  expect(errors).toEqual([failure]);
});
