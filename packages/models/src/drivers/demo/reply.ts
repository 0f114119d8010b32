import type { ModelMessage, ModelRequest, ToolCallPart, ToolResultMessage, UserMessage } from '../../driver.ts';
import { textOf } from '../message-parts.ts';
import { readIntent } from './intent.ts';

/** What the demonstration does next: say something, or say something and call a tool. */
export interface DemoReply {
  readonly text: string;
  readonly call?: { readonly name: string; readonly args: Readonly<Record<string, unknown>> };
}

const OUTPUT_LIMIT_CHARS = 4000;
const RECALL_LIMIT = 10;

const INTRODUCTION = [
  'I am the built-in demonstration, not a language model: I understand a few phrases and run real tools, without any network.',
  '',
  'Try one of these:',
  '- list the files here',
  '- run date',
  '- read AGENTS.md',
  '- write hello to hello.txt',
  '- remember that my cat is called Mia',
  '- what did I say?',
  '',
  'To talk to a real model, set `agents.defaults.model.primary` in the configuration, put the API key of a provider into the environment, or start a local model server, then start the gateway again.',
].join('\n');

/** Decides from the conversation alone; the same request always gets the same reply. */
export function demoReply(request: ModelRequest): DemoReply {
  const lastUser = request.messages.findLastIndex((message) => message.role === 'user');
  const asked = request.messages[lastUser];
  if (asked?.role !== 'user') return { text: INTRODUCTION };
  const results = request.messages.slice(lastUser + 1).filter((message) => message.role === 'toolResult');
  const intent = readIntent(spokenText(asked));
  if (intent.kind === 'talk') return { text: INTRODUCTION };
  if (intent.kind === 'recall') return { text: recall(request.messages.slice(0, lastUser)) };
  if (results.length > 0) return { text: report(intent.purpose, results) };
  if (!request.tools.some(({ name }) => name === intent.tool)) {
    return { text: `That needs the tool \`${intent.tool}\`, which the policy of this agent does not offer.` };
  }
  return { text: 'One moment, I use a tool for that.', call: { name: intent.tool, args: intent.args } };
}

/** The call as a message part. */
export function demoCall(call: NonNullable<DemoReply['call']>, id: string): ToolCallPart {
  return { type: 'toolCall', id, name: call.name, arguments: call.args };
}

/** What the person wrote: without the metadata block and the time stamp in front of it. */
export function spokenText(message: UserMessage): string {
  const text = textOf(message.content).replace(/^(?:[^\n]*\(untrusted metadata\):\n```json\n[\s\S]*?\n```\n+)+/, '');
  return text.replace(/^\[[^\]\n]{4,60}\]\s+/, '').trim();
}

function report(purpose: string, results: readonly ToolResultMessage[]): string {
  const failed = results.find(({ isError }) => isError);
  const output = results
    .map(({ content }) => textOf(content))
    .join('\n')
    .trim();
  const shown = output.length > OUTPUT_LIMIT_CHARS ? `${output.slice(0, OUTPUT_LIMIT_CHARS)}\n…` : output;
  if (failed !== undefined) return `The tool \`${failed.toolName}\` could not do that:\n\n${fenced(shown)}`;
  return shown === '' || /^\(no output\)$/i.test(shown) ? purpose : `${purpose}\n\n${fenced(shown)}`;
}

/** A fence longer than any inside the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((ticks) => ticks[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function recall(earlier: readonly ModelMessage[]): string {
  const said = earlier
    .filter((message) => message.role === 'user')
    .map(spokenText)
    .filter((text) => text !== '');
  if (said.length === 0) return 'This is the first thing you said in this session.';
  return [
    'In this session you said:',
    ...said.slice(-RECALL_LIMIT).map((text) => `- ${text.replace(/\s+/g, ' ')}`),
  ].join('\n');
}
