import { randomInt } from 'node:crypto';

/** Without 0, 1, I and O, which people mix up (reference channels/framework.md §6). */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const CODE_CHARS = 8;
const TRIES = 500;

/** A code that none of the waiting ones has. */
export function newPairingCode(taken: ReadonlySet<string>): string {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const code = Array.from({ length: CODE_CHARS }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
    if (!taken.has(code)) return code;
  }
  throw new Error('no free pairing code was found');
}
