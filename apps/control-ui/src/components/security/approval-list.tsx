import type { SecurityStore } from '../../security/security-store.ts';

/** Actions that wait for a word; one click each. */
export function ApprovalList({ security }: { readonly security: SecurityStore }) {
  const waiting = security.approvals.value;
  if (waiting.length === 0) return null;
  return (
    <section class="approvals" aria-label="Waiting for you">
      <h3>Waiting for you</h3>
      <ul>
        {waiting.map(({ id, command, agentId }) => (
          <li key={id} class="card" data-testid="approval">
            <pre>{command}</pre>
            <div class="card-row">
              <span class="muted">{agentId && `agent ${agentId}`}</span>
              <button type="button" onClick={() => void security.resolve(id, 'deny')}>
                Deny
              </button>
              <button type="button" class="primary" onClick={() => void security.resolve(id, 'allow-once')}>
                Allow once
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
