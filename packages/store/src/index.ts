export type * from './ledger.ts';
export {
  LabelTakenError,
  type SessionEntry,
  type SessionQuery,
  type SessionRepository,
  type SessionRow,
} from './sessions.ts';
export type { Store, StoreOptions } from './store.ts';
export type * from './transcript.ts';
// createStore(options: StoreOptions): Promise<Store> comes from open-store.ts
