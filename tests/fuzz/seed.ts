import { randomInt } from 'node:crypto';

const SEED_MAX = 2 ** 31 - 1;

/** The seed of this run, told so that the run can be repeated with CHELA_FUZZ_SEED. */
export function fuzzSeed(what: string): number {
  const seed = Number(process.env.CHELA_FUZZ_SEED ?? randomInt(SEED_MAX));
  process.stdout.write(`fuzzing ${what}: seed ${seed} (CHELA_FUZZ_SEED=${seed} repeats it)\n`);
  return seed;
}
