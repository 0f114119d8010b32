/**
 * Tools whose service this gateway does not have. They are offered, because agents and their prompts expect them, and
 * answer what the contract answers when nothing is there, or say plainly that the service is missing.
 */
import type { Config } from '@chela/config';
import { isRecord, optionalText, type ToolArguments } from '../call/arguments.ts';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { ToolInputError } from '../call/tool-input-error.ts';
import { contractParameters } from '../contract-parameters.ts';
import { fieldSummary } from '../sessions/summary.ts';
import type { ToolResult } from '../tool.ts';

type Answer = (args: ToolArguments, context: CallContext) => ToolResult;

function tool(
  name: string,
  description: string,
  answer: Answer,
  fields: readonly (readonly [string, string])[],
): BuiltInTool {
  const parameters = contractParameters(name);
  const { required } = parameters;
  const needsAction = Array.isArray(required) && required.includes('action');
  return {
    name,
    description,
    parameters,
    sideEffects: 'none',
    summary: fieldSummary(fields),
    async run(args, context) {
      if (needsAction && optionalText(args, 'action') === undefined) throw new ToolInputError('action required');
      return answer(args, context);
    },
  };
}

const canvas: Answer = (args) => {
  const node = optionalText(args, 'node');
  throw new Error(node === undefined ? 'node required' : `unknown node: ${node}`);
};

const browser = (args: ToolArguments, config: Config): never => {
  const target = optionalText(args, 'target');
  if (target === 'node') throw new Error('No connected browser-capable nodes.');
  if (target === 'sandbox') {
    throw new Error(
      'Sandbox browser is unavailable. Enable agents.defaults.sandbox.browser.enabled or use target="host" if allowed.',
    );
  }
  if (isRecord(config.browser) && config.browser.enabled === false) {
    throw new Error('Browser control is disabled. Set browser.enabled=true in ~/.openclaw/openclaw.json.');
  }
  throw new Error('Browser control is not available on this gateway. Use web_fetch for pages that need no scripts.');
};

/** The tools without a service, in no particular order (reference agent/tools.md §6). */
export function createAbsentTools({ config }: { readonly config: () => Config }): readonly BuiltInTool[] {
  return [
    tool('canvas', 'Show pages on the canvas of a paired device.', canvas, [['node', 'node']]),
    tool(
      'browser',
      'Control a web browser: open pages, look at them, click and type.',
      (args) => browser(args, config()),
      [['targetUrl', 'url']],
    ),
  ];
}
