import { chmod } from 'node:fs/promises';
import { backup, DatabaseSync } from 'node:sqlite';

const PRIVATE_FILE = 0o600;
/** Pages copied before the loop gets its turn. */
const PAGES_AT_ONCE = 512;

/** Copies a database to a new file while it is in use. The copy is one file, and no process owns it. */
export async function backUpDatabase(source: DatabaseSync, file: string): Promise<void> {
  await backup(source, file, { rate: PAGES_AT_ONCE });
  const copy = new DatabaseSync(file);
  try {
    copy.exec('pragma journal_mode = delete; drop table if exists owner;');
  } finally {
    copy.close();
  }
  await chmod(file, PRIVATE_FILE);
}
