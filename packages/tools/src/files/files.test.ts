import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, textOf } from '../testing/bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
  await writeFile(join(bench.workspace, 'notes.txt'), 'line one\nline two\nline three\n');
});
afterEach(() => bench.close());

const failure = (tool: string, error: string): string => JSON.stringify({ status: 'error', tool, error }, null, 2);
const stored = (name: string): Promise<string> => readFile(join(bench.workspace, name), 'utf8');
const ONE_PIXEL_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('read', () => {
  it('returns a file verbatim', async () => {
    expect(await bench.text('read', { path: 'notes.txt' })).toBe('line one\nline two\nline three\n');
  });

  it('returns the lines asked for and says how to go on', async () => {
    expect(await bench.text('read', { path: 'notes.txt', offset: 2, limit: 1 })).toBe(
      'line two\n\n[2 more lines in file. Use offset=3 to continue.]',
    );
  });

  it('takes numbers given as text and the second spelling of path', async () => {
    expect(await bench.text('read', { file_path: '@notes.txt', offset: '3' })).toBe('line three\n');
  });

  it('names the absolute path of a missing file', async () => {
    expect(await bench.text('read', { path: 'missing.txt' })).toBe(
      failure('read', `ENOENT: no such file or directory, access '${bench.workspace}/missing.txt'`),
    );
  });

  it('refuses a folder and an offset past the end', async () => {
    await mkdir(join(bench.workspace, 'dir'));
    expect(await bench.text('read', { path: 'dir' })).toBe(
      failure('read', 'EISDIR: illegal operation on a directory, read'),
    );
    expect(await bench.text('read', { path: 'notes.txt', offset: 9 })).toBe(
      failure('read', 'Offset 9 is beyond end of file (4 lines total)'),
    );
  });

  it('refuses pipes and devices at once, and so do the tools that change files', async () => {
    await bench.call('exec', { command: 'mkfifo pipe; ln -s /dev/zero endless' });
    const words = 'is a pipe, a socket or a device, not a file';
    for (const name of ['pipe', 'endless']) {
      const path = join(bench.workspace, name);
      expect(await bench.text('read', { path: name })).toBe(failure('read', `${path} ${words}`));
      const edit = { path: name, oldText: 'a', newText: 'b' };
      expect(await bench.text('edit', edit)).toBe(failure('edit', `${path} ${words}`));
    }
    expect(await bench.text('write', { path: 'pipe', content: 'x' })).toContain('ENXIO');
  });

  it('asks for the path when it is missing', async () => {
    const result = await bench.call('read', { nope: true });
    expect(result.isError).toBeUndefined();
    expect(textOf(result)).toBe(
      failure(
        'read',
        'Missing required parameter: path (path or file_path). Supply correct parameters before retrying.',
      ),
    );
  });

  it('joins pages of a long file and stops at its share of the context', async () => {
    const rows = Array.from({ length: 9000 }, (_, index) => `row ${index + 1} ${'x'.repeat(90)}\n`).join('');
    await writeFile(join(bench.workspace, 'huge.txt'), rows);
    const text = await bench.text('read', { path: 'huge.txt' });
    expect(text.length).toBe(102_368);
    expect(text).toMatch(/\n\n\[Read output capped at 100KB for this call\. Use offset=1035 to continue\.\]$/);
    const limited = await bench.text('read', { path: 'huge.txt', offset: 100, limit: 9000 });
    expect(limited).toMatch(/\n\n\[Showing lines 100-616 of 9001 \(50\.0KB limit\)\. Use offset=617 to continue\.\]$/);
  });

  it('points to other means for a line that is too long', async () => {
    await writeFile(join(bench.workspace, 'long.txt'), `a\n${'y'.repeat(60_000)}\nsecond\n`);
    expect(await bench.text('read', { path: 'long.txt' })).toBe(
      "a\n\n[Line 2 is 58.6KB, exceeds 50.0KB limit. Use bash: sed -n '2p' long.txt | head -c 51200]",
    );
  });

  it('returns images as images, whatever their name', async () => {
    await writeFile(join(bench.workspace, 'wrong.jpg'), Buffer.from(ONE_PIXEL_PNG, 'base64'));
    expect((await bench.call('read', { path: 'wrong.jpg' })).content).toEqual([
      { type: 'text', text: 'Read image file [image/png]' },
      { type: 'image', data: ONE_PIXEL_PNG, mimeType: 'image/png' },
    ]);
  });

  it.each([
    [{ path: 'notes.txt' }, 'from notes.txt'],
    [{ path: 'notes.txt', limit: 1 }, 'first 1 line of notes.txt'],
    [{ path: 'notes.txt', limit: 3 }, 'first 3 lines of notes.txt'],
    [{ path: 'notes.txt', offset: 2 }, 'from line 2 in notes.txt'],
    [{ path: 'notes.txt', offset: 2, limit: 2 }, 'lines 2-3 from notes.txt'],
  ])('describes %j to viewers', (args, summary) => {
    const read = bench.service.offer(bench.scope).find(({ name }) => name === 'read');
    expect(read?.summary?.(args)).toBe(summary);
  });
});

