import type { ShownDecision } from '../../security/read-security.ts';

const SIGNS: Readonly<Record<string, string>> = { allow: '✓', review: '?', block: '✕' };

export function DecisionList({ decisions }: { readonly decisions: readonly ShownDecision[] }) {
  return (
    <div>
      <h3>Decisions</h3>
      {decisions.length === 0 && <p class="muted">Nothing was judged yet.</p>}
      <ul class="decisions" aria-live="polite">
        {decisions.map((decision) => (
          <li key={decision.id}>
            <details class={`decision verdict-${decision.verdict}`} data-testid="decision">
              <summary>
                <span class="verdict">
                  <span aria-hidden="true">{SIGNS[decision.verdict] ?? '·'}</span> {decision.verdict} {decision.score}
                </span>
                <span class="decision-subject">
                  {decision.tool && <strong>{decision.tool}</strong>} {decision.subject}
                </span>
                <time dateTime={new Date(decision.at).toISOString()}>{new Date(decision.at).toLocaleTimeString()}</time>
              </summary>
              {decision.reasons.length === 0 && <p>Nothing speaks against it.</p>}
              <ul>
                {decision.reasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
              <p class="tags">
                {decision.tags.map((tag) => (
                  <code key={tag}>{tag}</code>
                ))}
              </p>
            </details>
          </li>
        ))}
      </ul>
    </div>
  );
}
