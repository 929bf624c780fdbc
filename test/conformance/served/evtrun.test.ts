import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { whyNoCompiler } from '../../c/compile.js';
import { caseProgram, compileCaseProgram } from './case-program.js';

const isPossible =
  process.platform === 'linux' && process.arch === 'x64' && whyNoCompiler() === undefined;

// A named pipe stands for the device: a read of it blocks, and a write wakes the reader.
describe.runIf(isPossible)('the C program that runs a case', () => {
  let folder: string;
  let pipe: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'evtrun-'));
    pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
  });

  afterEach(() => {
    delete process.env.EVTRUN_LIMIT_S;
    rmSync(folder, { recursive: true });
  });

  function caseOf(...steps: readonly string[]): string {
    const file = join(folder, 'test.case');
    writeFileSync(file, `${steps.join('\n')}\n`);
    return file;
  }

  async function printed(...steps: readonly string[]): Promise<string> {
    const { output, trouble } = await caseProgram(compileCaseProgram(), folder)(
      caseOf(...steps),
      pipe,
    );
    expect(trouble).toBe('');
    return output;
  }

  /** The answers alone. */
  async function answers(...steps: readonly string[]): Promise<string[]> {
    const lines = (await printed(...steps)).trimEnd().split('\n');
    return lines.map((line) => line.slice(line.indexOf(' -> ') + 4));
  }

  /** Whether anybody has the pipe open. */
  function isOpen(): boolean {
    try {
      closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
      return true;
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENXIO');
      return false;
    }
  }

  it('prints each step with its answer, without comments and space', async () => {
    const steps = ['# a comment', '', '  open A ## opens', 'poll A events=OUT  ', 'nonsense'];
    expect(await printed(...steps)).toBe(
      'open A -> ok\npoll A events=OUT -> POLLOUT\nnonsense -> SCRIPT-ERROR unknown step\n',
    );
  });

  it('has an answer to what is no step', async () => {
    const steps = ['read A', 'open A', 'notify A nobody', 'join J', '@C open B', 'same p q'];
    expect(await answers(...steps)).toEqual([
      'SCRIPT-ERROR no handle',
      'ok',
      'SCRIPT-ERROR port',
      'SCRIPT-ERROR',
      'SCRIPT-ERROR no child',
      'SCRIPT-ERROR port',
    ]);
  });

  it('counts the results of lists and repetitions', async () => {
    const steps = [
      'open H[0..2]',
      'close H[2..0]',
      'close H1',
      'repeat 3 : sleep ms=1 ; x',
      'each 1..3 : same #$i #1',
    ];
    expect(await answers(...steps)).toEqual([
      'ok x3',
      'ok x3',
      'EBADF',
      '{ok *3} ; {SCRIPT-ERROR unknown step *3}',
      '{yes *1, no *2}',
    ]);
  });

  it('takes the name of the device for the device under test', async () => {
    const steps = ['open A path=/dev/xen/evtchn', 'ftype A', 'open B path=/dev/null', 'ftype B'];
    expect(await answers(...steps)).toEqual(['ok', 'fifo', 'ok', 'chr']);
  });

  it('sees a thread block, and finish once it is woken', async () => {
    const steps = ['open A', 'bg J read A n=4', 'jstate J', 'write A #7', 'join J'];
    expect(await answers(...steps)).toEqual([
      'ok',
      'started',
      'blocked',
      '4 bytes',
      'done: 4 bytes: ?',
    ]);
  });

  it('does not take a thread that pauses for one that is done, nor wait for it', async () => {
    const steps = ['bg J sleep ms=400', 'jstate J', 'join J'];
    expect(await answers(...steps)).toEqual(['started', 'blocked', 'done: ok']);
  });

  it('interrupts a thread, or has it go on, as the handler says', async () => {
    const steps = (how: string) => [
      'open A',
      `handler SIGUSR1 ${how}`,
      'bg J read A n=4',
      'signal J SIGUSR1',
      'jstate J ms=0',
      'sigcount SIGUSR1',
      'write A #7',
      'join J',
    ];
    const interrupted = await answers(...steps('norestart'));
    expect(interrupted.slice(4)).toEqual(['finished', '1', '4 bytes', 'done: EINTR']);
    const restarted = await answers(...steps('restart'));
    expect(restarted.slice(4)).toEqual(['blocked', '1', '4 bytes', 'done: 4 bytes: ?']);
  });

  it('stops itself and goes on', async () => {
    const steps = ['open A', 'bg J read A n=4', 'selfstop', 'jstate J', 'write A #7', 'join J'];
    expect((await answers(...steps)).slice(2)).toEqual([
      'ok',
      'blocked',
      '4 bytes',
      'done: 4 bytes: ?',
    ]);
  });

  it('has children that share handles, and end as they are told', async () => {
    const steps = [
      'open A',
      'child C',
      '@C bg J read A n=4',
      '@C jstate J',
      'write A #7',
      '@C join J',
      'exitchild C',
      'child D',
      'kill D',
      'child E',
      'kill E SIGTERM',
      '@E open B',
    ];
    expect((await answers(...steps)).slice(1)).toEqual([
      'ok',
      'started',
      'blocked',
      '4 bytes',
      'done: 4 bytes: ?',
      'exit 0',
      'ok',
      'signal 9',
      'ok',
      'signal 15',
      'SCRIPT-ERROR no child',
    ]);
  });

  it('says that a case was killed', async () => {
    const output = await printed('bg J sleep ms=60000', 'signal J SIGUSR1');
    expect(output).toBe(
      'bg J sleep ms=60000 -> started\nsignal J SIGUSR1 -> \nCASE-KILLED signal 10\n',
    );
  });

  it('ends a case that takes too long, with its children', async () => {
    process.env.EVTRUN_LIMIT_S = '1';
    const output = await printed('open A', 'child C', '@C bg J read A n=4', 'read A n=4');
    expect(output).toMatch(/\nread A n=4 -> CASE-HANG\n$/);
    expect(isOpen()).toBe(false);
  });

  it('leaves no child when a case is over', async () => {
    await printed('open A', 'child C', '@C bg J read A n=4', 'child D', '@D bg J read A n=4');
    expect(isOpen()).toBe(false);
  });

  it('ends the case when it is ended itself', async () => {
    const program = spawn(compileCaseProgram(), [caseOf('open A', 'child C', 'read A n=4'), pipe]);
    let output = '';
    for await (const text of program.stdout) {
      output += text;
      if (output.includes('read A')) program.kill('SIGTERM');
    }
    const [code] = program.exitCode === null ? await once(program, 'exit') : [program.exitCode];
    expect(code).toBe(143);
    expect(isOpen()).toBe(false);
  });
});
