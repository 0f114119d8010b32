import { describe, expect, test } from 'vitest';
import { judgeConfigText } from '../read/read-config.ts';
import { REDACTED_SENTINEL, redactedSnapshot, restoreRedacted } from './redact-config.ts';

const PATHS = { homeDir: '/home/x', stateDir: '/home/x/.openclaw', configPath: '/home/x/.openclaw/openclaw.json' };

const REFERENCE = `$${'{GW}'}`;

async function shown(config: object, env: Record<string, string> = {}) {
  const { snapshot } = await judgeConfigText(PATHS, env, JSON.stringify(config));
  expect(snapshot.issues).toEqual([]);
  return redactedSnapshot(snapshot);
}

describe('config.get', () => {
  test('shows no secret in any of its copies of the file', async () => {
    const result = await shown({
      gateway: { auth: { token: 'gw-secret-1' } },
      models: {
        providers: {
          p: { baseUrl: 'http://x', apiKey: 'sk-p', headers: { Authorization: 'Bearer h-secret' }, models: [] },
        },
      },
      agents: { list: [{ id: 'a', memorySearch: { remote: { apiKey: 'ms-secret' } } }] },
      channels: {
        telegram: { botToken: '1:tg-secret' },
        matrix: { accessToken: 'mx-secret', homeserver: 'https://m' },
      },
      hooks: { token: 'hook-secret' },
      env: { vars: { MY_API_KEY: 'env-secret', PLAIN: 'shown' } },
    });
    const text = JSON.stringify(result);
    for (const secret of [
      'gw-secret-1',
      'sk-p',
      'h-secret',
      'ms-secret',
      'tg-secret',
      'mx-secret',
      'hook-secret',
      'env-secret',
    ]) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain('shown');
    expect(result).toMatchObject({
      valid: true,
      config: { gateway: { auth: { token: REDACTED_SENTINEL } } },
      parsed: { channels: { matrix: { accessToken: REDACTED_SENTINEL, homeserver: 'https://m' } } },
    });
  });

  test('shows a reference where the file has one, and hides what it stands for', async () => {
    const result = await shown({ gateway: { auth: { token: REFERENCE } } }, { GW: 'from-env' });
    expect(result).toMatchObject({
      parsed: { gateway: { auth: { token: REFERENCE } } },
      resolved: { gateway: { auth: { token: REDACTED_SENTINEL } } },
    });
    expect(JSON.stringify(result)).not.toContain('from-env');
  });

  test('limits of tokens are numbers and stay', async () => {
    const result = await shown({ agents: { defaults: { contextTokens: 5 } } });
    expect(result).toMatchObject({ config: { agents: { defaults: { contextTokens: 5 } } } });
  });

  test('shows issues and nothing of the content of an invalid file', async () => {
    const { snapshot } = await judgeConfigText(PATHS, {}, '{"gateway":{"auth":{"token":5}}}');
    expect(await redactedSnapshot(snapshot)).toMatchObject({
      valid: false,
      raw: null,
      parsed: null,
      resolved: {},
      config: {},
    });
  });
});

describe('what a client sends back', () => {
  test('gets its secrets again, those in lists by their place', async () => {
    const original = {
      gateway: { auth: { token: 't' } },
      agents: { list: [{ memorySearch: { remote: { apiKey: 'k' } } }] },
    };
    const submitted = JSON.parse(
      JSON.stringify(original).replace('"t"', `"${REDACTED_SENTINEL}"`).replace('"k"', `"${REDACTED_SENTINEL}"`),
    );
    expect(await restoreRedacted(submitted, original)).toEqual(original);
  });

  test('is refused when there is no secret to put back', async () => {
    const submitted = { gateway: { auth: { token: REDACTED_SENTINEL } } };
    await expect(restoreRedacted(submitted, {})).rejects.toThrow(
      'Sentinel value "__OPENCLAW_REDACTED__" in key gateway.auth.token is not valid as real data',
    );
  });

  test('keeps the sentinel as text where nothing is secret', async () => {
    const submitted = { ui: { assistant: { name: REDACTED_SENTINEL } } };
    expect(await restoreRedacted(submitted, {})).toEqual(submitted);
  });
});

test('a text that only holds a secret comes back when it was not changed otherwise', async () => {
  const before = { gateway: { auth: { token: 'geheim' } }, ui: { assistant: { avatar: 'http://x/?k=geheim' } } };
  const avatar = `http://x/?k=${REDACTED_SENTINEL}`;
  const sent = { gateway: { auth: { token: REDACTED_SENTINEL } }, ui: { assistant: { avatar } } };
  expect(await restoreRedacted(sent, before)).toEqual(before);
  const changed = { ...sent, ui: { assistant: { avatar: `${avatar}&b=1` } } };
  expect(await restoreRedacted(changed, before)).toMatchObject({ ui: changed.ui });
});
