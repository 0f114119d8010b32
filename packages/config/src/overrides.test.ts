import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@chela/observability';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createConfigService } from './create-service.ts';
import { withOverrides } from './overrides.ts';
import type { ConfigService } from './service.ts';

let dir: string;
let file: ConfigService;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chela-overrides-'));
  await writeFile(join(dir, 'openclaw.json'), '{"agents":{"defaults":{"maxConcurrent":2}}}');
  file = await createConfigService({ env: { HOME: dir, OPENCLAW_STATE_DIR: dir }, logger: silentLogger() });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('an override is read at once, beside what the file says, and taking it away brings the file back', async () => {
  const { service, overrides } = withOverrides(file);
  const heard: unknown[] = [];
  service.onChange((next) => heard.push(next.agents?.defaults?.timeoutSeconds));
  await overrides.set(['agents', 'defaults', 'timeoutSeconds'], 7);
  expect(service.current().agents?.defaults).toMatchObject({ timeoutSeconds: 7, maxConcurrent: 2 });
  expect(overrides.unset(['agents', 'defaults', 'nothing'])).toBe(false);
  expect(overrides.unset(['agents', 'defaults', 'timeoutSeconds'])).toBe(true);
  expect(overrides.current()).toEqual({});
  expect(service.current()).toBe(file.current());
  expect(heard).toEqual([7, undefined]);
});

test('an override stays over a file that changes underneath', async () => {
  const { service, overrides } = withOverrides(file);
  await overrides.set(['agents', 'defaults', 'timeoutSeconds'], 7);
  await writeFile(join(dir, 'openclaw.json'), '{"agents":{"defaults":{"maxConcurrent":3}}}');
  await service.reload();
  expect(service.current().agents?.defaults).toMatchObject({ timeoutSeconds: 7, maxConcurrent: 3 });
  overrides.reset();
  expect(service.current().agents?.defaults).not.toHaveProperty('timeoutSeconds');
});

test('a value the schema does not know is refused and changes nothing', async () => {
  const { service, overrides } = withOverrides(file);
  const before = service.current();
  await expect(overrides.set(['agents', 'defaults', 'maxConcurrent'], 'many')).rejects.toThrow('maxConcurrent');
  expect(service.current()).toBe(before);
});