describe('write', () => {
  it('creates folders and the file', async () => {
    expect(await bench.text('write', { path: 'out/new.txt', content: 'fresh\n' })).toBe(
      'Successfully wrote 6 bytes to out/new.txt',
    );
    expect(await stored('out/new.txt')).toBe('fresh\n');
  });

  it('is rejected by schema without content', async () => {
    const result = await bench.call('write', { path: 'x.txt' });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toBe(
      'Validation failed for tool "write":\n  - content: must have required property \'content\'\n\nReceived arguments:\n{\n  "path": "x.txt"\n}',
    );
  });
});

describe('edit', () => {
  it('replaces one exact text and shows the difference', async () => {
    const result = await bench.call('edit', { path: 'notes.txt', oldText: 'line two', newText: 'LINE 2\nmore' });
    expect(textOf(result)).toBe('Successfully replaced text in notes.txt.');
    expect(result.details).toEqual({
      diff: ' 1 line one\n-2 line two\n+2 LINE 2\n+3 more\n 3 line three',
      firstChangedLine: 2,
    });
    expect(await stored('notes.txt')).toBe('line one\nLINE 2\nmore\nline three\n');
  });

  it('says so and changes nothing when the text is not there', async () => {
    expect(await bench.text('edit', { path: 'notes.txt', oldText: 'absent', newText: 'x' })).toBe(
      failure(
        'edit',
        'Could not find the exact text in notes.txt. The old text must match exactly including all whitespace and newlines.',
      ),
    );
    expect(await stored('notes.txt')).toBe('line one\nline two\nline three\n');
  });

  it('refuses a text that stands in several places', async () => {
    expect(await bench.text('edit', { path: 'notes.txt', oldText: 'line', newText: 'x' })).toBe(
      failure(
        'edit',
        'Found 3 occurrences of the text in notes.txt. The text must be unique. Please provide more context to make it unique.',
      ),
    );
  });

  it('refuses a replacement that changes nothing, and a missing file', async () => {
    expect(await bench.text('edit', { path: 'notes.txt', oldText: 'line two', newText: 'line two' })).toContain(
      'No changes made to notes.txt. The replacement produced identical content.',
    );
    expect(await bench.text('edit', { path: 'nofile.txt', oldText: 'x', newText: 'y' })).toBe(
      failure('edit', 'File not found: nofile.txt'),
    );
  });

  it('keeps the byte order mark and the line ends of the file', async () => {
    await writeFile(join(bench.workspace, 'crlf.txt'), '\uFEFFa\r\nb\r\nc\r\n');
    await bench.call('edit', { path: 'crlf.txt', oldText: 'b\nc', newText: 'B\nC' });
    expect(await stored('crlf.txt')).toBe('\uFEFFa\r\nB\r\nC\r\n');
  });

  it('finds text up to typographic characters and leaves the rest of the file alone', async () => {
    await writeFile(join(bench.workspace, 'fuzzy.txt'), '“kept” – as is  \nsay “hi” – now  \nsecond\n');
    await bench.call('edit', { path: 'fuzzy.txt', oldText: 'say "hi" - now\nsecond', newText: 'said' });
    expect(await stored('fuzzy.txt')).toBe('“kept” – as is  \nsaid\n');
  });

  it('deletes text with an empty replacement', async () => {
    await bench.call('edit', { file_path: 'notes.txt', old_string: 'line two\n', new_string: '' });
    expect(await stored('notes.txt')).toBe('line one\nline three\n');
  });
});

describe('with tools.fs.workspaceOnly', () => {
  let locked: Bench;
  beforeEach(async () => {
    locked = await createBench({ tools: { fs: { workspaceOnly: true } } });
  });
  afterEach(() => locked.close());

  it('refuses paths outside the workspace', async () => {
    for (const path of ['/etc/hostname', '../x', 'a/../../x']) {
      expect(await locked.text('read', { path })).toBe(failure('read', `Path escapes sandbox root (~): ${path}`));
    }
  });

  it('refuses a link that leads outside, also for files that do not exist yet', async () => {
    await symlink('/etc', join(locked.workspace, 'etc'));
    await symlink('/tmp/chela-not-there', join(locked.workspace, 'dangling'));
    const words = 'Symlink escapes sandbox root (~): ~';
    expect(await locked.text('read', { path: 'etc/hostname' })).toBe(failure('read', `${words}/etc`));
    expect(await locked.text('write', { path: 'etc/new', content: 'x' })).toBe(failure('write', `${words}/etc`));
    expect(await locked.text('write', { path: 'dangling', content: 'x' })).toBe(failure('write', `${words}/dangling`));
  });

  it('follows links that stay inside, also to what is not there yet', async () => {
    await symlink('to-be', join(locked.workspace, 'ahead'));
    await symlink('ahead', join(locked.workspace, 'twice'));
    await symlink('../outside', join(locked.workspace, 'back'));
    await symlink('back', join(locked.workspace, 'twice-back'));
    expect(await locked.text('write', { path: 'twice', content: 'x' })).toContain('Successfully wrote');
    expect(await readFile(join(locked.workspace, 'to-be'), 'utf8')).toBe('x');
    const refused = await locked.text('write', { path: 'twice-back', content: 'x' });
    expect(refused).toContain('Symlink escapes sandbox root');
  });

  it('still works inside', async () => {
    expect(await locked.text('write', { path: 'deep/in.txt', content: 'x' })).toBe(
      'Successfully wrote 1 bytes to deep/in.txt',
    );
  });
});
