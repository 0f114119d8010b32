import { describe, expect, it } from 'vitest';
import { keepEnvironment, restartWay } from './restart-way.ts';

describe('a restart', () => {
  it.each([
    [{}, 'inProcess'],
    [{ INVOCATION_ID: 'unit' }, 'exit'],
    [{ LAUNCH_JOB_LABEL: 'job' }, 'exit'],
    [{ INVOCATION_ID: 'unit', OPENCLAW_NO_RESPAWN: '1' }, 'inProcess'],
  ])('with the environment %o is done by %s', (env, way) => {
    expect(restartWay(env)).toBe(way);
  });

  it('starts from the environment of the process, without what the configuration put there', () => {
    const env: Record<string, string | undefined> = { HOME: '/home/a', KEY: 'own' };
    const restore = keepEnvironment(env);
    env.KEY = 'changed';
    env.FROM_CONFIG = 'x';
    restore();
    expect(env).toEqual({ HOME: '/home/a', KEY: 'own' });
  });
});
