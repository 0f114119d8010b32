import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHome, type GatewayHome, type GatewayProcess, startGateway } from '../harness/gateway-process.ts';
import { connectOperator } from '../harness/operator.ts';

let home: GatewayHome;
let gateway: GatewayProcess | undefined;

beforeEach(async () => {
  home = await createHome();
});

afterEach(async () => {
  await gateway?.end();
  gateway = undefined;
  await home.remove();
});

const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

it('makes a private state directory, a configuration with a token and a workspace, and answers', async () => {
  const stateDir = join(home.home, 'fresh');
  gateway = await startGateway({ ...home, stateDir });
  expect(await mode(stateDir)).toBe(0o700);
  expect(await mode(join(stateDir, 'openclaw.json'))).toBe(0o600);
  const config = JSON.parse(await readFile(join(stateDir, 'openclaw.json'), 'utf8'));
  expect(config.gateway.auth.token).toMatch(/^[0-9a-f]{48}$/);
  const operator = await connectOperator(gateway.url, config.gateway.auth.token);
  const answer = await operator.say('main', 'run date');
  expect(answer.state).toBe('final');
  expect(answer.text).toMatch(/\d{4}|demonstration/i);
  await operator.close();
});

it('uses an existing state directory as it is and rewrites nothing in it', async () => {
  const session = {
    'agent:main:main': { sessionId: '11111111-1111-4111-8111-111111111111', updatedAt: 1_771_322_400_000 },
  };
  const sessions = join(home.stateDir, 'agents', 'main', 'sessions');
  await writeConfigAndSessions(session, sessions);
  const before = await contentOf(home.stateDir);
  gateway = await startGateway(home);
  const operator = await connectOperator(gateway.url, home.token);
  expect(await operator.request('sessions.list', {})).toMatchObject({ sessions: [{ key: 'agent:main:main' }] });
  await operator.say('main', 'hello');
  await operator.close();
  await gateway.end();
  const after = await contentOf(home.stateDir);
  for (const [path, content] of before) expect(after.get(path), path).toBe(content);
});

async function writeConfigAndSessions(session: unknown, sessions: string): Promise<void> {
  await mkdir(sessions, { recursive: true });
  await home.writeConfig(
    '// kept\n{ gateway: { mode: "local", auth: { token: "' +
      home.token +
      '" } }, agents: { defaults: { skipBootstrap: true } } }\n',
  );
  await writeFile(join(sessions, 'sessions.json'), JSON.stringify(session));
}

async function contentOf(root: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !path.includes('/chela/')) found.set(path, await readFile(path, 'utf8'));
  }
  return found;
}
