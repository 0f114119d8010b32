/**
 * `npm run new-channel -- <id> [label]` writes the folder of a new channel adapter from the templates beside this file
 * (docs/guides/new-channel.md). `CHELA_CHANNEL_ADAPTERS` names another folder than the checkout's.
 */
import { join, relative, resolve } from 'node:path';
import { writeAdapter } from './new-channel/write-adapter.ts';

const root = resolve(import.meta.dirname, '..');
const [id, label] = process.argv.slice(2);
const folder = process.env.CHELA_CHANNEL_ADAPTERS ?? join(root, 'packages', 'channels', 'adapters');

if (id === undefined) {
  console.error('npm run new-channel -- <id> [label]');
  process.exitCode = 2;
} else {
  try {
    const files = await writeAdapter({ id, folder, ...(label !== undefined && { label }) });
    for (const file of files) console.log(relative(process.cwd(), file));
    console.log('\nNext: docs/guides/new-channel.md, "What to fill in".');
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
