import { expect, it } from 'vitest';
import { openMethodBench } from './testing/method-bench.ts';

it('keeps wake words clean and few, and falls back to the usual ones', async () => {
  await using bench = await openMethodBench();
  expect(await bench.call('voicewake.get')).toEqual({ triggers: ['openclaw', 'claude', 'computer'] });
  const triggers = [' hey ', '', 5, 'x'.repeat(100), ...Array.from({ length: 40 }, (_, i) => `w${i}`)];
  const kept = ['hey', 'x'.repeat(64), ...Array.from({ length: 30 }, (_, i) => `w${i}`)];
  expect(await bench.call('voicewake.set', { triggers })).toEqual({ triggers: kept });
  expect(await bench.call('voicewake.get')).toEqual({ triggers: kept });
  expect(bench.broadcasts).toEqual([{ event: 'voicewake.changed', payload: { triggers: kept } }]);
});

it('shows the talk key only to those who may have it', async () => {
  await using bench = await openMethodBench({ config: { talk: { apiKey: 'dummy', voiceId: 'v1' } } });
  const shown = await bench.call('talk.config', {});
  expect(shown).toEqual({ config: { talk: { apiKey: '__OPENCLAW_REDACTED__', voiceId: 'v1' } } });
  expect(await bench.call('talk.config', { includeSecrets: true })).toMatchObject({
    config: { talk: { apiKey: 'dummy' } },
  });
  const reader = { scopes: ['operator.read'] };
  await expect(bench.call('talk.config', { includeSecrets: true }, reader)).rejects.toThrow(
    'missing scope: operator.talk.secrets',
  );
});

it('does not let a web page switch talk mode on when no phone is there to talk', async () => {
  await using bench = await openMethodBench();
  const client = { id: 'webchat', mode: 'webchat', version: '1', platform: 'web' };
  await expect(bench.call('talk.mode', { enabled: true }, { client })).rejects.toThrow('talk disabled');
});
