import { cpus, loadavg, release, type } from 'node:os';

/** Where and when figures were taken. */
export interface Machine {
  readonly date: string;
  readonly node: string;
  readonly v8: string;
  readonly cpu: string;
  readonly cpus: number;
  readonly system: string;
  /** Processes that wanted to run, over the last minute, at the start. */
  readonly load: number;
}

export function thisMachine(): Machine {
  return {
    date: new Date().toISOString(),
    node: process.version,
    v8: process.versions.v8,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cpus: cpus().length,
    system: `${type()} ${release()} ${process.arch}`,
    load: Math.round(loadavg()[0]! * 100) / 100,
  };
}

/** In a line. */
export function machineText({ date, node, v8, cpu, cpus: count, system, load }: Machine): string {
  return `${date.slice(0, 16).replace('T', ' ')} UTC, Node ${node} (V8 ${v8}), ${cpu}, ${count} CPUs, ${system}, load ${load} at the start`;
}
