import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Clock } from '@chela/observability';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { signalGroup } from '../exec/kill-group.ts';
import type { LinkDeps, McpLink } from './mcp-link.ts';
import type { StdioServerSettings } from './mcp-settings.ts';
import { createMessageLines } from './message-lines.ts';

/** Longest message of a server; parsing a longer one would hold everybody up. */
const MESSAGE_MAX_BYTES = 4_194_304;
/** A server that ends itself when its input ends gets this long for it, then as long for SIGTERM. */
const END_GRACE_MS = 500;
const LOGGED_LINE_CHARS = 500;
/** Variables of the gateway's environment a server gets; everything else stays here, keys above all. */
const INHERITED = ['HOME', 'LANG', 'LC_ALL', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'TMPDIR', 'TZ', 'USER'] as const;

/**
 * A server's standard streams as a transport of the SDK. Unlike the SDK's own it starts a process group, so that the
 * end of the server is also the end of everything it started, and it says why it ended.
 */
export function createStdioLink(settings: StdioServerSettings, deps: LinkDeps): McpLink {
  const { logger, clock } = deps;
  const lines = createMessageLines(MESSAGE_MAX_BYTES);
  let child: ChildProcessWithoutNullStreams | undefined;
  let ending: string | undefined;
  let ended = Promise.resolve();

  const signal = (name: NodeJS.Signals): void => {
    if (child?.pid !== undefined) signalGroup(child.pid, name);
  };

  const fail = (reason: string): void => {
    ending ??= reason;
    signal('SIGKILL');
  };

  const receive = async (chunk: Buffer): Promise<void> => {
    const complete = lines.add(chunk);
    if (complete === undefined) return fail(`sent a message of more than ${MESSAGE_MAX_BYTES} bytes`);
    const { JSONRPCMessageSchema } = await import('@modelcontextprotocol/sdk/types.js');
    for (const line of complete) {
      const message = JSONRPCMessageSchema.safeParse(parsed(line));
      if (message.success) transport.onmessage?.(message.data);
      else logger.debug('an MCP server wrote something that is no message', { line: line.slice(0, LOGGED_LINE_CHARS) });
    }
  };

  const transport: Transport = {
    async start() {
      const { spawn } = await import('node:child_process');
      const started = spawn(settings.command, [...settings.args], {
        cwd: settings.cwd,
        env: { ...inherited(deps.env), ...settings.env },
        detached: process.platform !== 'win32',
        stdio: ['pipe', 'pipe', 'pipe'],
        windowsHide: true,
      });
      await new Promise<void>((resolve, reject) => {
        started.once('spawn', resolve);
        started.once('error', reject);
      });
      child = started;
      const closed = Promise.withResolvers<void>();
      ended = closed.promise;
      // Messages are read one after the other, in their order.
      let reading = Promise.resolve();
      started.stdout.on('data', (chunk: Buffer) => {
        reading = reading.then(() => receive(chunk)).catch((error: unknown) => transport.onerror?.(asError(error)));
      });
      started.stderr.on('data', (chunk: Buffer) => {
        const text = chunk.toString('utf8').trim().slice(-LOGGED_LINE_CHARS);
        if (text !== '') logger.debug('an MCP server said', { text });
      });
      // A write to a server that has just ended; its end is reported by itself.
      started.stdin.on('error', () => {});
      started.on('error', (error) => transport.onerror?.(error));
      started.once('exit', () => signal('SIGKILL'));
      started.once('close', (code, signalName) => {
        ending ??= code === null ? `was ended by ${signalName}` : `ended with exit code ${code}`;
        void reading.then(() => {
          closed.resolve();
          transport.onclose?.();
        });
      });
    },
    async send(message) {
      const input = child?.stdin;
      if (input === undefined || !input.writable || ending !== undefined)
        throw new Error('the MCP server is not running');
      await new Promise<void>((resolve, reject) => {
        input.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
      });
    },
    async close() {
      if (child === undefined) return;
      ending ??= 'was stopped';
      child.stdin.end();
      for (const name of ['SIGTERM', 'SIGKILL'] as const) {
        if (await endsWithin(ended, END_GRACE_MS, clock)) return;
        signal(name);
      }
      await ended;
    },
  };
  return { transport, ending: () => ending, end: () => transport.close() };
}

async function endsWithin(ended: Promise<void>, limitMs: number, clock: Clock): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const cancel = clock.after(limitMs, () => late.resolve(false));
  try {
    return await Promise.race([ended.then(() => true), late.promise]);
  } finally {
    cancel();
  }
}

function inherited(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function parsed(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return value;
  } catch {
    return undefined;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
