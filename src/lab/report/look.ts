/** How a text may look. */
export type Look = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan';

/** Makes a text look so, or leaves it as it is. */
export type Paint = (look: Look, text: string) => string;

const SGR: Readonly<Record<Look, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** With the control sequences of ECMA-48, as every terminal knows them. */
export const coloured: Paint = (look, text) => {
  const [on, off] = SGR[look];
  return text === '' ? text : `\x1b[${on}m${text}\x1b[${off}m`;
};

/** Without. */
export const uncoloured: Paint = (_look, text) => text;
