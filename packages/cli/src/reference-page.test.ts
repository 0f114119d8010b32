import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { createProgram } from './program.ts';
import { referencePage } from './reference-page.ts';
import { createTestContext } from './testing/test-context.ts';

const PAGE = resolve(import.meta.dirname, '../../../docs/reference/cli.md');

it('is what docs/reference/cli.md says; else run packages/cli/scripts/generate-docs.ts', async () => {
  const page = referencePage(createProgram(createTestContext({ env: {} }).context));
  expect(await readFile(PAGE, 'utf8')).toBe(page);
});
