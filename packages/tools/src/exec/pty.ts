import type { ChildExit, RunningChild, SpawnRequest } from './child.ts';

const COLUMNS = 120;
const ROWS = 30;
const TERMINAL = 'xterm-256color';
const END_OF_TRANSMISSION = '\x04';
// A program asks where the cursor is with CSI 6n or CSI ?6n and may wait for the answer.
const CURSOR_QUERY = '\x1b\\[\\??6n';
const CURSOR_AT_ORIGIN = '\x1b[1;1R';

/** Signal numbers a terminal reports, as the names other results use. */
async function signalName(signal: number | undefined): Promise<string | undefined> {
  if (!signal) return undefined;
  const { constants } = await import('node:os');
  const known = Object.entries(constants.signals).find(([, number]) => number === signal);
  return known?.[0] ?? String(signal);
}

/** Starts a command on a terminal of 120×30 (reference agent/tools.md ). Rejects when no terminal can be had. */
export async function spawnOnTerminal(request: SpawnRequest): Promise<RunningChild> {
  const { spawn } = await import('@lydell/node-pty');
  const terminal = spawn(request.shell.file, [...request.shell.args], {
    name: TERMINAL,
    cols: COLUMNS,
    rows: ROWS,
    cwd: request.cwd,
    env: { ...request.env },
  });
  const query = new RegExp(CURSOR_QUERY, 'g');
  terminal.onData((data) => {
    const plain = data.replace(query, '');
    if (plain.length !== data.length) terminal.write(CURSOR_AT_ORIGIN);
    if (plain !== '') request.onOutput(plain);
  });
  const ended = Promise.withResolvers<ChildExit>();
  terminal.onExit(({ exitCode, signal }) => {
    void signalName(signal).then((name) =>
      ended.resolve(name === undefined ? { code: exitCode, signal: undefined } : { code: undefined, signal: name }),
    );
  });
  return {
    pid: terminal.pid,
    exited: ended.promise,
    write: (data) => terminal.write(data),
    endInput: () => terminal.write(END_OF_TRANSMISSION),
    abandon: () => ended.resolve({ code: undefined, signal: 'SIGKILL' }),
  };
}
