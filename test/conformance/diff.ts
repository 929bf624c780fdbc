/** Lines around a difference. */
const CONTEXT = 3;

type Edit = readonly [kind: ' ' | '-' | '+', line: string];

/** What must be taken out of and put into one list of lines to get another: the shortest way, by longest common parts. */
function edits(from: readonly string[], to: readonly string[]): Edit[] {
  const width = to.length + 1;
  const common = new Uint32Array((from.length + 1) * width);
  for (let i = from.length - 1; i >= 0; i--) {
    for (let j = to.length - 1; j >= 0; j--) {
      const at = i * width + j;
      common[at] =
        from[i] === to[j]
          ? common[at + width + 1]! + 1
          : Math.max(common[at + width]!, common[at + 1]!);
    }
  }
  const result: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const at = i * width + j;
    if (i < from.length && j < to.length && from[i] === to[j]) {
      result.push([' ', from[i]!]);
      i++;
      j++;
    } else if (i < from.length && (j === to.length || common[at + width]! >= common[at + 1]!)) {
      result.push(['-', from[i++]!]);
    } else {
      result.push(['+', to[j++]!]);
    }
  }
  return result;
}

/** `@@` line of a part: where it starts and how long it is, on both sides. */
function header(all: readonly Edit[], start: number, end: number): string {
  const count = (from: number, to: number, kind: '-' | '+') =>
    all.slice(from, to).filter(([other]) => other === ' ' || other === kind).length;
  const range = (kind: '-' | '+') => {
    const length = count(start, end, kind);
    return `${count(0, start, kind) + (length > 0 ? 1 : 0)},${length}`;
  };
  return `@@ -${range('-')} +${range('+')} @@`;
}

/** The differences of two texts as a unified diff; empty if there are none. */
export function unifiedDiff(from: string, to: string, fromName: string, toName: string): string {
  if (from === to) return '';
  const all = edits(linesOf(from), linesOf(to));
  const changed = all.flatMap(([kind], index) => (kind === ' ' ? [] : [index]));
  const lines = [`--- ${fromName}`, `+++ ${toName}`];
  for (let k = 0; k < changed.length; ) {
    const start = Math.max(0, changed[k]! - CONTEXT);
    let last = changed[k]!;
    while (k < changed.length && changed[k]! - last <= 2 * CONTEXT) last = changed[k++]!;
    const end = Math.min(all.length, last + CONTEXT + 1);
    lines.push(header(all, start, end));
    for (const [kind, line] of all.slice(start, end)) lines.push(kind + line);
  }
  return `${lines.join('\n')}\n`;
}

/** Lines, with a mark where the last one does not end. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push('\\ No newline at end of file');
  return lines;
}
