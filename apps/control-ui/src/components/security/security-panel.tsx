import { useEffect, useRef } from 'preact/hooks';
import type { SecurityStore } from '../../security/security-store.ts';
import { ApprovalList } from './approval-list.tsx';
import { DecisionList } from './decision-list.tsx';
import { ModeSwitch } from './mode-switch.tsx';
import { QuarantineList } from './quarantine-list.tsx';

/** What the defender decides, asks and put away, over the chat. */
export function SecurityPanel({ security }: { readonly security: SecurityStore }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const status = security.status.value;
  return (
    <section class="security" aria-labelledby="security-heading">
      <div class="column">
        <header class="security-head">
          <h2 id="security-heading" ref={heading} tabIndex={-1}>
            Security
          </h2>
          <button type="button" class="icon-button" aria-label="Close security" onClick={() => security.show(false)}>
            ✕
          </button>
        </header>
        {security.problem.value && (
          <p class="notice" role="alert">
            {security.problem.value}
          </p>
        )}
        <ApprovalList security={security} />
        <ModeSwitch security={security} />
        {status && (
          <p class="muted">
            {status.policy === undefined
              ? 'The configuration is the policy.'
              : `Policy version ${status.policy} is in force.`}{' '}
            {status.entries === 1 ? 'One entry' : `${status.entries} entries`} in the audit log.
          </p>
        )}
        <DecisionList decisions={security.decisions.value} />
        <QuarantineList security={security} />
      </div>
    </section>
  );
}
