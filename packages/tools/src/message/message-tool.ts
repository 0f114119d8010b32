import { isRecord, optionalText, type ToolArguments } from '../call/arguments.ts';
import type { BuiltInTool } from '../call/call-context.ts';
import { jsonResult } from '../call/result.ts';
import { ToolInputError } from '../call/tool-input-error.ts';
import { contractParameters } from '../contract-parameters.ts';
import type { MessageRoom } from '../rooms/messages.ts';
import { fieldSummary } from '../sessions/summary.ts';
import type { ToolScope } from '../tool.ts';

type Parameters = BuiltInTool['parameters'];

const ALWAYS = 'send';
const SEND_FIELDS = ['provider', 'to', 'media', 'replyTo', 'threadId'] as const;
const MESSAGE_FIELDS = ['to', 'messageId', 'emoji'] as const;

/**
 * `message`: sends and everything else that a channel can do (reference channels/framework.md §18). The schema names the
 * actions that are open where the conversation is; the channels judge the call themselves.
 */
export function createMessageTool(deps: { readonly room: () => MessageRoom | undefined }): BuiltInTool {
  const parameters = contractParameters('message');
  /** By the actions and buttons that it offers: the same schema again is the same object, so it is compiled once. */
  const shaped = new Map<string, Parameters>();

  function parametersFor({ origin }: ToolScope): Parameters {
    const room = deps.room();
    const actions = [...new Set([ALWAYS, ...(room?.actions(origin?.channel) ?? [])])];
    const hasButtons = room?.hasButtons(origin?.channel) ?? false;
    if (actions.length === 1 && !hasButtons) return parameters;
    const key = `${hasButtons} ${actions.join()}`;
    const known = shaped.get(key) ?? shape(parameters, actions, hasButtons);
    shaped.set(key, known);
    return known;
  }

  return {
    name: 'message',
    description: 'Send a message to a person or group on a connected channel, or act on messages there.',
    parameters,
    parametersFor,
    sideEffects: 'possible',
    summary: (args) => fieldSummary(fieldsOf(args))(args),
    async run(args, context) {
      const action = optionalText(args, 'action');
      if (action === undefined) throw new ToolInputError('action required');
      const room = deps.room();
      if (room === undefined) return refuse(args, action);
      const { agentId, sessionKey, runId, toolCallId, signal, scope } = context;
      const call = {
        action,
        params: args,
        origin: scope.origin,
        agentId,
        sessionKey,
        runId,
        callId: toolCallId,
        signal,
      };
      return jsonResult(await room.perform(call));
    },
  };
}

/** Without any channel: what is missing is said in the order of the contract. */
function refuse(args: ToolArguments, action: string): never {
  // Several targets are for a broadcast.
  const targets = action === 'broadcast' && Array.isArray(args.targets) ? args.targets.length : 0;
  const target = optionalText(args, 'target') ?? optionalText(args, 'to') ?? optionalText(args, 'channelId');
  if (target === undefined && targets === 0) throw new ToolInputError(`Action ${action} requires a target.`);
  const channel = optionalText(args, 'channel');
  if (channel === undefined) throw new Error('Channel is required (no configured channels detected).');
  throw new Error(`Unknown channel: ${channel}`);
}

/** What a viewer reads of a call; of a send nothing but its unusual parts. */
function fieldsOf(args: ToolArguments): readonly (readonly [string, string])[] {
  const fields = optionalText(args, 'action') === ALWAYS ? SEND_FIELDS : MESSAGE_FIELDS;
  return fields.map((field) => [field, field] as const);
}

const BUTTONS = {
  type: 'array',
  description: 'Rows of buttons below the message.',
  items: {
    type: 'array',
    items: {
      type: 'object',
      required: ['text', 'callback_data'],
      properties: { text: { type: 'string' }, callback_data: { type: 'string' }, style: { type: 'string' } },
    },
  },
} as const;

function shape(base: Parameters, actions: readonly string[], hasButtons: boolean): Parameters {
  const properties = isRecord(base.properties) ? base.properties : {};
  return {
    ...base,
    properties: {
      ...properties,
      action: { type: 'string', enum: actions },
      ...(hasButtons && { buttons: BUTTONS }),
    },
  };
}
