import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Logger, systemClock } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BundledRooms } from './bundled/bundled-rooms.ts';
import { createHooks } from './create-hooks.ts';
import type { HookEvent } from './hook-event.ts';
import type { HookService } from './service.ts';
import { createHookHome, type HookHome } from './testing/hook-home.ts';

interface LogLine {
  readonly level: string;
  readonly text: string;
  readonly fields: unknown;
}

let home: HookHome;
let hooks: HookService;
let log: LogLine[];
let booted: { agentId: string; text: string }[];
beforeEach(async () => {
  home = await createHookHome({ enabled: true });
  log = [];
  booted = [];
});
afterEach(async () => {
  await hooks.close();
  await home.close();
});

function recorder(): Logger {
  const write =
    (level: string) =>
    (text: string, fields?: unknown): void =>
      void log.push({ level, text, fields });
  const logger: Logger = {
    subsystem: 'hooks',
    log: (level, text, fields) => write(level)(text, fields),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => logger,
  };
  return logger;
}

async function started(rooms: Partial<BundledRooms> = {}): Promise<HookService> {
  const place = { agentId: 'main', workspaceDir: home.workspaceDir };
  hooks = createHooks({
    config: home.config,
    env: home.env,
    clock: systemClock,
    logger: recorder(),
    rooms: {
      workspaces: () => [place],
      workspaceOf: () => place,
      boot: async (agentId, text) => void booted.push({ agentId, text }),
      lastMessages: async () => [],
      title: async () => undefined,
      ...rooms,
    },
  });
  await hooks.start();
  return hooks;
}

const command = (action: string, context: Readonly<Record<string, unknown>> = {}): HookEvent => ({
  type: 'command',
  action,
  sessionKey: 'agent:main:main',
  context,
});

const managed = (): string => join(home.stateDir, 'hooks');
const SAY = (text: string): string => `export default (event) => { event.messages.push(${JSON.stringify(text)}); };`;

