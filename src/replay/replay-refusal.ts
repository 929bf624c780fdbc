/**
 * The error of a trace that cannot be replayed.
 * @param index - the record at which that shows, from 0
 * @param why - what is there, and why it cannot be done again
 */
export function refusal(index: number, why: string): Error {
  return new Error(`cannot replay record ${index + 1}: ${why}`);
}
