import { isCredentialFile, isOwnState, isStartedByItself, isSystemFile } from '../commands/paths.ts';
import type { Finding, Guard } from '../finding.ts';

/** What takes a file's content out of it, to the model or away. */
const READERS = new Set(['read', 'image', 'memory_get', 'send']);
const WRITERS = new Set(['write', 'edit', 'apply_patch']);
const POINTS = 25;
const LOGIN_POINTS = 80;

/** What tools may do to files without a shell (reference defender/defender.md §B.2, the same danger classes). */
export const fileGuard: Guard = ({ tool, filePath }) => {
  if (filePath === undefined || tool === undefined) return [];
  if (READERS.has(tool)) return isCredentialFile(filePath) ? [credentialRead] : [];
  return WRITERS.has(tool) ? written(filePath) : [];
};

const credentialRead: Finding = {
  tag: 'credential_read',
  points: POINTS,
  floor: 'review',
  reason: 'reads a file that holds keys or passwords',
};

function written(path: string): readonly Finding[] {
  const floor = 'review';
  if (/\.ssh\/(?:authorized_keys|rc)/.test(path)) {
    return [{ tag: 'persistence', points: LOGIN_POINTS, floor: 'block', reason: 'lets a key log in to this machine' }];
  }
  if (isStartedByItself(path)) {
    return [{ tag: 'persistence', points: POINTS, floor, reason: 'writes a file that is run by itself later' }];
  }
  if (isOwnState(path)) {
    return [{ tag: 'gateway_tamper', points: POINTS, floor, reason: "writes into the gateway's own state" }];
  }
  if (isSystemFile(path)) return [{ tag: 'protected_write', points: POINTS, floor, reason: 'writes system files' }];
  return [];
}
