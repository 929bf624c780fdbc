/** A number of things in words: `no ports`, `1 port`, `2 ports`. */
export function countText(count: number, one: string, several = `${one}s`): string {
  return `${count === 0 ? 'no' : count} ${count === 1 ? one : several}`;
}
