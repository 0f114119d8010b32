import { CHELA_VERSION, COMPAT_VERSION } from './release.ts';

const argv = process.argv.slice(2);
const invokedAs = process.env.CHELA_INVOKED_AS === 'openclaw' ? 'openclaw' : 'chela';

/** Answers `--version` anywhere on the line before anything is loaded. */
function wantsVersion(): boolean {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  return own.some((word) => word === '-V' || word === '-v' || word === '--version');
}

async function main(): Promise<number> {
  if (wantsVersion()) {
    process.stdout.write(`${invokedAs === 'openclaw' ? COMPAT_VERSION : CHELA_VERSION}\n`);
    return 0;
  }
  const { startCommandLine } = await import('./command-line.ts');
  return startCommandLine(argv, invokedAs);
}

process.exitCode = await main();
