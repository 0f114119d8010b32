import { useSignal } from '@preact/signals';
import type { ChannelsStore } from '../../channels/channels-store.ts';
import type { KnownChannel, SetupField } from '../../channels/read-channels.ts';

interface ConnectFormProps {
  readonly channels: ChannelsStore;
  readonly channel: KnownChannel;
  readonly onDone: () => void;
}

/** Asks for what an account needs, as its channel says, and writes it into the configuration. */
export function ConnectForm({ channels, channel, onDone }: ConnectFormProps) {
  const missing = useSignal('');
  const needed = channel.setup.filter((field) => isFirstOfGroup(field, channel.setup));
  const others = channel.setup.filter((field) => !needed.includes(field));
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const data = new FormData(form);
    const accountId = String(data.get('accountId') ?? '').trim() || 'default';
    const filled = channel.setup.flatMap((field): [string, unknown][] => {
      const value = fieldValue(field, data);
      return value === undefined ? [] : [[field.key, value]];
    });
    const keys = filled.map(([key]) => key);
    missing.value = needed.map((field) => missingText(field, channel.setup, keys)).find(Boolean) ?? '';
    if (missing.value !== '') return;
    await channels.setUp(channel.id, accountId, Object.fromEntries(filled));
    if (channels.problem.value !== undefined) return;
    form.reset();
    onDone();
  };
  return (
    <form class="connect" aria-label={`Connect ${channel.label}`} onSubmit={(event) => void submit(event)}>
      <h4>Connect</h4>
      {needed.map((field) => (
        <Field key={field.key} field={field} />
      ))}
      <details>
        <summary>More settings</summary>
        {others.map((field) => (
          <Field key={field.key} field={field} />
        ))}
        <label>
          <span>Account</span>
          <input name="accountId" placeholder="default" autocomplete="off" />
          <small class="muted">a name of your own, when you connect more than one</small>
        </label>
      </details>
      {missing.value && (
        <p class="notice" role="alert">
          {missing.value}
        </p>
      )}
      <button type="submit" class="primary">
        Connect
      </button>
    </form>
  );
}

function isFirstOfGroup({ key, requiredGroup }: SetupField, all: readonly SetupField[]): boolean {
  return requiredGroup !== undefined && all.find((field) => field.requiredGroup === requiredGroup)?.key === key;
}

/** What is said when none of the fields of a group is filled; empty when one is. */
function missingText({ requiredGroup }: SetupField, all: readonly SetupField[], filled: readonly string[]): string {
  const ways = all.filter((field) => field.requiredGroup === requiredGroup);
  if (ways.some(({ key }) => filled.includes(key))) return '';
  return `${ways.map(({ label }) => label).join(' or ')} is needed.`;
}

function Field({ field }: { readonly field: SetupField }) {
  return (
    <label for={`setup-${field.key}`}>
      <span>{field.label}</span>
      <FieldInput field={field} />
      {field.help && <small class="muted">{field.help}</small>}
    </label>
  );
}

function FieldInput({ field }: { readonly field: SetupField }) {
  if (field.kind === 'boolean') {
    return (
      <select id={`setup-${field.key}`} name={field.key}>
        <option value="">default</option>
        <option value="true">on</option>
        <option value="false">off</option>
      </select>
    );
  }
  if (field.isSecret) return <input id={`setup-${field.key}`} name={field.key} type="password" autocomplete="off" />;
  if (field.kind === 'number')
    return <input id={`setup-${field.key}`} name={field.key} type="number" autocomplete="off" />;
  return <input id={`setup-${field.key}`} name={field.key} type="text" autocomplete="off" spellcheck={false} />;
}

/** What was typed, in the setting's own type; undefined for nothing. */
function fieldValue(field: SetupField, data: FormData): unknown {
  const text = String(data.get(field.key) ?? '').trim();
  if (text === '') return undefined;
  if (field.kind === 'number') return Number(text);
  if (field.kind === 'boolean') return text === 'true';
  if (field.kind === 'list') return text.split(',').flatMap((item) => item.trim() || []);
  return text;
}
