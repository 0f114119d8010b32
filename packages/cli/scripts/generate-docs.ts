/** Writes docs/reference/cli.md from the command tree. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createProgram } from '../src/program.ts';
import { referencePage } from '../src/reference-page.ts';
import { createTestContext } from '../src/testing/test-context.ts';

const page = resolve(import.meta.dirname, '../../../docs/reference/cli.md');
await mkdir(dirname(page), { recursive: true });
await writeFile(page, referencePage(createProgram(createTestContext({ env: {} }).context)));
