import { fstatSync, openSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { closeDescriptor } from '../../../src/native/descriptor.js';
import { openSocketPair, receiveDescriptor } from '../../../src/native/descriptor-passing.js';
import { sendByte } from './unix-socket.js';

function socketPair(): [number, number] {
  const pair = openSocketPair();
  onTestFinished(() => pair.forEach(closeDescriptor));
  return pair;
}

it('receives a descriptor of the file that was sent', () => {
  const [ours, theirs] = socketPair();
  const sent = openSync('/dev/null', 'r');
  sendByte(theirs, sent);
  closeDescriptor(sent);
  const got = receiveDescriptor(ours);
  expect(fstatSync(got).isCharacterDevice()).toBe(true);
  closeDescriptor(got);
  expect(() => fstatSync(got)).toThrow('EBADF');
});

it('does not wait, and refuses a byte without a descriptor and an end', () => {
  const [ours, theirs] = socketPair();
  expect(() => receiveDescriptor(ours)).toThrow('EAGAIN');
  sendByte(theirs);
  expect(() => receiveDescriptor(ours)).toThrow('EBADMSG');
  closeDescriptor(theirs);
  expect(() => receiveDescriptor(ours)).toThrow('EAGAIN');
});
