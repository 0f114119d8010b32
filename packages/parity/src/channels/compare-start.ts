import { listOf, memberOf } from '../json-value.ts';
import type { ChannelCase, ExpectedCall } from './channel-case.ts';
import { unlike } from './match.ts';

const START = 'deleteMyCommands';

/** Whether a case is about what an account does when it starts. */
export const isAboutStart = ({ expected }: ChannelCase): boolean =>
  expected.vendorCalls?.some(({ method }) => method === START) ?? false;

/**
 * A start asks who it is, then sets the menu. How often it asks is not compared. Of the menu, the names that both have
 * stand in the same order, and the operator's own are there; the recording's machine had skills and plugins of its own.
 */
export function compareStart({ expected, config }: ChannelCase, seen: readonly ExpectedCall[]): readonly string[] {
  const want = expected.vendorCalls ?? [];
  const [wanted, found] = [distinctMethods(want), distinctMethods(seen)];
  const order = wanted.join() === found.join() ? [] : [unlike('start', wanted, found)];
  const [wantedNames, foundNames] = [menuOf(want), menuOf(seen)];
  const both = wantedNames.filter((name) => foundNames.includes(name));
  const inOrder = foundNames.filter((name) => wantedNames.includes(name));
  const own = listOf(memberOf(memberOf(memberOf(config, 'channels'), 'telegram'), 'customCommands'))
    .map((entry) => String(memberOf(entry, 'command')))
    .filter((name) => wantedNames.includes(name) && !foundNames.includes(name));
  return [
    ...order,
    ...(both.join() === inOrder.join() ? [] : [unlike('start.menu', both, inOrder)]),
    ...own.map((name) => `start.menu: lacks the operator's /${name}`),
    ...wantedNames
      .filter((name) => CORE.has(name) && !foundNames.includes(name))
      .map((name) => `start.menu: lacks /${name}`),
  ];
}

/** Commands of the gateway itself, whatever is installed beside it. */
const CORE = new Set(
  'help commands skill status approve context export_session tts whoami subagents kill steer usage stop restart activation send reset new compact think verbose reasoning elevated exec model models queue dock_telegram'.split(
    ' ',
  ),
);

const distinctMethods = (calls: readonly ExpectedCall[]): readonly string[] => [
  ...new Set(calls.map(({ method }) => method)),
];

const menuOf = (calls: readonly ExpectedCall[]): readonly string[] =>
  listOf(calls.findLast(({ method }) => method === 'setMyCommands')?.params.commands).map((entry) =>
    String(memberOf(entry, 'command')),
  );
