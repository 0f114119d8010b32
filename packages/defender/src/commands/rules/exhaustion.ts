import type { Finding } from '../../finding.ts';
import { isShell } from '../run/code-arguments.ts';
import { type CommandRule, CRITICAL, SERIOUS } from './rule.ts';

/** A loop without end that leaves something running each time, or runs itself where nobody sees it. */
const ENDLESS =
  /\b(?:while\s+(?:true|:|1|\[ 1 \])|until\s+false|for\s*\(\(\s*;;\s*\)\))\s*;?\s*do\b(?:[^\n&]{0,400}[^\n&>]&\s*;?\s*done\b|\s*:\s*;\s*done\s*&)/;

/** Using the machine up. */
export const exhaustion: CommandRule = ({ commands, source }) => {
  const isBomb = commands.some(
    ({ name, inFunction, background, upstream, downstream }) =>
      inFunction !== undefined &&
      name === inFunction &&
      (background || upstream.some((other) => other.name === name) || downstream.some((other) => other.name === name)),
  );
  const again = commands.filter(
    ({ name, args, input, upstream }) =>
      isShell(name) && args.length === 0 && input === undefined && upstream.length === 0,
  );
  const isDouble = again.length > 1 && again.some(({ background }) => background);
  const bomb: readonly Finding[] =
    isBomb || isDouble ? [{ tag: 'fork_bomb', ...CRITICAL, reason: 'starts itself again and again' }] : [];
  const isMiner = commands.some(
    ({ name, args }) =>
      /^(?:xmrig|minerd|cpuminer|ethminer|cgminer|nbminer|t-rex)$/.test(name) ||
      args.some((arg) => /^stratum\+(?:tcp|ssl):/.test(arg)),
  );
  const isFilling = commands.some(
    ({ name, downstream, redirects, background }) =>
      (name === 'yes' && background) ||
      (name === 'yes' &&
        !downstream.some((next) => next.name === 'head') &&
        [...redirects, ...downstream.flatMap((next) => next.redirects)].some(
          ({ operator, target }) => operator.includes('>') && !target.startsWith('/dev/null'),
        )) ||
      (name === 'yes' && downstream.some((next) => next.name === 'tee' && next.args.length > 0)),
  );
  if (ENDLESS.test(source))
    return [...bomb, { tag: 'resource_abuse', ...SERIOUS, reason: 'starts programs without end' }];
  if (isFilling) return [...bomb, { tag: 'resource_abuse', ...SERIOUS, reason: 'fills the memory or the disk' }];
  return isMiner ? [...bomb, { tag: 'resource_abuse', ...SERIOUS, reason: 'mines coins on this machine' }] : bomb;
};
