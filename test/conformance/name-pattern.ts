/**
 * Which names are asked for.
 * @param pattern - names with it in them are, `*` standing for anything; all are without one
 */
export function namePattern(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(parts.join('.*'));
  return (name) => expression.test(name);
}
