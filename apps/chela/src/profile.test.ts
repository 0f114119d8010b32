import { expect, it } from 'vitest';
import { takeProfile } from './profile.ts';

const env = { HOME: '/home/ann' };

it('leaves a line without a profile alone', () => {
  expect(takeProfile(['gateway', 'run', '--dev'], env)).toEqual({
    ok: true,
    argv: ['gateway', 'run', '--dev'],
    env: {},
  });
});

it('points the state directory at a named profile', () => {
  for (const argv of [
    ['--profile', 'work', 'status'],
    ['--profile=work', 'status'],
  ]) {
    expect(takeProfile(argv, env)).toMatchObject({
      ok: true,
      argv: ['status'],
      env: {
        OPENCLAW_STATE_DIR: '/home/ann/.openclaw-work',
        OPENCLAW_CONFIG_PATH: '/home/ann/.openclaw-work/openclaw.json',
      },
    });
  }
});

it('keeps variables that are set already', () => {
  expect(
    takeProfile(['--dev', 'status'], { ...env, OPENCLAW_STATE_DIR: '/srv/state', OPENCLAW_GATEWAY_PORT: '1' }),
  ).toMatchObject({
    env: { OPENCLAW_STATE_DIR: '/srv/state', OPENCLAW_CONFIG_PATH: '/srv/state/openclaw.json' },
  });
});

it('gives the dev profile a port of its own', () => {
  expect(takeProfile(['--dev', 'status'], env)).toMatchObject({
    env: { OPENCLAW_GATEWAY_PORT: '19001', OPENCLAW_PROFILE: 'dev' },
  });
});

it('refuses a bad name and a contradiction', () => {
  expect(takeProfile(['--profile', '../x', 'status'], env)).toMatchObject({ ok: false });
  expect(takeProfile(['--profile'], env)).toMatchObject({ ok: false });
  expect(takeProfile(['--dev', '--profile', 'work'], env)).toMatchObject({
    ok: false,
    message: '[chela] Cannot combine --dev with --profile',
  });
});
