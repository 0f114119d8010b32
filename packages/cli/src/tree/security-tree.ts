import { Command } from 'commander';
import type { CliContext } from '../context.ts';

const JSON_FLAG = ['--json', 'print JSON'] as const;

function defenderCommand(context: CliContext): Command {
  const defender = new Command('defender').description('what judges every action before it runs');
  defender.action(() => defender.outputHelp());
  defender
    .command('status')
    .description('mode, policy, decisions and records of the running gateway')
    .option(...JSON_FLAG)
    .action(async (flags) => (await import('../commands/defender.ts')).defenderStatus(context, flags));
  defender
    .command('mode')
    .description('off judges nothing, audit only records, enforce asks and refuses')
    .argument('<mode>', 'off, audit or enforce')
    .option(...JSON_FLAG)
    .action(async (mode: string, flags) =>
      (await import('../commands/defender.ts')).defenderMode(context, mode, flags),
    );
  defender
    .command('sidecar')
    .description('watch another gateway and say what the defender thinks of its actions')
    .requiredOption('--gateway <url>', 'address of the gateway, ws:// or wss://')
    .option('--token <token>', 'its shared token; without it OPENCLAW_GATEWAY_TOKEN')
    .option('--password <password>', 'its shared password')
    .option('--json', 'print one JSON object a line')
    .action(async (flags) => (await import('../commands/defender-sidecar.ts')).defenderSidecar(context, flags));
  return defender;
}

function policyCommand(context: CliContext): Command {
  const policy = new Command('policy').description('signed policies of the defender');
  policy.action(() => policy.outputHelp());
  policy
    .command('keygen')
    .description('make a pair of keys to sign policies with')
    .requiredOption('--out <file>', 'the private key; the public one goes beside it as <file>.pub')
    .option('--id <name>', 'name of the key', 'house')
    .option(...JSON_FLAG)
    .action(async (flags) => (await import('../commands/policy-keys.ts')).policyKeygen(context, flags));
  policy
    .command('sign')
    .description('make a signed bundle of a policy')
    .argument('<file>', 'the policy: settings as under security.defender, JSON')
    .requiredOption('--key <file>', 'private key from keygen')
    .requiredOption('--policy-version <n>', 'higher than that of any bundle before')
    .option('--key-id <name>', 'name the key is trusted under', 'house')
    .option('--id <name>', 'name of the bundle', 'policy')
    .option('--days <n>', 'how long it may be put in force', '365')
    .option('--out <file>', 'where it goes; without it standard output')
    .action(async (file: string, flags) =>
      (await import('../commands/policy-keys.ts')).policySign(context, file, flags),
    );
  policy
    .command('verify')
    .description('would this bundle be accepted here? Ends with 1 when not')
    .argument('<file>', 'a signed bundle')
    .option('--public-key <file>', 'trust this key instead of those of the configuration')
    .option(...JSON_FLAG)
    .action(async (file: string, flags) => (await import('../commands/policy.ts')).policyVerify(context, file, flags));
  policy
    .command('apply')
    .description('put a signed bundle in force')
    .argument('<file>', 'a signed bundle')
    .option(...JSON_FLAG)
    .action(async (file: string, flags) => (await import('../commands/policy.ts')).policyApply(context, file, flags));
  policy
    .command('show')
    .description('the policies kept here, and the one in force')
    .argument('[version]', 'one of them in full')
    .option(...JSON_FLAG)
    .action(async (version: string | undefined, flags) =>
      (await import('../commands/policy.ts')).policyShow(context, version, flags),
    );
  policy
    .command('diff')
    .description('what a bundle would change')
    .argument('<bundle>', 'a file, or a version that is kept here')
    .argument('[from]', 'compared with this file or version; without it the policy in force')
    .option(...JSON_FLAG)
    .action(async (bundle: string, from: string | undefined, flags) =>
      (await import('../commands/policy.ts')).policyDiff(context, bundle, from, flags),
    );
  policy
    .command('rollback')
    .description('put an earlier accepted bundle back in force')
    .argument('<version>', 'its version, or none for the configuration alone')
    .option(...JSON_FLAG)
    .action(async (version: string, flags) =>
      (await import('../commands/policy.ts')).policyRollback(context, version, flags),
    );
  return policy;
}

function auditCommand(context: CliContext): Command {
  const audit = new Command('audit').description('the record of every decision, chained so that changes show');
  audit.action(() => audit.outputHelp());
  audit
    .command('verify')
    .description('is the record as it was written? Ends with 1 when not, and says where')
    .option('--file <file>', 'an export instead of the record of this state')
    .option('--anchors <file>', 'notes of its end, with --file')
    .option(...JSON_FLAG)
    .action(async (flags) => (await import('../commands/audit.ts')).auditVerify(context, flags));
  audit
    .command('export')
    .description('the whole record as JSON lines')
    .option('--out <file>', 'where it goes; without it standard output')
    .action(async (flags) => (await import('../commands/audit.ts')).auditExport(context, flags));
  return audit;
}

function securityCommand(context: CliContext): Command {
  const security = new Command('security').description('weak spots of this installation');
  security.action(() => security.outputHelp());
  security
    .command('audit')
    .description('look for settings and files that leave doors open')
    .option('--deep', 'also ask the running gateway')
    .option('--fix', 'close what can be closed without a question')
    .option(...JSON_FLAG)
    .action(async (flags) => (await import('../commands/security-audit.ts')).securityAudit(context, flags));
  return security;
}

/** The defender and its records on the command line. */
export function securityCommands(context: CliContext): Command[] {
  return [defenderCommand, policyCommand, auditCommand, securityCommand].map((create) => create(context));
}