describe('handlers of people', () => {
  it('hear the events they name, and what they push is said', async () => {
    const handler =
      'export default async (e) => e.messages.push([e.type, e.action, e.sessionKey, e.context.commandSource, e.timestamp instanceof Date].join(" "));';
    await home.hook(managed(), 'said', { events: ['command:new'] }, handler);
    await started();
    expect(hooks.hears('command', 'new')).toBe(true);
    const { messages } = await hooks.ring(command('new', { commandSource: 'telegram' }));
    expect(messages).toEqual(['command new agent:main:main telegram true']);
    expect((await hooks.ring(command('status'))).messages).toEqual([]);
  });

  it('of a type run before those of one action', async () => {
    await home.hook(managed(), 'a-one', { events: ['command:new'] }, SAY('one'));
    await home.hook(managed(), 'b-all', { events: ['command'] }, SAY('all'));
    await started();
    expect((await hooks.ring(command('new'))).messages).toEqual(['all', 'one']);
  });

  it('that throw are logged, and the next one runs', async () => {
    await home.hook(managed(), 'a', { events: ['command'] }, 'export default () => { throw new Error("boom"); };');
    await home.hook(managed(), 'b', { events: ['command'] }, SAY('still here'));
    await started();
    expect((await hooks.ring(command('new'))).messages).toEqual(['still here']);
    const failure = log.find(({ text }) => text === 'a hook failed');
    expect(failure?.fields).toMatchObject({ hook: 'a', event: 'command:new' });
    expect(String(Reflect.get(Object(failure?.fields), 'error'))).toContain('boom');
  });

  it('that end their thread lose only themselves', async () => {
    await home.hook(managed(), 'a', { events: ['command'] }, 'export default () => process.exit(3);');
    await home.hook(managed(), 'b', { events: ['command'] }, SAY('alive'));
    await started();
    expect((await hooks.ring(command('new'))).messages).toEqual(['alive']);
    expect((await hooks.ring(command('new'))).messages).toEqual(['alive']);
  });

  it('keep what they remember between events', async () => {
    const handler = 'let n = 0; export default (e) => { n += 1; e.messages.push(String(n)); };';
    await home.hook(managed(), 'counter', { events: ['command'] }, handler);
    await started();
    await hooks.ring(command('new'));
    expect((await hooks.ring(command('new'))).messages).toEqual(['2']);
  });

  it('in TypeScript may import their neighbours as compiled files', async () => {
    const dir = await home.hook(managed(), 'typed', { events: ['command'], export: 'run' });
    await home.write(join(dir, 'word.ts'), 'export const word: string = "typed";');
    const source =
      'import type { Handler } from "../../src/none.js";\nimport { word } from "./word.js";\nexport const run = (event: { messages: string[] }): void => void event.messages.push(word);';
    await home.write(join(dir, 'handler.ts'), source);
    await started();
    expect((await hooks.ring(command('new'))).messages).toEqual(['typed']);
  });

  it('have the variables of their entry, and print into the log', async () => {
    await home.hook(
      managed(),
      'env',
      { events: ['command'], requires: { env: ['WORD'] } },
      'export default (e) => { console.log("printed"); e.messages.push(process.env.WORD); };',
    );
    await home.configure({ enabled: true, entries: { env: { enabled: true, env: { WORD: 'given' } } } });
    await started();
    expect((await hooks.ring(command('new'))).messages).toEqual(['given']);
    await expect.poll(() => log.some(({ text }) => text === 'printed')).toBe(true);
  });

  it('may replace bootstrap files, and the next handler sees them', async () => {
    const add = (name: string) =>
      `export default ({ context }) => { context.bootstrapFiles = [...context.bootstrapFiles, { name: ${JSON.stringify(name)}, seen: context.bootstrapFiles.length }]; };`;
    await home.hook(managed(), 'a', { events: ['agent:bootstrap'] }, add('A'));
    await home.hook(managed(), 'b', { events: ['agent:bootstrap'] }, add('B'));
    await started();
    const event = { type: 'agent', action: 'bootstrap', sessionKey: 's', context: { bootstrapFiles: [] } } as const;
    const { context } = await hooks.ring(event);
    expect(context.bootstrapFiles).toEqual([
      { name: 'A', seen: 0 },
      { name: 'B', seen: 1 },
    ]);
  });
});

describe('the configuration', () => {
  it('without hooks.internal.enabled loads nothing', async () => {
    await home.configure({});
    await home.hook(managed(), 'said', { events: ['command'] }, SAY('hello'));
    await started();
    expect(hooks.hears('command', 'new')).toBe(false);
  });

  it('takes effect while the gateway runs', async () => {
    await home.hook(managed(), 'said', { events: ['command'] }, SAY('hello'));
    await started();
    expect((await hooks.ring(command('new'))).messages).toEqual(['hello']);
    await home.configure({
      enabled: true,
      entries: { said: { enabled: false }, 'command-logger': { enabled: false } },
    });
    await expect.poll(() => hooks.hears('command', 'x')).toBe(false);
  });

  it('lets the workspace win over managed hooks of the same name', async () => {
    await home.hook(managed(), 'same', { events: ['command'] }, SAY('managed'));
    await home.hook(join(home.workspaceDir, 'hooks'), 'same', { events: ['command'] }, SAY('workspace'));
    await started();
    expect((await hooks.ring(command('new'))).messages).toEqual(['workspace']);
  });

  it('may name modules of the workspace, but none outside of it', async () => {
    await home.write(join(home.workspaceDir, 'old.js'), SAY('legacy'));
    await home.write(join(home.home, 'outside.js'), SAY('outside'));
    await home.configure({
      enabled: true,
      handlers: [
        { event: 'command:new', module: 'old.js' },
        { event: 'command:new', module: './sub/../../outside.js' },
      ],
    });
    await started();
    expect((await hooks.ring(command('new'))).messages).not.toContain('outside');
  });
});

