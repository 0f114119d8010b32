export {
  type CliContext,
  CliFailure,
  type CliOutput,
  type EmbeddedAgentRequest,
  type GatewayRunOptions,
  processOutput,
} from './context.ts';
export { runCli } from './program.ts';
export { processPrompt } from './prompt.ts';
