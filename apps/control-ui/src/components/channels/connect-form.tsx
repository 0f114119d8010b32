import type { ChannelsStore } from '../../channels/channels-store.ts';
import type { KnownChannel, SetupField } from '../../channels/read-channels.ts';

interface ConnectFormProps {
  readonly channels: ChannelsStore;
  readonly channel: KnownChannel;
  readonly onDone: () => void;
}

/** Asks for what an account needs, as its channel says, and writes it into the configuration. */
export function ConnectForm({ channels, channel, onDone }: ConnectFormProps) {
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
    await channels.setUp(channel.id, accountId, Object.fromEntries(filled));
    if (channels.problem.value !== undefined) return;
    form.reset();
    onDone();
  };
  return (
    <form class="connect" aria-label={`Connect ${channel.label}`} onSubmit={(event) => void submit(event)}>
      <h4>Connect</h4>
      {channel.setup.map((field) => (
        <label key={field.key} for={`setup-${field.key}`}>
          <span>
            {field.label}
            {field.isRequired && <span class="muted"> (needed)</span>}
          </span>
          <FieldInput field={field} />
          {field.help && <small class="muted">{field.help}</small>}
        </label>
      ))}
      <label>
        <span>Account</span>
        <input name="accountId" placeholder="default" autocomplete="off" />
      </label>
      <button type="submit" class="primary">
        Connect
      </button>
    </form>
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
