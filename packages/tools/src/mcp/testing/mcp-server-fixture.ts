/**
 * A small MCP server for tests, run as a program of its own. What it gets wrong is asked for by tool: it crashes, hangs,
 * writes garbage, answers at length, changes its list of tools, or tells of itself.
 */
import { spawn } from 'node:child_process';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const [mode] = process.argv.slice(2);
if (mode === 'crash-at-start') process.exit(7);
if (mode === 'mute') setInterval(() => {}, 1_000);
else await serve();

async function serve(): Promise<void> {
  const server = new McpServer({ name: 'fixture', version: '1.0.0' });
  const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });

  server.registerTool(
    'echo',
    { description: 'Says it back.', inputSchema: { words: z.string() }, annotations: { readOnlyHint: true } },
    ({ words }) => text(words),
  );
  server.registerTool('crash', { description: 'Ends the server.' }, () => process.exit(3));
  server.registerTool('hang', { description: 'Never answers.' }, () => new Promise<never>(() => {}));
  server.registerTool('freeze', { description: 'Answers nobody any more.' }, () => {
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
  server.registerTool('garbage', { description: 'Writes noise first.' }, () => {
    process.stdout.write('this is no message\n{"half": \n\u0000\u0001\n{"jsonrpc":"1.0"}\n');
    return text('after the noise');
  });
  server.registerTool('long', { description: 'Answers at length.', inputSchema: { chars: z.number() } }, ({ chars }) =>
    text('x'.repeat(chars)),
  );
  server.registerTool('fail', { description: 'Reports a failure.' }, () => ({
    ...text('no such thing'),
    isError: true,
  }));
  server.registerTool('self', { description: 'Tells its process, its child and its variables.' }, () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    return text(JSON.stringify({ pid: process.pid, child: child.pid, variables: process.env }));
  });
  server.registerTool('grow', { description: 'Brings another tool.' }, () => {
    server.registerTool('grown', { description: 'New here.' }, () => text('grown'));
    return text('look again');
  });
  await server.connect(new StdioServerTransport());
}
