import { describe, expect, test } from 'vitest';
import { validateConfig } from '../validate.ts';
import { withoutOwnSections } from './own-sections.ts';

const PATHS = { stateDir: '/state', configPath: '/state/openclaw.json', homeDir: '/home' };

describe('sections the original does not know', () => {
  test('are accepted and checked like the others', async () => {
    const good = await validateConfig({ security: { defender: { mode: 'audit', reviewThreshold: 30 } } }, PATHS);
    expect(good).toMatchObject({ valid: true, value: { security: { defender: { mode: 'audit' } } } });
    const bad = await validateConfig({ security: { defender: { mode: 'loud', workers: 0 } } }, PATHS);
    expect(bad.issues.map(({ path }) => path)).toEqual(['security.defender.mode', 'security.defender.workers']);
  });

  test('limit what models may cost', async () => {
    const good = await validateConfig({ budgets: { run: { usd: 0.5 }, day: { usd: 10, tokens: 5_000_000 } } }, PATHS);
    expect(good).toMatchObject({ valid: true, value: { budgets: { run: { usd: 0.5 } } } });
    const bad = await validateConfig({ budgets: { run: { usd: -1 }, week: {} } }, PATHS);
    expect(bad.issues.map(({ path }) => path)).toContain('budgets.run.usd');
    expect(bad.valid).toBe(false);
  });

  test('are gone from what the original gets to read', () => {
    expect(withoutOwnSections({ security: {}, gateway: { port: 1 } })).toEqual({ gateway: { port: 1 } });
  });
});
