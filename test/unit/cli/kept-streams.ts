import { vi } from 'vitest';

/** What a test's commands write to the standard streams. */
export interface KeptStreams {
  out: string;
  err: string;
}

/** Keeps what is written to the standard streams of this process, which are no terminals meanwhile, until mocks are restored. */
export function keepStreams(): KeptStreams {
  const kept: KeptStreams = { out: '', err: '' };
  const keep = (name: keyof KeptStreams) =>
    ((text: string, done?: () => void) => {
      kept[name] += text;
      done?.();
      return true;
    }) as typeof process.stdout.write;
  vi.spyOn(process.stdout, 'write').mockImplementation(keep('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(keep('err'));
  vi.stubEnv('NO_COLOR', '1');
  return kept;
}