describe('the hooks of this program', () => {
  it('boot-md gives BOOT.md to the agent', async () => {
    await home.write(join(home.workspaceDir, 'BOOT.md'), 'Water the plants.\n');
    await started();
    await expect.poll(() => booted.length).toBe(1);
    expect(booted[0]?.agentId).toBe('main');
    expect(booted[0]?.text).toContain('Water the plants.');
  });

  it('boot-md does nothing for an empty file', async () => {
    await home.write(join(home.workspaceDir, 'BOOT.md'), ' \n');
    await started();
    await hooks.close();
    expect(booted).toEqual([]);
  });

  it('command-logger writes a line a command', async () => {
    await started();
    await hooks.ring(command('new', { commandSource: 'telegram', senderId: '7' }));
    await hooks.ring(command('stop'));
    const lines = (await readFile(join(home.stateDir, 'logs', 'commands.log'), 'utf8')).trim().split('\n');
    const at = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { timestamp: at, action: 'new', sessionKey: 'agent:main:main', senderId: '7', source: 'telegram' },
      { timestamp: at, action: 'stop', sessionKey: 'agent:main:main', senderId: 'unknown', source: 'unknown' },
    ]);
  });

  it('bootstrap-extra-files adds known names inside the workspace only', async () => {
    const { workspaceDir } = home;
    await home.write(join(workspaceDir, 'packages/a/AGENTS.md'), 'rules of a');
    await home.write(join(workspaceDir, 'packages/a/README.md'), 'no bootstrap file');
    await home.write(join(home.home, 'AGENTS.md'), 'outside');
    const paths = ['packages/*/*.md', '../AGENTS.md'];
    await home.configure({ enabled: true, entries: { 'bootstrap-extra-files': { enabled: true, paths } } });
    await started();
    const context = { workspaceDir, bootstrapFiles: [{ name: 'SOUL.md', path: join(workspaceDir, 'SOUL.md') }] };
    const reply = await hooks.ring({ type: 'agent', action: 'bootstrap', sessionKey: 's', context });
    expect(reply.context.bootstrapFiles).toEqual([
      { name: 'SOUL.md', path: join(workspaceDir, 'SOUL.md') },
      { name: 'AGENTS.md', path: join(workspaceDir, 'packages/a/AGENTS.md'), content: 'rules of a', missing: false },
    ]);
  });

  it('session-memory keeps the end of a conversation and overwrites nothing', async () => {
    const said = [
      { role: 'user', text: '/status' },
      { role: 'user', text: 'Which pump fits?' },
      { role: 'assistant', text: 'The small one.' },
    ] as const;
    await started({ lastMessages: async () => said, title: async () => 'Garden: pump!' });
    const context = { previousSessionEntry: { sessionId: 'old' }, commandSource: 'webchat' };
    await hooks.ring(command('new', context));
    await hooks.ring(command('new', context));
    const folder = join(home.workspaceDir, 'memory');
    await expect.poll(async () => (await readdir(folder).catch(() => [])).length).toBe(2);
    const [first = '', second = ''] = (await readdir(folder)).sort();
    expect(second).toMatch(/^\d{4}-\d{2}-\d{2}-garden-pump\.md$/);
    expect(first).toMatch(/-garden-pump-2\.md$/);
    const text = await readFile(join(folder, second), 'utf8');
    expect(text).toContain('- **Session ID**: old');
    expect(text).toContain('user: Which pump fits?\nassistant: The small one.');
    expect(text).not.toContain('/status');
  });

  it('session-memory falls back to the time when no model finds a title', async () => {
    await started({ lastMessages: async () => [{ role: 'user', text: 'hi' }] });
    await hooks.ring(command('new', { sessionEntry: { sessionId: 'old' } }));
    const folder = join(home.workspaceDir, 'memory');
    await expect
      .poll(async () => await readdir(folder).catch(() => []))
      .toEqual([expect.stringMatching(/^\d{4}-\d{2}-\d{2}-\d{4}\.md$/)]);
  });
});
