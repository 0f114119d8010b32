import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { ignoringUnknown } from './ignoring-unknown.ts';

/** `models …` (reference cli/commands.json). Bare `models` is `models status`. */
export function modelsCommand(context: CliContext): Command {
  const models = new Command('models')
    .description('which models answer, and with whose credentials')
    .option('--status-json', 'print the status as JSON')
    .option('--status-plain', 'print the default model only')
    .option('--agent <id>', 'agent whose credentials are meant')
    .action(async ({ statusJson, statusPlain, agent }) =>
      (await import('../models/status.ts')).modelsStatus(context, { json: statusJson, plain: statusPlain, agent }),
    );
  ignoringUnknown(models.command('list'))
    .description('list configured models')
    .option('--all', 'every model that is known')
    .option('--local', 'only models on this machine')
    .option('--provider <name>', 'only models of a provider')
    .option('--json', 'print JSON')
    .option('--plain', 'print names only')
    .action(async (flags) => (await import('../models/list.ts')).modelsList(context, flags));
  ignoringUnknown(models.command('status'))
    .description('the models in use and where their credentials come from')
    .option('--json', 'print JSON')
    .option('--plain', 'print the default model only')
    .option('--check', 'exit code 1 when a credential is missing or expired, 2 when one expires soon')
    .option('--probe', 'ask each provider now; costs a few tokens')
    .option('--probe-provider <name>', 'only this provider')
    .option('--probe-profile <id>', 'only this profile; several with commas')
    .option('--probe-timeout <ms>', 'how long to wait for each')
    .option('--probe-concurrency <n>', 'how many at a time')
    .option('--probe-max-tokens <n>', 'tokens an answer may have')
    .option('--agent <id>', 'agent whose credentials are meant')
    .action(async (flags) =>
      (await import('../models/status.ts')).modelsStatus(context, {
        agent: models.opts<{ agent?: string }>().agent,
        ...flags,
      }),
    );
  models
    .command('set')
    .description('set the default model')
    .argument('<model>', 'provider/model or an alias')
    .action(async (model: string) => (await import('../models/choose.ts')).chooseModel(context, 'model', model));
  models
    .command('set-image')
    .description('set the model that looks at images')
    .argument('<model>', 'provider/model or an alias')
    .action(async (model: string) => (await import('../models/choose.ts')).chooseModel(context, 'imageModel', model));
  models.addCommand(aliasesCommand(context));
  models.addCommand(fallbacksCommand(context, 'fallbacks', 'model'));
  models.addCommand(fallbacksCommand(context, 'image-fallbacks', 'imageModel'));
  models.addCommand(scanCommand(context));
  models.addCommand(authCommand(context, models));
  return models;
}

function aliasesCommand(context: CliContext): Command {
  const aliases = new Command('aliases').description('short names of models');
  aliases.action(() => aliases.outputHelp());
  aliases
    .command('list')
    .description('list them')
    .option('--json', 'print JSON')
    .option('--plain', 'print names only')
    .action(async (flags) => (await import('../models/aliases.ts')).aliasesList(context, flags));
  aliases
    .command('add')
    .description('give a model a short name')
    .argument('<alias>', 'the short name')
    .argument('<model>', 'provider/model')
    .action(async (alias: string, model: string) =>
      (await import('../models/aliases.ts')).aliasesAdd(context, alias, model),
    );
  aliases
    .command('remove')
    .description('take a short name away')
    .argument('<alias>', 'the short name')
    .action(async (alias: string) => (await import('../models/aliases.ts')).aliasesRemove(context, alias));
  return aliases;
}

function fallbacksCommand(context: CliContext, name: string, slot: 'model' | 'imageModel'): Command {
  const fallbacks = new Command(name).description(
    slot === 'model' ? 'models to try when the default fails' : 'models to try when the image model fails',
  );
  fallbacks.action(() => fallbacks.outputHelp());
  fallbacks
    .command('list')
    .description('list them')
    .option('--json', 'print JSON')
    .option('--plain', 'print names only')
    .action(async (flags) => (await import('../models/fallbacks.ts')).fallbacksList(context, slot, flags));
  fallbacks
    .command('add')
    .description('add one at the end')
    .argument('<model>', 'provider/model or an alias')
    .action(async (model: string) => (await import('../models/fallbacks.ts')).fallbacksAdd(context, slot, model));
  fallbacks
    .command('remove')
    .description('take one away')
    .argument('<model>', 'provider/model or an alias')
    .action(async (model: string) => (await import('../models/fallbacks.ts')).fallbacksRemove(context, slot, model));
  fallbacks
    .command('clear')
    .description('take all away')
    .action(async () => (await import('../models/fallbacks.ts')).fallbacksClear(context, slot));
  return fallbacks;
}

