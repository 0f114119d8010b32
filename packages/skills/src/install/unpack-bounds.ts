import { sep } from 'node:path';

/** Bounds against archives that unpack to more than a disk holds. */
const UNPACKED_MAX_BYTES = 4_294_967_296;
const UNPACKED_MAX_ENTRIES = 100_000;

/** Counts what is unpacked. */
export interface UnpackBudget {
  /** False when it is too much. */
  take(bytes: number): boolean;
}

export const TOO_LARGE = 'the archive is too large to unpack';

export function createUnpackBudget(): UnpackBudget {
  let bytesLeft = UNPACKED_MAX_BYTES;
  let entriesLeft = UNPACKED_MAX_ENTRIES;
  return {
    take(bytes) {
      bytesLeft -= bytes;
      entriesLeft -= 1;
      return bytesLeft >= 0 && entriesLeft >= 0;
    },
  };
}

/** A path of an archive without its leading folders; empty when nothing is left. */
export function stripped(path: string, strip: number): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .slice(strip)
    .join('/');
}

/** Whether an absolute path is a folder or lies in it. */
export function isInside(dir: string, path: string): boolean {
  return path === dir || path.startsWith(dir + sep);
}
