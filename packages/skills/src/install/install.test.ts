import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Header } from 'tar';
import { describe, expect, it, vi } from 'vitest';
import { openSkillBench, type SkillBench } from '../testing/skill-bench.ts';
import type { DownloadFetch } from './download.ts';
import type { InstallJudge, InstallStep } from './install-judge.ts';

const run = promisify(execFile);

/** A skill `tea` with these installers, and programs that write down how they were called. */
async function benchWith(
  install: readonly Readonly<Record<string, unknown>>[],
  options: {
    readonly programs?: Readonly<Record<string, string>>;
    readonly download?: DownloadFetch;
    readonly judge?: InstallJudge;
  } = {},
): Promise<SkillBench> {
  const { programs = {}, download, judge } = options;
  const bench = await openSkillBench({ deps: { ...(download && { download }), ...(judge && { judge }) } });
  const metadata = JSON.stringify({ openclaw: { install } });
  await bench.skill('ws/skills/tea', `name: tea\ndescription: Brew tea.\nmetadata: ${metadata}`);
  for (const [name, script] of Object.entries(programs))
    await bench.write(`bin/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
  return bench;
}

const RECORD = 'for word in "$0" "$@"; do printf "%s\\n" "$word" >> "$HOME/called"; done';
const called = async (bench: SkillBench): Promise<readonly string[]> => {
  const lines = (await readFile(join(bench.home, 'called'), 'utf8')).trim().split('\n');
  return lines.map((line) => line.replace(`${bench.home}/bin/`, ''));
};
const install = (bench: SkillBench, installId: string, timeoutMs?: number) =>
  bench.service.install({ name: 'tea', installId, ...(timeoutMs !== undefined && { timeoutMs }) });

describe('installers that are programs', () => {
  it.each([
    ['brew', { formula: 'tap/x/tea@2' }, ['brew', 'install', 'tap/x/tea@2']],
    ['node', { package: '@x/tea' }, ['npm', 'install', '-g', '--ignore-scripts', '@x/tea']],
    ['go', { module: 'example.test/tea@latest' }, ['go', 'install', 'example.test/tea@latest']],
    ['uv', { package: 'tea-cli' }, ['uv', 'tool', 'install', 'tea-cli']],
  ])('%s gets its words without a shell', async (kind, subject, argv) => {
    await using bench = await benchWith([{ id: 'x', kind, ...subject }], { programs: { [argv[0] ?? '']: RECORD } });
    expect(await install(bench, 'x')).toEqual({ ok: true, message: 'Installed', stdout: '', stderr: '', code: 0 });
    expect(await called(bench)).toEqual(argv);
  });

  it('is judged before it runs, with the very words it would run with', async () => {
    const steps: InstallStep[] = [];
    const judge: InstallJudge = async (step) => {
      steps.push(step);
      return 'not on this machine';
    };
    const specs = [
      { id: 'npm', kind: 'node', package: '@x/tea' },
      { id: 'file', kind: 'download', url: 'https://example.test/tea.tar.gz' },
    ];
    await using bench = await benchWith(specs, { programs: { npm: RECORD }, judge });
    expect(await install(bench, 'npm')).toMatchObject({ ok: false, message: 'not on this machine' });
    expect(await install(bench, 'file')).toMatchObject({ ok: false, message: 'not on this machine' });
    expect(existsSync(join(bench.home, 'called'))).toBe(false);
    expect(steps).toEqual([
      { skill: 'tea', command: 'npm install -g --ignore-scripts @x/tea' },
      { skill: 'tea', url: 'https://example.test/tea.tar.gz' },
    ]);
  });

  it('uses the configured package manager', async () => {
    await using bench = await benchWith([{ id: 'x', kind: 'node', package: 'tea' }], { programs: { pnpm: RECORD } });
    bench.setConfig({ skills: { install: { nodeManager: 'pnpm' } } });
    await install(bench, 'x');
    expect(await called(bench)).toEqual(['pnpm', 'add', '-g', '--ignore-scripts', 'tea']);
  });

  it.each([['--global-style'], ['tea; rm -rf /'], ['$(id)'], ['-g']])('refuses the package %j', async (name) => {
    await using bench = await benchWith([{ id: 'x', kind: 'node', package: name }], { programs: { npm: RECORD } });
    expect(await install(bench, 'x')).toMatchObject({ ok: false, message: `invalid node package: ${name}` });
    expect(existsSync(join(bench.home, 'called'))).toBe(false);
  });

  it('gets a missing uv through brew', async () => {
    const brew = `${RECORD}; [ -e "$HOME/bin/uv" ] || cp "$0" "$HOME/bin/uv"`;
    await using bench = await benchWith([{ id: 'x', kind: 'uv', package: 'tea' }], { programs: { brew } });
    expect((await install(bench, 'x')).message).toBe('Installed');
    expect(await called(bench)).toEqual(['brew', 'install', 'uv', 'uv', 'tool', 'install', 'tea']);
  });

  it('puts what go builds beside the programs of brew', async () => {
    const programs = { brew: 'echo /opt/brew', go: 'echo "$GOBIN" > "$HOME/called"' };
    await using bench = await benchWith([{ id: 'x', kind: 'go', module: 'm' }], { programs });
    expect((await install(bench, 'x')).message).toBe('Installed');
    expect(await called(bench)).toEqual(['/opt/brew/bin']);
  });

  it('says what is missing, what failed and what took too long', async () => {
    const specs = [
      { id: 'brew', kind: 'brew', formula: 'tea' },
      { id: 'uv', kind: 'uv', package: 'tea' },
      { id: 'npm', kind: 'node', package: 'tea' },
      { id: 'go', kind: 'go', module: 'm' },
      { id: 'none', kind: 'go' },
    ];
    const programs = { npm: 'echo out; echo "first" >&2; echo "no such package" >&2; exit 7', go: 'sleep 600' };
    await using bench = await benchWith(specs, { programs });
    expect((await install(bench, 'brew')).message).toMatch(/^brew not installed — /);
    expect((await install(bench, 'uv')).message).toMatch(/^uv not installed — install manually: https:/);
    expect((await install(bench, 'none')).message).toBe('missing go module');
    expect(await install(bench, 'npm')).toEqual({
      ok: false,
      message: 'Install failed (exit 7): no such package',
      stdout: 'out',
      stderr: 'first\nno such package',
      code: 7,
    });
    expect(await install(bench, 'go', 1_000)).toMatchObject({
      message: 'Install failed (timed out after 1 s)',
      code: null,
    });
    expect((await install(bench, 'nope')).message).toBe('Installer not found: nope');
    expect((await bench.service.install({ name: 'nope', installId: 'x' })).message).toBe('Skill not found: nope');
  });

  it('is ended when the gateway ends', async () => {
    await using bench = await benchWith([{ id: 'x', kind: 'go', module: 'm' }], {
      programs: { go: 'echo > "$HOME/up"; sleep 600' },
    });
    const outcome = install(bench, 'x');
    await vi.waitFor(() => expect(existsSync(join(bench.home, 'up'))).toBe(true));
    await bench.service.close();
    expect(await outcome).toMatchObject({ ok: false });
  });
});

/** Serves these bytes, whatever is asked for. */
function serving(body: Buffer, status = 200): DownloadFetch {
  return async () => ({
    status,
    body: (async function* () {
      yield body;
    })(),
    close: async () => {},
  });
}

const URL_OF = (name: string): string => `https://files.test/dir/${name}?v=1`;
const toolsDir = (bench: SkillBench): string => join(bench.stateDir, 'tools');
const files = async (dir: string): Promise<readonly string[]> =>
  (await readdir(dir, { recursive: true }).catch((): string[] => [])).toSorted();

async function packed(
  bench: SkillBench,
  command: (dir: string, file: string) => readonly [string, ...string[]],
  name: string,
) {
  const dir = join(bench.home, 'pack');
  await mkdir(join(dir, 'tea-1.0/bin'), { recursive: true });
  await writeFile(join(dir, 'tea-1.0/bin/tea'), 'brew', { mode: 0o755 });
  await writeFile(join(dir, 'tea-1.0/README'), 'read me');
  const [program, ...args] = command(dir, join(bench.home, name));
  await run(program, args, { cwd: dir });
  return readFile(join(bench.home, name));
}

describe('downloads', () => {
  it.each([
    ['tea.tar.gz', (_dir: string, file: string) => ['tar', '-czf', file, 'tea-1.0'] as const],
    ['tea.tar.bz2', (_dir: string, file: string) => ['tar', '-cjf', file, 'tea-1.0'] as const],
    ['tea.zip', (_dir: string, file: string) => ['python3', '-m', 'zipfile', '-c', file, 'tea-1.0'] as const],
  ])('unpacks %s into the folder of the skill', async (name, command) => {
    let body: Buffer = Buffer.alloc(0);
    const download: DownloadFetch = (request) => serving(body)(request);
    await using bench = await benchWith([{ id: 'd', kind: 'download', url: URL_OF(name), stripComponents: 1 }], {
      download,
    });
    body = await packed(bench, command, name);
    const outcome = await install(bench, 'd');
    expect(outcome).toMatchObject({ ok: true, message: `Unpacked into ${join(toolsDir(bench), 'tea')}` });
    expect(await files(toolsDir(bench))).toEqual(['tea', 'tea/README', 'tea/bin', 'tea/bin/tea']);
    expect(await readFile(join(toolsDir(bench), 'tea/bin/tea'), 'utf8')).toBe('brew');
    if (name !== 'tea.zip') expect((await stat(join(toolsDir(bench), 'tea/bin/tea'))).mode & 0o111).not.toBe(0);
  });

  it('keeps a file that is no archive as it is', async () => {
    const spec = { id: 'd', kind: 'download', url: URL_OF('model.bin'), targetDir: 'models' };
    await using bench = await benchWith([spec], { download: serving(Buffer.from('weights')) });
    expect(await install(bench, 'd')).toMatchObject({ ok: true });
    expect(await readFile(join(toolsDir(bench), 'tea/models/model.bin'), 'utf8')).toBe('weights');
  });

  it.each([['../../x'], ['/etc'], ['~/.ssh'], ['..']])('refuses the target folder %j', async (targetDir) => {
    const spec = { id: 'd', kind: 'download', url: URL_OF('a.bin'), targetDir };
    await using bench = await benchWith([spec], { download: serving(Buffer.from('x')) });
    expect((await install(bench, 'd')).message).toContain('outside of the tools folder');
    expect(await files(toolsDir(bench))).toEqual([]);
  });

  it.each([
    ['an error of the server', serving(Buffer.from('gone'), 404), 'Download failed (HTTP 404)'],
    ['nothing', serving(Buffer.alloc(0)), 'Download failed (nothing arrived)'],
    ['no archive', serving(Buffer.from('<html>not found</html>')), ''],
  ])('leaves nothing behind after %s', async (_what, download, message) => {
    await using bench = await benchWith([{ id: 'd', kind: 'download', url: URL_OF('a.zip') }], { download });
    const outcome = await install(bench, 'd');
    expect(outcome.ok).toBe(false);
    expect(outcome.message).toContain(message);
    expect(await files(toolsDir(bench))).toEqual([]);
  });

  it.each([['file:///etc/passwd'], ['not an address']])('refuses the address %j', async (url) => {
    await using bench = await benchWith([{ id: 'd', kind: 'download', url }], { download: serving(Buffer.from('x')) });
    expect((await install(bench, 'd')).message).toBe('missing download url');
  });
});

/** A tar archive made by hand, because no program makes such ones. */
function tarOf(
  entries: readonly { path: string; type: 'File' | 'SymbolicLink' | 'Link'; linkpath?: string; text?: string }[],
): Buffer {
  const blocks = entries.flatMap(({ path, type, linkpath, text = '' }) => {
    const header = new Header({
      path,
      type,
      size: text.length,
      mode: 0o644,
      ...(linkpath !== undefined && { linkpath }),
    });
    const block = Buffer.alloc(512);
    header.encode(block, 0);
    const content = Buffer.alloc(Math.ceil(text.length / 512) * 512);
    content.write(text);
    return [block, content];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

describe('archives that try to get out', () => {
  const outside = (bench: SkillBench): string => join(bench.home, 'victim');

  it.each([
    ['a path with ..', (_to: string) => tarOf([{ path: '../../../../victim', type: 'File', text: 'pwned' }])],
    ['an absolute path', (to: string) => tarOf([{ path: to, type: 'File', text: 'pwned' }])],
    [
      'a link that leads out, and a file through it',
      (to: string) =>
        tarOf([
          { path: 'out', type: 'SymbolicLink', linkpath: join(to, '..') },
          { path: 'out/victim', type: 'File', text: 'pwned' },
        ]),
    ],
    [
      'a relative link that leads out, and a file through it',
      (_to: string) =>
        tarOf([
          { path: 'd/out', type: 'SymbolicLink', linkpath: '../../../../..' },
          { path: 'd/out/victim', type: 'File', text: 'pwned' },
        ]),
    ],
    ['a hard link to a file outside', (to: string) => tarOf([{ path: 'h', type: 'Link', linkpath: to }])],
  ])('tar: %s', async (_what, make) => {
    let body: Buffer = Buffer.alloc(0);
    const spec = { id: 'd', kind: 'download', url: URL_OF('a.tar.gz') };
    await using bench = await benchWith([spec], { download: (request) => serving(body)(request) });
    await writeFile(outside(bench), 'mine');
    body = await gzipped(make(outside(bench)));
    await install(bench, 'd');
    expect(await readFile(outside(bench), 'utf8')).toBe('mine');
    expect((await stat(outside(bench))).nlink).toBe(1);
  });

  it.each([['../../../../victim'], ['/tmp/chela-zip-victim'], ['a/../../victim'], ['..\\victim']])(
    'zip: the path %j',
    async (path) => {
      const script = `import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],'w')\ni=zipfile.ZipInfo('x')\ni.filename=sys.argv[2]\nz.writestr(i,'pwned')\nz.close()`;
      let body: Buffer = Buffer.alloc(0);
      const spec = { id: 'd', kind: 'download', url: URL_OF('a.zip') };
      await using bench = await benchWith([spec], { download: (request) => serving(body)(request) });
      await writeFile(outside(bench), 'mine');
      await run('python3', ['-c', script, join(bench.home, 'a.zip'), path]);
      body = await readFile(join(bench.home, 'a.zip'));
      expect(await install(bench, 'd')).toMatchObject({ ok: false });
      expect(await readFile(outside(bench), 'utf8')).toBe('mine');
      expect(await files(toolsDir(bench))).toEqual([]);
    },
  );

  it('keeps a link inside of the archive', async () => {
    const body = await gzipped(
      tarOf([
        { path: 'lib.so.1', type: 'File', text: 'code' },
        { path: 'lib.so', type: 'SymbolicLink', linkpath: 'lib.so.1' },
      ]),
    );
    await using bench = await benchWith([{ id: 'd', kind: 'download', url: URL_OF('a.tgz') }], {
      download: serving(body),
    });
    expect(await install(bench, 'd')).toMatchObject({ ok: true });
    expect(await readFile(join(toolsDir(bench), 'tea/lib.so'), 'utf8')).toBe('code');
  });
});

async function gzipped(data: Buffer): Promise<Buffer> {
  const { gzipSync } = await import('node:zlib');
  return gzipSync(data);
}
