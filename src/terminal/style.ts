/** How a text may look. */
export type Look = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan' | 'inverse' | 'alarm';

/** SGR parameters that switch a look on, and off again. */
const SGR: Readonly<Record<Look, readonly [on: string, off: string]>> = {
  bold: ['1', '22'],
  dim: ['2', '22'],
  red: ['31', '39'],
  yellow: ['33', '39'],
  green: ['32', '39'],
  cyan: ['36', '39'],
  inverse: ['7', '27'],
  alarm: ['1;31', '22;39'],
};

/** Makes a text look so, or leaves it as it is where there are no looks. */
export type Paint = (look: Look, text: string) => string;

/** With the control sequences of ECMA-48, as every terminal knows them. */
export const painted: Paint = (look, text) => {
  const [on, off] = SGR[look];
  return text === '' ? text : `\x1b[${on}m${text}\x1b[${off}m`;
};

/** Without. */
export const plain: Paint = (_look, text) => text;

/**
 * Whether output is to have colours: `FORCE_COLOR` decides if it is there (0 and false: none), then `NO_COLOR`, if it is not
 * empty (https://no-color.org); else a terminal has them, unless it is one without (`TERM=dumb`).
 */
export function wantsColours(
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const { FORCE_COLOR, NO_COLOR = '', TERM } = environment;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return NO_COLOR === '' && isTerminal && TERM !== 'dumb';
}
