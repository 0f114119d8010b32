export type { ActionRequest, Provenance, SessionHints } from './action-request.ts';
export { type Decision, strictest, VERDICTS, type Verdict } from './decision.ts';
export type { Finding, Guard } from './finding.ts';
