import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { numeric, type Row } from './columns.ts';
import { explainStorageError } from './errors.ts';
import { createQueryBuilder } from './query-builder.ts';
import { type BuildQuery, type CompiledStatement, compileStatement, type Params, type Statement } from './statement.ts';

/**
 * One SQLite connection. Every statement is synchronous and a transaction holds no `await`, so nothing can come between
 * its statements and no lock lives longer than a call. Errors of a full disk, a lock or a damaged file are explained.
 */
export interface Database {
  readonly file: string;
  /** Registers a query; it is compiled and prepared at its first run. */
  statement<P extends Params>(build: BuildQuery<P>): Statement<P>;
  /** Runs `work` in one IMMEDIATE transaction: all of it is kept, or nothing when it throws. Does not nest. */
  transaction<T>(work: () => T): T;
  /** Runs SQL text that has no parameters: pragmas and migrations. */
  exec(sqlText: string): void;
  /** Rows of a pragma or of other parameterless SQL that is run rarely. */
  rows(sqlText: string): readonly Row[];
  /** Copies the database to a new file, page by page, while it is in use. */
  backUp(file: string): Promise<void>;
  /** How many transactions were committed; tells whether there was anything to do. */
  commits(): number;
  /** Changes whenever another connection, such as an import worker's, has committed something. */
  foreignVersion(): number;
  close(): void;
}

/** How long a statement waits for another connection's write lock. Only an import worker ever holds it, for a few milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;
/** A commit checkpoints by itself only above this size; below it the store does when it is idle. */
const AUTO_CHECKPOINT_PAGES = 4_000;
/** The WAL file is cut back to this size after a checkpoint. */
const WAL_KEPT_BYTES = 16 * 1024 * 1024;

/** Opens (creates) a database file. WAL with synchronous NORMAL: a killed process loses nothing, a power cut at most the last commits. */
export function openDatabase(file: string): Database {
  const explain = (error: unknown): unknown => explainStorageError(error, file);
  const connection = explained(explain, () => connect(file));
  const query = createQueryBuilder();
  const begin = connection.prepare('begin immediate');
  const commit = connection.prepare('commit');
  const dataVersion = connection.prepare('pragma data_version');
  let commits = 0;

  return {
    file,
    statement: (build) => createStatement(connection, () => compileStatement(query, build), explain),
    transaction: (work) =>
      explained(explain, () => {
        begin.run();
        try {
          const result = work();
          commit.run();
          commits += 1;
          return result;
        } catch (error) {
          // SQLite has rolled back by itself after a full disk or an I/O error.
          if (connection.isTransaction) connection.exec('rollback');
          throw error;
        }
      }),
    exec: (sqlText) => explained(explain, () => connection.exec(sqlText)),
    rows: (sqlText) => explained(explain, () => connection.prepare(sqlText).all()),
    async backUp(file) {
      const { backUpDatabase } = await import('./back-up.ts');
      await backUpDatabase(connection, file);
    },
    commits: () => commits,
    foreignVersion() {
      const row = explained(explain, () => dataVersion.get());
      return row === undefined ? 0 : numeric(row, 'data_version');
    },
    close() {
      if (connection.isOpen) connection.close();
    },
  };
}

function connect(file: string): DatabaseSync {
  const connection = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
  try {
    connection.exec(
      `pragma journal_mode = wal; pragma synchronous = normal; pragma temp_store = memory;
       pragma wal_autocheckpoint = ${AUTO_CHECKPOINT_PAGES}; pragma journal_size_limit = ${WAL_KEPT_BYTES};`,
    );
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function createStatement<P extends Params>(
  connection: DatabaseSync,
  compile: () => CompiledStatement<P>,
  explain: (error: unknown) => unknown,
): Statement<P> {
  let prepared: { statement: StatementSync; bind: CompiledStatement<P>['bind'] } | undefined;
  const prepare = () => {
    if (prepared !== undefined) return prepared;
    const compiled = compile();
    prepared = { statement: connection.prepare(compiled.sql), bind: compiled.bind };
    return prepared;
  };
  return {
    run: (params) =>
      explained(explain, () => {
        const { statement, bind } = prepare();
        const { changes, lastInsertRowid } = statement.run(...bind(params));
        return { changes: Number(changes), lastId: Number(lastInsertRowid) };
      }),
    get: (params) =>
      explained(explain, () => {
        const { statement, bind } = prepare();
        return statement.get(...bind(params));
      }),
    all: (params) =>
      explained(explain, () => {
        const { statement, bind } = prepare();
        return statement.all(...bind(params));
      }),
    each: (params) =>
      explained(explain, () => {
        const { statement, bind } = prepare();
        return statement.iterate(...bind(params));
      }),
  };
}

function explained<T>(explain: (error: unknown) => unknown, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(error);
  }
}
