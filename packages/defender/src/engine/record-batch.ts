import { setImmediate } from 'node:timers';

/** Collects what is to be kept during one turn of the event loop, so that it is kept in one go. */
export interface RecordBatch<Item> {
  /** Resolves once the item is kept; rejects when its batch could not be. */
  add(item: Item): Promise<void>;
}

/** `keep` keeps all items it is given or, when it throws, none of them. */
export function createRecordBatch<Item>(keep: (items: readonly Item[]) => void): RecordBatch<Item> {
  let batch: { readonly items: Item[]; readonly kept: Promise<void> } | undefined;

  function begin(): NonNullable<typeof batch> {
    const items: Item[] = [];
    const { promise: kept, resolve, reject } = Promise.withResolvers<void>();
    setImmediate(() => {
      batch = undefined;
      try {
        keep(items);
        resolve();
      } catch (error) {
        reject(error);
      }
    });
    return { items, kept };
  }

  return {
    add(item) {
      batch ??= begin();
      batch.items.push(item);
      return batch.kept;
    },
  };
}
