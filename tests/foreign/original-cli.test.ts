import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { createProviderMock, installClients } from '@chela/parity';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHome, type GatewayHome, mockConfig, startGateway } from '../harness/gateway-process.ts';
import { COMMANDS, EXPLAINED } from './cli-commands.ts';
import { startOriginal } from './original-gateway.ts';

/** The original's command line against a Chela gateway and against its own: both must come to the same. */

const COMMAND_TIMEOUT_MS = 60_000;

interface Side {
  readonly home: GatewayHome;
  readonly url: string;
  end(): Promise<unknown>;
  /** Id of the cron job that was added last. */
  job: string;
}

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const provider = createProviderMock();
let executable = '';
let unavailable: string | undefined;
let sides: { readonly chela: Side; readonly original: Side } | undefined;

beforeAll(async () => {
  const clients = await installClients();
  if (!clients.available) {
    unavailable = clients.reason;
    return;
  }
  executable = clients.openclaw;
  const providerUrl = `http://127.0.0.1:${await provider.start()}`;
  const [chelaHome, originalHome] = await Promise.all([furnishedHome(providerUrl), furnishedHome(providerUrl)]);
  const [chela, original] = await Promise.all([
    startGateway(chelaHome, { env: { CHELA_STATE_MIRROR: 'openclaw' } }),
    startOriginal(executable, originalHome),
  ]);
  sides = {
    chela: { home: chelaHome, url: chela.url, end: () => chela.end(), job: '' },
    original: { home: originalHome, url: original.url, end: () => original.end(), job: '' },
  };
});

afterAll(async () => {
  for (const side of Object.values(sides ?? {})) {
    await side.end();
    await side.home.remove();
  }
  await provider.stop();
});

async function furnishedHome(providerUrl: string): Promise<GatewayHome> {
  const home = await createHome();
  await home.writeConfig(mockConfig(home, providerUrl, { plugins: { enabled: false } }));
  return home;
}

async function openclaw(side: Side, args: readonly string[]): Promise<Ended> {
  const { home, url } = side;
  const filled = args.map((word) => word.replace('<job>', side.job).replace('<home>', home.home));
  const env = {
    PATH: process.env.PATH,
    HOME: home.home,
    OPENCLAW_STATE_DIR: home.stateDir,
    OPENCLAW_CONFIG_PATH: join(home.stateDir, 'openclaw.json'),
    OPENCLAW_GATEWAY_PORT: new URL(url).port,
    OPENCLAW_NO_RESPAWN: '1',
    NO_COLOR: '1',
    TZ: 'UTC',
    LANG: 'C.UTF-8',
  };
  const options = { env, cwd: home.home, timeout: COMMAND_TIMEOUT_MS, maxBuffer: 16 << 20 };
  const ended = await new Promise<Ended>((resolve) => {
    execFile(process.execPath, [executable, ...filled], options, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
  if (args[0] === 'cron' && args[1] === 'add' && ended.exitCode === 0) side.job = Object(jsonIn(ended.stdout)).id;
  return ended;
}

/** The JSON document that a command printed, several of them one a line, or undefined for text. */
function jsonIn(printed: string): unknown {
  const start = printed.search(/^[[{]/m);
  if (start < 0) return undefined;
  try {
    return JSON.parse(printed.slice(start));
  } catch {
    const lines = printed.split('\n').filter((line) => line.startsWith('{'));
    try {
      return lines.map((line) => JSON.parse(line));
    } catch {
      return undefined;
    }
  }
}

/** Paths of all members; the elements of a list count as one. */
function pathsIn(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => pathsIn(item, `${path}[]`)))];
  if (typeof value !== 'object' || value === null) return [path];
  const members = Object.entries(value).flatMap(([key, member]) => pathsIn(member, `${path}.${general(key)}`));
  return [path, ...new Set(members)];
}

/** Keys that are names of things rather than members. */
const general = (key: string): string => (/^(?:agent:|\/|[0-9a-f]{8}-)/.test(key) ? '*' : key);

/** What went wrong, without what differs from machine to machine. */
function failureOf({ exitCode, stderr }: Ended, { home }: Side): string {
  if (exitCode === 0) return '';
  return (
    stderr
      .split('\n')
      .find((line) => /error|fail|unknown|not |no /i.test(line))
      ?.replaceAll(home.home, '<HOME>')
      .replace(/127\.0\.0\.1:\d+/g, '<GATEWAY>') ?? ''
  );
}

test.for(COMMANDS.map((args) => ({ args, line: args.join(' ') })))('$line', async ({ args, line }, { skip }) => {
  if (unavailable !== undefined || sides === undefined) return skip(unavailable ?? 'nothing was started');
  const { chela, original } = sides;
  const [ours, theirs] = await Promise.all([openclaw(chela, args), openclaw(original, args)]);
  expect({ exitCode: ours.exitCode, failure: failureOf(ours, chela) }).toEqual({
    exitCode: theirs.exitCode,
    failure: failureOf(theirs, original),
  });
  const [here, there] = [pathsIn(jsonIn(ours.stdout)), pathsIn(jsonIn(theirs.stdout))];
  const isExplained = (path: string): boolean =>
    EXPLAINED.some(({ commands, path: known }) => commands.test(line) && known.test(path));
  const differences = [
    ...there.filter((path) => !here.includes(path)).map((path) => ({ path, only: 'original' })),
    ...here.filter((path) => !there.includes(path)).map((path) => ({ path, only: 'Chela' })),
  ];
  expect(differences.filter(({ path }) => !isExplained(path))).toEqual([]);
});
