import { expect, test } from 'vitest';
import { nativeCommands } from './native-commands.ts';

test('a menu has the commands of the contract in its order', () => {
  expect(nativeCommands({}).map(({ name }) => name.replaceAll('-', '_'))).toEqual(
    (
      'help commands skill status approve context export_session tts whoami subagents kill steer usage stop restart ' +
      'activation send reset new compact think verbose reasoning elevated exec model models queue dock_telegram ' +
      'dock_discord dock_slack'
    ).split(' '),
  );
});

test('commands that the configuration switches on come in', () => {
  const names = nativeCommands({ commands: { config: true, bash: true } }).map(({ name }) => name);
  expect(names).toContain('config');
  expect(names).not.toContain('bash');
});
