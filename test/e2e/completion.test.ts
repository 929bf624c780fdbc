import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, output } from './client.js';
import { commandFolder, InteractiveShell } from './interactive-shell.js';
import { program } from './programs.js';
import { COMMAND, ServedHost } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

let host: ServedHost;
let folder: string;
let client: Client;
beforeAll(async () => {
  host = await ServedHost.start({ domains: [0, 7] });
  folder = temporaryFolder();
  for (const name of ['one folder', 'other']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'programs.yaml'), '');
  client = await Client.start(program('waiting'), [host.device(7)]);
  await client.line();
});
afterAll(async () => {
  client.signal('SIGKILL');
  await client.ended();
  await host.stop();
  removeFolder(folder);
});

/** The ports of domain 7, as its file says. */
async function ports(): Promise<string[]> {
  return (await host.channels(7)).map(({ port }) => port!);
}

const OPTIONS = ['--domain', '--host', '--pid', '--incoming', '--help'];
const COMMANDS = ['run', 'serve', 'doctor', 'notify', 'virq', 'trace', 'completion'];

describe.each([
  ['bash', {}],
  ['bash', { WITH_BASH_COMPLETION: '1' }],
] as const)('%s %j', (name, environment) => {
  let shell: InteractiveShell;
  beforeAll(async () => {
    shell = await InteractiveShell.start(name, environment);
  });
  afterAll(() => shell.end());

  /** The words that stand for the last one when all its completions are put in. */
  const inserted = async (line: string): Promise<string> => {
    const { line: whole } = await shell.completed(line);
    expect(whole.startsWith(line.slice(0, line.lastIndexOf(' ') + 1))).toBe(true);
    return whole.slice(line.lastIndexOf(' ') + 1).trimEnd();
  };
  const words = async (line: string): Promise<string[]> => (await inserted(line)).split(' ');

  it('has commands, options and choices', async () => {
    expect(await words('xen-evtchn ')).toEqual(expect.arrayContaining(COMMANDS));
    expect(await words('xen-evtchn notify --')).toEqual(expect.arrayContaining(OPTIONS));
    expect(await words('xen-evtchn completion ')).toEqual(['bash', 'fish', 'zsh']);
    expect(await inserted('xen-evtchn virq CON_')).toBe('CON_RING');
  });

  it('has domains and ports of the host that is named', async () => {
    const line = `xen-evtchn notify --host ${host.directory} --domain`;
    expect(await words(`${line} `)).toEqual(['0', '7']);
    expect(await inserted(`${line}=7`)).toBe('--domain=7');
    expect((await words(`${line} 7 `)).sort()).toEqual((await ports()).sort());
    const quoted = `xen-evtchn notify --host "${host.directory}" --domain`;
    expect(await words(`${quoted} `)).toEqual(['0', '7']);
  });

  it('has files and directories, quoted as they need it', async () => {
    expect(await inserted(`xen-evtchn run --file ${folder}/pro`)).toBe(`${folder}/programs.yaml`);
    expect(await inserted(`xen-evtchn run --file=${folder}/pro`)).toBe(
      `--file=${folder}/programs.yaml`,
    );
    const { line } = await shell.completed(`xen-evtchn serve --at ${folder}/one`);
    expect(line.trimEnd()).toBe(`xen-evtchn serve --at ${folder}/one\\ folder`);
    expect(await inserted(`xen-evtchn serve --at ${folder}/pro`)).toBe(`${folder}/pro`);
  });

  it('completes the program of run, and what it is given', async () => {
    expect(await words('xen-evtchn run -- realpa')).toEqual(['realpath']);
    expect(await inserted(`xen-evtchn run --domain=3 -- cat ${folder}/pro`)).toBe(
      `${folder}/programs.yaml`,
    );
    expect(await inserted('xen-evtchn run a ::: --dom')).toBe('--domain');
    expect(await words('xen-evtchn run a ::: --domain 3 realpa')).toEqual(['realpath']);
  });

  it('leaves what there is nothing for', async () => {
    expect(await inserted('xen-evtchn serve --mode 6')).toBe('6');
    expect(await inserted('xen-evtchn nonsense x')).toBe('x');
    expect(await inserted('xen-evtchn notify --host /no/such/host --domain 1')).toBe('1');
  });
});

