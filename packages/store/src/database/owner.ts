import { randomUUID } from 'node:crypto';
import { numeric, type Row, text } from './columns.ts';
import type { Database } from './database.ts';
import { StoreLockedError } from './errors.ts';
import { identifyProcess, type ProcessIdentity, stillRuns } from './process-identity.ts';

/**
 * One process owns a state directory. The owner row names it by number and start time and holds its generation, the
 * lease that ledger rows carry. A dead owner's row is taken over; a live one's never.
 */
export interface Ownership {
  readonly generation: string;
  /** Gives the directory free for the next process. Rows left open by this generation become unfinished for it. */
  release(): void;
}

const CREATE_OWNER = `create table if not exists owner (
  id integer primary key check (id = 1), generation text not null, pid integer not null,
  started text not null, taken_at integer not null)`;

/** Takes the state directory. Throws StoreLockedError while another live process has it. */
export async function takeOwnership(database: Database, now: () => number): Promise<Ownership> {
  database.exec(CREATE_OWNER);
  const self = (await identifyProcess(process.pid)) ?? { pid: process.pid, started: '' };
  const generation = randomUUID();
  const current = database.statement((query) =>
    query.selectFrom('owner').select(['generation', 'pid', 'started', 'taken_at']),
  );
  const take = database.statement<{ generation: string; pid: number; started: string; at: number }>((query, slot) =>
    query.replaceInto('owner').values({
      id: 1,
      generation: slot('generation'),
      pid: slot('pid'),
      started: slot('started'),
      taken_at: slot('at'),
    }),
  );
  const free = database.statement<{ generation: string }>((query, slot) =>
    query.deleteFrom('owner').where('generation', '=', slot('generation')),
  );

  const seen = current.get({});
  if (seen !== undefined) await refuseLiveOwner(database.file, seen, self);
  database.transaction(() => {
    // Between the look above and here another starter may have been faster.
    const owner = current.get({});
    if (owner !== undefined && owner.generation !== seen?.generation) throw lockedError(database.file, owner);
    take.run({ generation, pid: self.pid, started: self.started, at: now() });
  });
  return { generation, release: () => void free.run({ generation }) };
}

async function refuseLiveOwner(file: string, owner: Row, self: ProcessIdentity): Promise<void> {
  const identity = { pid: numeric(owner, 'pid'), started: text(owner, 'started') };
  // The same process may have opened it twice: still two writers.
  if ((identity.pid === self.pid && identity.started === self.started) || (await stillRuns(identity))) {
    throw lockedError(file, owner);
  }
}

function lockedError(file: string, owner: Row): StoreLockedError {
  const since = new Date(numeric(owner, 'taken_at')).toISOString();
  return new StoreLockedError(
    `Another gateway (process ${numeric(owner, 'pid')}, since ${since}) uses ${file}. Stop it first, or give this one a state directory of its own.`,
  );
}
