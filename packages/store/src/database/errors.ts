const SQLITE_FULL = 13;
/** SQLITE_IOERR_WRITE, _FSYNC, _TRUNCATE, _SHMSIZE: how a full disk shows outside the main file. */
const SQLITE_IOERR_NO_SPACE = new Set([778, 1034, 1546, 4874]);
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOT_A_DATABASE = 26;

/** The disk is full: nothing of the operation was kept. The store works again as soon as there is space. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
  readonly code = 'STORE_FULL';
}

/** Another live process has the state directory, or holds the database's write lock for too long. */
export class StoreLockedError extends Error {
  override readonly name = 'StoreLockedError';
  readonly code = 'STORE_LOCKED';
}

/** The database file is damaged, is no database, or was written by a newer version. */
export class StoreUnreadableError extends Error {
  override readonly name = 'StoreUnreadableError';
  readonly code = 'STORE_UNREADABLE';
}

/** Turns an error of SQLite or of the file system into one that names the usual cause; others come back as they are. */
export function explainStorageError(error: unknown, file: string): unknown {
  if (!(error instanceof Error)) return error;
  if (fieldOf(error, 'code') === 'ENOSPC') return fullError(error, file);
  const errcode = fieldOf(error, 'errcode');
  if (typeof errcode !== 'number') return error;
  const primary = errcode & 0xff;
  if (primary === SQLITE_FULL || SQLITE_IOERR_NO_SPACE.has(errcode)) return fullError(error, file);
  if (primary === SQLITE_BUSY) {
    return new StoreLockedError(`Another process is writing to ${file} and does not let go of it.`, { cause: error });
  }
  if (primary === SQLITE_CORRUPT || primary === SQLITE_NOT_A_DATABASE) {
    return new StoreUnreadableError(
      `The database ${file} is damaged (${error.message}). Move it away and start again; sessions are read anew from the state directory.`,
      { cause: error },
    );
  }
  return error;
}

function fullError(cause: Error, file: string): StoreFullError {
  return new StoreFullError(
    `There is no space left on the disk that holds ${file}. Nothing was written; free some space and try again.`,
    { cause },
  );
}

function fieldOf(error: Error, name: string): unknown {
  return Reflect.get(error, name);
}
