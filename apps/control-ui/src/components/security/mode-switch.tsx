import { MODES, type Mode } from '../../security/read-security.ts';
import type { SecurityStore } from '../../security/security-store.ts';

const MEANING: Record<Mode, { readonly name: string; readonly text: string }> = {
  off: { name: 'Off', text: 'Nothing is judged.' },
  audit: { name: 'Audit', text: 'Everything runs; decisions are recorded.' },
  enforce: { name: 'Enforce', text: 'Risky actions wait for you; dangerous ones are refused.' },
};

export function ModeSwitch({ security }: { readonly security: SecurityStore }) {
  const status = security.status.value;
  return (
    <fieldset class="modes" disabled={status === undefined || status.isPinned}>
      <legend>Mode</legend>
      {MODES.map((mode) => (
        <label key={mode} class={status?.mode === mode ? 'mode chosen' : 'mode'}>
          <input
            type="radio"
            name="defender-mode"
            checked={status?.mode === mode}
            onChange={() => void security.setMode(mode)}
          />
          <span>
            <strong>{MEANING[mode].name}</strong>
            <small>{MEANING[mode].text}</small>
          </span>
        </label>
      ))}
      {status?.isPinned && <p class="muted">The environment of the gateway sets the mode (CHELA_DEFENDER_MODE).</p>}
    </fieldset>
  );
}
