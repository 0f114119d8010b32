import { filledString, finiteNumber, isObject, type JsonObject, listOf, objectOf } from '../json-shape.ts';

/** A model of OpenRouter's list that costs nothing; the members are those scripts read. */
export interface FreeModel {
  readonly id: string;
  readonly name: string;
  /** Whose model it is: what stands before the slash. */
  readonly provider: string;
  readonly modelRef: string;
  readonly contextLength: number | null;
  readonly maxCompletionTokens: number | null;
  readonly supportsToolsMeta: boolean;
  /** `text->text`, `text+image->text`. */
  readonly modality: string | null;
  /** Billions of parameters as its name has it. */
  readonly inferredParamB: number | null;
  readonly createdAtMs: number | null;
  readonly isFree: true;
}

export interface FreeModelFilter {
  /** Billions; a model whose name does not say is left out. */
  readonly minParamsB?: number;
  readonly maxAgeDays?: number;
  readonly provider?: string;
}

const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;

/** The free models of an answer of `GET /models` that pass the filter. */
export function freeModels(answer: unknown, filter: FreeModelFilter, nowMs: number): readonly FreeModel[] {
  return listOf(objectOf(answer).data)
    .filter(isObject)
    .filter(isFree)
    .flatMap(readModel)
    .filter((model) => passes(model, filter, nowMs));
}

function isFree(row: JsonObject): boolean {
  if (filledString(row.id)?.endsWith(':free') === true) return true;
  const { prompt, completion } = objectOf(row.pricing);
  return [prompt, completion].every((price) => price !== undefined && Number(price) === 0);
}

function readModel(row: JsonObject): readonly FreeModel[] {
  const id = filledString(row.id);
  if (id === undefined) return [];
  const name = filledString(row.name) ?? id;
  const created = finiteNumber(row.created);
  const params = /(?:^|[^a-z0-9.])(\d+(?:\.\d+)?)b(?![a-z0-9])/i.exec(`${id} ${name}`)?.[1];
  return [
    {
      id,
      name,
      provider: id.split('/')[0] ?? '',
      modelRef: `openrouter/${id}`,
      contextLength: finiteNumber(row.context_length) ?? null,
      maxCompletionTokens: finiteNumber(objectOf(row.top_provider).max_completion_tokens) ?? null,
      supportsToolsMeta: listOf(row.supported_parameters).includes('tools'),
      modality: filledString(objectOf(row.architecture).modality) ?? null,
      inferredParamB: params === undefined ? null : Number(params),
      createdAtMs: created === undefined ? null : created * SECOND_MS,
      isFree: true,
    },
  ];
}

function passes(model: FreeModel, { minParamsB, maxAgeDays, provider }: FreeModelFilter, nowMs: number): boolean {
  if (minParamsB !== undefined && (model.inferredParamB ?? 0) < minParamsB) return false;
  if (maxAgeDays !== undefined && (model.createdAtMs ?? 0) < nowMs - maxAgeDays * DAY_MS) return false;
  return provider === undefined || model.provider.toLowerCase().startsWith(provider.trim().toLowerCase());
}
