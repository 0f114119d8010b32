export type * from './runtime.ts';
// createAgentRuntime(deps): AgentRuntime comes from create-runtime.ts