describe('zsh', () => {
  let shell: InteractiveShell;
  beforeAll(async () => {
    shell = await InteractiveShell.start('zsh');
  });
  afterAll(() => shell.end());

  const offered = async (line: string): Promise<string[]> =>
    (await shell.completed(line)).offered.sort();
  const line = async (typed: string): Promise<string> => (await shell.completed(typed)).line;

  it('has commands, options and choices', async () => {
    expect(await offered('xen-evtchn ')).toEqual(expect.arrayContaining([...COMMANDS].sort()));
    expect(await offered('xen-evtchn notify --')).toEqual(
      expect.arrayContaining([...OPTIONS].sort()),
    );
    expect(await offered('xen-evtchn completion ')).toEqual(['bash', 'fish', 'zsh']);
    expect(await line('xen-evtchn virq CON_')).toBe('xen-evtchn virq CON_RING ');
  });

  it('has domains and ports of the host that is named', async () => {
    const begin = `xen-evtchn notify --host ${host.directory} --domain`;
    expect(await offered(`${begin} `)).toEqual(['0', '7']);
    expect(await line(`${begin}=7`)).toBe(`${begin}=7 `);
    expect(await offered(`${begin} 7 `)).toEqual((await ports()).sort());
    expect(await offered(`xen-evtchn notify --host "${host.directory}" --domain `)).toEqual([
      '0',
      '7',
    ]);
  });

  it('has files and directories, quoted as they need it', async () => {
    expect(await line(`xen-evtchn run --file ${folder}/pro`)).toBe(
      `xen-evtchn run --file ${folder}/programs.yaml `,
    );
    expect(await line(`xen-evtchn run --file=${folder}/pro`)).toBe(
      `xen-evtchn run --file=${folder}/programs.yaml `,
    );
    expect(await line(`xen-evtchn serve --at ${folder}/one`)).toBe(
      `xen-evtchn serve --at ${folder}/one\\ folder/`,
    );
    expect(await line(`xen-evtchn serve --at ${folder}/ot`)).toBe(
      `xen-evtchn serve --at ${folder}/other/`,
    );
    expect(await offered(`xen-evtchn serve --at ${folder}/`)).not.toContain('programs.yaml');
  });

  it('completes the program of run, and what it is given', async () => {
    expect(await line('xen-evtchn run -- realpa')).toBe('xen-evtchn run -- realpath ');
    expect(await line(`xen-evtchn run --domain=3 -- cat ${folder}/pro`)).toBe(
      `xen-evtchn run --domain=3 -- cat ${folder}/programs.yaml `,
    );
    expect(await line('xen-evtchn run a ::: --domain 3 realpa')).toBe(
      'xen-evtchn run a ::: --domain 3 realpath ',
    );
  });

  it('leaves what there is nothing for', async () => {
    for (const typed of ['xen-evtchn serve --mode 6', 'xen-evtchn nonsense x'])
      expect(await line(typed)).toBe(typed);
  });
});

describe('fish', () => {
  let commands: string;
  beforeAll(() => {
    commands = commandFolder();
  });
  afterAll(() => removeFolder(commands));

  /** What it offers for a line: words, without their descriptions. */
  async function offered(line: string): Promise<string[]> {
    const script = 'xen-evtchn completion fish | source; complete -C $argv[1]';
    const environment = { PATH: `${commands}:${process.env.PATH}`, HOME: commands };
    const text = await output('fish', ['--no-config', '-c', script, line], { environment });
    return text
      .trimEnd()
      .split('\n')
      .map((each) => each.replace(/\t.*/, ''));
  }

  it('has commands, options and choices', async () => {
    expect(await offered('xen-evtchn ')).toEqual(expect.arrayContaining(COMMANDS));
    expect(await offered('xen-evtchn notify --')).toEqual(expect.arrayContaining(OPTIONS));
    expect(await offered('xen-evtchn completion ')).toEqual(['bash', 'fish', 'zsh']);
  });

  it('has domains and ports of the host that is named', async () => {
    const line = `xen-evtchn notify --host ${host.directory} --domain`;
    expect(await offered(`${line} `)).toEqual(['0', '7']);
    expect(await offered(`${line}=`)).toEqual(['--domain=0', '--domain=7']);
    expect((await offered(`${line} 7 `)).sort()).toEqual((await ports()).sort());
  });

  it('has files and directories', async () => {
    expect(await offered(`xen-evtchn run --file ${folder}/pro`)).toEqual([
      `${folder}/programs.yaml`,
    ]);
    expect(await offered(`xen-evtchn run --file=${folder}/pro`)).toEqual([
      `--file=${folder}/programs.yaml`,
    ]);
    expect(await offered(`xen-evtchn serve --at ${folder}/o`)).toEqual([
      `${folder}/one folder/`,
      `${folder}/other/`,
    ]);
  });

  it('completes the program of run, and what it is given', async () => {
    expect(await offered('xen-evtchn run -- realpat')).toEqual(['realpath']);
    expect(await offered(`xen-evtchn run --domain=3 -- cat ${folder}/pro`)).toEqual([
      `${folder}/programs.yaml`,
    ]);
    expect(await offered('xen-evtchn run a ::: --domain 3 realpat')).toEqual(['realpath']);
  });

  it('leaves what there is nothing for', async () => {
    expect(await offered('xen-evtchn serve --mode 6')).toEqual(['']);
    expect(await offered('xen-evtchn nonsense x')).toEqual(['']);
  });
});

describe('what the scripts ask', () => {
  const complete = async (...words: string[]) => {
    const asking = await Client.start(process.execPath, [COMMAND, '__complete', ...words]);
    return asking.ended();
  };

  it('is answered with nothing while a server is stopped, soon', async () => {
    const stopped = await ServedHost.start({ domains: [0] });
    stopped.server.signal('SIGSTOP');
    const line = ['notify', '--host', stopped.directory, ''];
    expect(await complete('fish', ...line)).toEqual({ status: 0, stdout: '', stderr: '' });
    stopped.server.signal('SIGCONT');
    await stopped.stop();
  });

  it('is answered with nothing where there is no host', async () => {
    const line = ['notify', '--host', '/no/such/host', ''];
    expect(await complete('zsh', ...line)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('is answered with the process numbers of hosts', async () => {
    const { stdout } = await complete('fish', 'notify', '--pid', '');
    expect(stdout).toContain(`\n${host.pid}\t`);
  });

  it('is no command that help shows', async () => {
    const help = await output(process.execPath, [COMMAND, '--help']);
    expect(help).not.toContain('__complete');
  });
});
