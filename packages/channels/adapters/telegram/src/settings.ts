import { type ButtonScope, buttonScope } from './button-scope.ts';
import { booleanIn, listIn, numberIn, oneOf, recordIn, stringIn } from './json.ts';

/** How an account behaves, read from its merged section (reference channels/telegram.md §1). Times in seconds. */
export interface AccountSettings {
  readonly apiRoot: string;
  readonly timeoutSeconds: number;
  readonly network: { readonly proxy?: string; readonly autoSelectFamily: boolean };
  readonly webhook?: WebhookSettings;
  readonly hasLinkPreview: boolean;
  readonly reactionNotifications: 'off' | 'own' | 'all';
  readonly inlineButtons: ButtonScope;
  readonly hasNativeCommands: boolean;
  readonly customCommands: readonly CustomCommand[];
  /** Ids of `groups`, or undefined without such a map. */
  readonly groups: readonly string[] | undefined;
  /** Groups whose messages are answered without a mention. */
  readonly openGroups: readonly string[];
}

export interface WebhookSettings {
  readonly url: string;
  readonly secret: string;
  readonly path: string;
  readonly host: string;
  readonly port: number;
}

export interface CustomCommand {
  readonly command: string;
  readonly description: string;
}

const DEFAULT_API_ROOT = 'https://api.telegram.org';
/** Of the client library: what the longest upload may take. */
const DEFAULT_TIMEOUT_SECONDS = 500;
const DEFAULT_WEBHOOK_PATH = '/telegram-webhook';
const DEFAULT_WEBHOOK_HOST = '127.0.0.1';
const DEFAULT_WEBHOOK_PORT = 8787;

/** For tests alone: where the Bot API is. */
const API_ROOT_VARIABLE = 'CHELA_TELEGRAM_API_ROOT';
/** For tests alone: the port of the webhook listener. */
const WEBHOOK_PORT_VARIABLE = 'CHELA_TELEGRAM_WEBHOOK_PORT';
const FAMILY_VARIABLES = {
  off: 'OPENCLAW_TELEGRAM_DISABLE_AUTO_SELECT_FAMILY',
  on: 'OPENCLAW_TELEGRAM_ENABLE_AUTO_SELECT_FAMILY',
};

type Variables = Readonly<Record<string, string | undefined>>;

export function readSettings(settings: Readonly<Record<string, unknown>>, env: Variables): AccountSettings {
  const proxy = stringIn(settings, 'proxy');
  const webhook = webhookOf(settings, env);
  const groups = recordIn(settings, 'groups');
  return {
    apiRoot: (env[API_ROOT_VARIABLE] ?? DEFAULT_API_ROOT).replace(/\/+$/, ''),
    timeoutSeconds: numberIn(settings, 'timeoutSeconds') ?? DEFAULT_TIMEOUT_SECONDS,
    network: { autoSelectFamily: familyChoice(settings, env), ...(proxy && { proxy }) },
    ...(webhook && { webhook }),
    hasLinkPreview: booleanIn(settings, 'linkPreview') ?? true,
    reactionNotifications: oneOf(stringIn(settings, 'reactionNotifications'), ['off', 'own', 'all'], 'own'),
    inlineButtons: buttonScope(settings),
    hasNativeCommands: recordIn(settings, 'commands')?.native !== false,
    customCommands: customCommands(settings),
    groups: groups && Object.keys(groups),
    openGroups: Object.keys(groups ?? {}).filter((id) => recordIn(groups, id)?.requireMention === false),
  };
}

function webhookOf(settings: Readonly<Record<string, unknown>>, env: Variables): WebhookSettings | undefined {
  const url = stringIn(settings, 'webhookUrl');
  if (!url) return undefined;
  return {
    url,
    secret: stringIn(settings, 'webhookSecret') ?? '',
    path: stringIn(settings, 'webhookPath') ?? DEFAULT_WEBHOOK_PATH,
    host: stringIn(settings, 'webhookHost') ?? DEFAULT_WEBHOOK_HOST,
    port: Number(env[WEBHOOK_PORT_VARIABLE] ?? DEFAULT_WEBHOOK_PORT),
  };
}

function familyChoice(settings: Readonly<Record<string, unknown>>, env: Variables): boolean {
  if (isSet(env[FAMILY_VARIABLES.off])) return false;
  if (isSet(env[FAMILY_VARIABLES.on])) return true;
  return booleanIn(recordIn(settings, 'network'), 'autoSelectFamily') ?? true;
}

const isSet = (value: string | undefined): boolean => /^(1|true|yes|on)$/i.test(value?.trim() ?? '');

function customCommands(settings: Readonly<Record<string, unknown>>): readonly CustomCommand[] {
  return listIn(settings, 'customCommands').flatMap((entry) => {
    const command = commandName(stringIn(entry, 'command') ?? '');
    const description = stringIn(entry, 'description')?.trim() ?? '';
    return command && description ? [{ command, description }] : [];
  });
}

/** The form in which Telegram knows a command; undefined when it takes none such. */
export function commandName(name: string): string | undefined {
  const plain = name.trim().replace(/^\/+/, '').trim().toLowerCase().replaceAll('-', '_');
  return /^[a-z0-9_]{1,32}$/.test(plain) ? plain : undefined;
}
