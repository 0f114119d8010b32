import type { Finding } from '../../finding.ts';
import { type CommandRule, CRITICAL, SERIOUS } from './rule.ts';

/** Using the machine up. */
export const exhaustion: CommandRule = ({ commands }) => {
  const isBomb = commands.some(
    ({ name, inFunction, background, upstream, downstream }) =>
      inFunction !== undefined &&
      name === inFunction &&
      (background || upstream.some((other) => other.name === name) || downstream.some((other) => other.name === name)),
  );
  const bomb: readonly Finding[] = isBomb
    ? [{ tag: 'fork_bomb', ...CRITICAL, reason: 'starts itself again and again' }]
    : [];
  const isMiner = commands.some(
    ({ name, args }) =>
      /^(?:xmrig|minerd|cpuminer|ethminer|cgminer|nbminer|t-rex)$/.test(name) ||
      args.some((arg) => /^stratum\+(?:tcp|ssl):/.test(arg)),
  );
  return isMiner ? [...bomb, { tag: 'resource_abuse', ...SERIOUS, reason: 'mines coins on this machine' }] : bomb;
};
