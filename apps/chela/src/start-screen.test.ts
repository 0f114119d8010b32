import { expect, it } from 'vitest';
import { type StartFacts, startScreen } from './start-screen.ts';

const facts: StartFacts = {
  version: '0.1.0',
  pageUrl: 'http://127.0.0.1:18789/',
  tlsFingerprint: undefined,
  token: 'a b',
  model: 'demo/chela',
  modelSource: 'demo',
  stateDir: '/home/ann/.openclaw',
  configPath: '/home/ann/.openclaw/openclaw.json',
  logFile: '/tmp/openclaw/openclaw.log',
  firstRun: true,
  problems: [],
  startMs: 90,
};

it('carries the token in the fragment of the address, never in its query', () => {
  const screen = startScreen(facts, (text) => text).join('\n');
  expect(screen).toContain('http://127.0.0.1:18789/#token=a%20b');
  expect(screen).not.toContain('?token');
});

it('says that the demonstration model is one, and how to get a real one', () => {
  expect(startScreen(facts, (text) => text).join('\n')).toMatch(/demo\/chela \(a demonstration.*ANTHROPIC_API_KEY/);
});

it('names what is wrong with the configuration', () => {
  const screen = startScreen({ ...facts, problems: ['gateway.port: must be a number'] }, (text) => text).join('\n');
  expect(screen).toContain('gateway.port: must be a number');
});
