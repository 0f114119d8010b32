import { randomInt } from 'node:crypto';

const ADJECTIVES =
  'amber brave brisk calm clear coral crisp deep eager early fair fleet fresh gentle glad grand keen ' +
  'kind late light lively lucky merry mild neat noble pale plain proud quick quiet rapid ready royal ' +
  'salty sandy sharp silent smooth steady sunny swift tender tidal vivid warm wide young';
const NOUNS =
  'anchor bay beach brook buoy cape cliff coast cove crab creek current delta dune ebb fjord foam gull ' +
  'harbor heron inlet island kelp lagoon marsh otter pebble pier pool quay rapids reef ridge river sail ' +
  'seal shell shoal shore sound spray stream surf tide wave wharf willow wind';
const TRIES = 12;
const SUFFIX_LIMIT = 99;

function pick(list: string): string {
  const words = list.split(' ');
  return words[randomInt(words.length)] ?? 'still';
}

/**
 * A name for a command that people and models can say: `<adjective>-<noun>`, with a third word, then a number, when
 * names run out (reference agent/tools.md ).
 */
export function sessionSlug(taken: (slug: string) => boolean): string {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const slug = `${pick(ADJECTIVES)}-${pick(NOUNS)}`;
    if (!taken(slug)) return slug;
  }
  const base = `${pick(ADJECTIVES)}-${pick(NOUNS)}-${pick(NOUNS)}`;
  if (!taken(base)) return base;
  for (let number = 2; number <= SUFFIX_LIMIT; number += 1) {
    const slug = `${base}-${number}`;
    if (!taken(slug)) return slug;
  }
  return `${base}-${randomInt(2 ** 32).toString(36)}`;
}
