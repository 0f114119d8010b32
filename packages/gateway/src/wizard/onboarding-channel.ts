import type { ChannelFacts, SetupField } from '@chela/channels';
import type { OnboardingStep, StepDefinition } from './onboarding-state.ts';

/** The wizard's question which chat service to connect, and one for each setting that its account cannot do without. */

export interface OnboardingChannel {
  readonly id: string;
  readonly label: string;
  readonly blurb: string;
  /** The first field of each group that is required. */
  readonly needed: readonly SetupField[];
}

/** The chosen channel and what was answered for its account `default`, by key. */
export interface ChannelDraft {
  readonly id: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const SKIP = 'skip';

export function onboardingChannel({ id, label, blurb, setup }: ChannelFacts): OnboardingChannel {
  const needed = setup.filter(
    ({ key, requiredGroup: group }) =>
      group !== undefined && setup.find((field) => field.requiredGroup === group)?.key === key,
  );
  return { id, label, blurb, needed };
}

export const channelStep: StepDefinition = {
  show: ({ facts }) => ({
    type: 'select',
    message: 'Connect a chat service?',
    options: [
      ...facts.channels.map(({ id, label, blurb }) => ({ value: id, label, hint: blurb })),
      { value: SKIP, label: 'Skip for now', hint: 'the web page is always there' },
    ],
    initialValue: SKIP,
  }),
  take(value, { facts }) {
    if (value === SKIP) return { to: 'summary' };
    const chosen = facts.channels.find(({ id }) => id === value);
    if (chosen === undefined) return `Choose one of: ${[...facts.channels.map(({ id }) => id), SKIP].join(', ')}`;
    const change = { channel: { id: chosen.id, values: {} } };
    return { to: chosen.needed.length === 0 ? 'summary' : 'channelSetting', change };
  },
};

export const channelSettingStep: StepDefinition = {
  show: ({ facts, draft }) => {
    const [field] = openFields(facts.channels, draft.channel);
    return field === undefined ? nothingToAsk() : question(labelOf(facts.channels, draft.channel), field);
  },
  take(value, { facts, draft }) {
    const [field, ...more] = openFields(facts.channels, draft.channel);
    if (field === undefined || draft.channel === undefined) return { to: 'summary' };
    const given = typeof value === 'number' ? String(value) : value;
    const answer = typeof given === 'string' ? settingOf(field, given.trim()) : undefined;
    if (answer === undefined) return `${field.label} is needed`;
    const { id, values } = draft.channel;
    const change = { channel: { id, values: { ...values, [field.key]: answer } } };
    return { to: more.length > 0 ? 'channelSetting' : 'summary', change };
  },
};

/** The part of the configuration that connects the channel. */
export function channelPatch(channel: ChannelDraft | undefined): Readonly<Record<string, unknown>> {
  return channel === undefined ? {} : { channels: { [channel.id]: { enabled: true, ...channel.values } } };
}

function openFields(channels: readonly OnboardingChannel[], draft: ChannelDraft | undefined): readonly SetupField[] {
  const needed = channels.find(({ id }) => id === draft?.id)?.needed ?? [];
  return needed.filter(({ key }) => draft === undefined || !Object.hasOwn(draft.values, key));
}

export function labelOf(channels: readonly OnboardingChannel[], draft: ChannelDraft | undefined): string {
  return channels.find(({ id }) => id === draft?.id)?.label ?? draft?.id ?? '';
}

const question = (channel: string, { label, help, isSecret }: SetupField): OnboardingStep => ({
  type: 'text',
  message: `${channel}: ${label}${help === undefined ? '' : ` (${help})`}`,
  ...(isSecret && { sensitive: true }),
});

const nothingToAsk = (): OnboardingStep => ({ type: 'note', message: 'Everything is answered.' });

/** In the setting's own type; undefined for what is none. */
function settingOf({ kind }: SetupField, text: string): unknown {
  if (text === '') return undefined;
  if (kind === 'number') return Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (kind === 'boolean') return /^(y|yes|true|1|on)$/i.test(text);
  if (kind === 'list') return text.split(',').flatMap((item) => item.trim() || []);
  return text;
}