function scanCommand(context: CliContext): Command {
  return new Command('scan')
    .description('find free models of OpenRouter that call tools, and use them as fallbacks')
    .option('--min-params <b>', 'only models with so many billions of parameters')
    .option('--max-age-days <days>', 'only models that are not older')
    .option('--provider <name>', 'only models whose maker begins so')
    .option('--max-candidates <n>', 'how many become fallbacks', '6')
    .option('--timeout <ms>', 'how long a model may take to answer')
    .option('--concurrency <n>', 'how many are asked at a time')
    .option('--no-probe', 'list them without asking them; changes nothing')
    .option('--yes', 'take the best ones without asking', false)
    .option('--no-input', 'never ask')
    .option('--set-default', 'make the best one the default model', false)
    .option('--set-image', 'make the best one that sees the image model', false)
    .option('--json', 'print JSON', false)
    .action(async (flags) => (await import('../models/scan.ts')).modelsScan(context, flags));
}

function authCommand(context: CliContext, models: Command): Command {
  const auth = new Command('auth')
    .description('credentials of providers')
    .option('--agent <id>', 'agent whose credentials are meant');
  auth.action(() => auth.outputHelp());
  const agentOf = (flags: { readonly agent?: string }): string | undefined =>
    flags.agent ?? auth.opts<{ agent?: string }>().agent ?? models.opts<{ agent?: string }>().agent;
  auth
    .command('add')
    .description('ask for a provider and its credential')
    .action(async (flags) => (await import('../models/auth.ts')).authAdd(context, agentOf(flags)));
  auth
    .command('login')
    .description('sign in to a provider in the browser')
    .option('--provider <id>', 'the provider')
    .option('--method <id>', 'accepted; each provider has one way to sign in')
    .option('--set-default', 'use a model of the provider from now on')
    .action(async (flags) => (await import('../models/auth.ts')).authLogin(context, agentOf(flags), flags));
  auth
    .command('setup-token')
    .description('store a token that the command line of the provider made')
    .option('--provider <name>', 'the provider', 'anthropic')
    .option('--yes', 'do not ask before')
    .action(async (flags) => (await import('../models/auth.ts')).authSetupToken(context, agentOf(flags), flags));
  auth
    .command('paste-token')
    .description('store a token')
    .requiredOption('--provider <name>', 'the provider')
    .option('--profile-id <id>', 'name of the profile; <provider>:manual otherwise')
    .option('--expires-in <duration>', 'how long it is good, for example 365d or 12h')
    .action(async (flags) => (await import('../models/auth.ts')).authPasteToken(context, agentOf(flags), flags));
  auth
    .command('login-github-copilot')
    .description('sign in to GitHub Copilot')
    .option('--profile-id <id>', 'name of the profile; github-copilot:github otherwise')
    .option('--yes', 'replace a profile without asking')
    .action(async (flags) =>
      (await import('../models/auth.ts')).authLogin(context, agentOf(flags), { ...flags, provider: 'github-copilot' }),
    );
  auth.addCommand(orderCommand(context, agentOf));
  return auth;
}

function orderCommand(
  context: CliContext,
  agentOf: (flags: { readonly agent?: string }) => string | undefined,
): Command {
  const order = new Command('order').description('the order in which the profiles of a provider are tried');
  order.action(() => order.outputHelp());
  order
    .command('get')
    .description('print it')
    .requiredOption('--provider <name>', 'the provider')
    .option('--agent <id>', 'the agent')
    .option('--json', 'print JSON')
    .action(async (flags) => (await import('../models/auth-order.ts')).orderGet(context, agentOf(flags), flags));
  order
    .command('set')
    .description('write it')
    .argument('<profileIds...>', 'the profiles, first choice first')
    .requiredOption('--provider <name>', 'the provider')
    .option('--agent <id>', 'the agent')
    .action(async (ids: string[], flags) =>
      (await import('../models/auth-order.ts')).orderSet(context, agentOf(flags), flags.provider, ids),
    );
  order
    .command('clear')
    .description('go back to the order of last use')
    .requiredOption('--provider <name>', 'the provider')
    .option('--agent <id>', 'the agent')
    .action(async (flags) =>
      (await import('../models/auth-order.ts')).orderSet(context, agentOf(flags), flags.provider, undefined),
    );
  return order;
}
