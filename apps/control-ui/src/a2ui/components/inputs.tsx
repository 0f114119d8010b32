import { useId, useState } from 'preact/hooks';
import { isRecord } from '../../json-record.ts';
import { actionContext, boundSegments, boundText, boundValue } from '../binding.ts';
import { listIn, numberIn, textIn } from '../messages.ts';
import type { PartProps } from './part.ts';

/** Components that people use. What they enter goes into the data; an input without a place there keeps it itself. */

function useBound(bound: unknown, { scope, write }: PartProps): readonly [unknown, (value: unknown) => void] {
  const [own, keep] = useState<unknown>(undefined);
  const segments = boundSegments(bound, scope);
  if (segments === undefined) return [own ?? boundValue(bound, scope), keep];
  return [boundValue(bound, scope), (value) => write(segments, value)];
}

export function ButtonPart({ id, props, scope, surface, actions, child }: PartProps) {
  const action = isRecord(props.action) ? props.action : {};
  const busy = actions.waiting.value.has(id);
  const send = (): void =>
    actions.send({
      name: textIn(action.name) ?? '',
      surfaceId: surface.id,
      sourceComponentId: id,
      context: actionContext(action.context, scope),
    });
  return (
    <button type="button" class={props.primary === true ? 'button primary' : 'button'} aria-busy={busy} onClick={send}>
      {child(props.child)}
    </button>
  );
}

export function CheckBoxPart(part: PartProps) {
  const [value, set] = useBound(part.props.value, part);
  return (
    <label class="checkbox">
      <input type="checkbox" checked={value === true} onChange={(event) => set(event.currentTarget.checked)} />
      {boundText(part.props.label, part.scope)}
    </label>
  );
}

export function TextFieldPart(part: PartProps) {
  const { props, scope } = part;
  const [value, set] = useBound(props.text, part);
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{boundText(props.label, scope)}</label>
      <TextInput
        id={id}
        kind={textIn(props.textFieldType) ?? 'shortText'}
        text={value === undefined || value === null ? '' : String(value)}
        pattern={textIn(props.validationRegexp)}
        set={set}
      />
    </div>
  );
}

interface TextInputProps {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  readonly pattern: string | undefined;
  set(text: string): void;
}

function TextInput({ id, kind, text, pattern, set }: TextInputProps) {
  const onInput = (event: { readonly currentTarget: { readonly value: string } }): void =>
    set(event.currentTarget.value);
  switch (kind) {
    case 'longText':
      return <textarea id={id} rows={4} value={text} onInput={onInput} />;
    case 'date':
      return <input id={id} type="date" value={text} onInput={onInput} />;
    case 'number':
      return <input id={id} type="number" value={text} onInput={onInput} />;
    case 'obscured':
      return <input id={id} type="password" value={text} pattern={pattern} onInput={onInput} />;
    default:
      return <input id={id} type="text" value={text} pattern={pattern} onInput={onInput} />;
  }
}

export function DateTimePart(part: PartProps) {
  const { props } = part;
  const [value, set] = useBound(props.value, part);
  const time = props.enableTime === true;
  const type = props.enableDate === false ? 'time' : time ? 'datetime-local' : 'date';
  return (
    <input
      class="field"
      type={type}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

export function ChoicePart(part: PartProps) {
  const { id, props, scope, surface } = part;
  const [value, set] = useBound(props.selections, part);
  const chosen = listIn(typeof value === 'string' ? [value] : value).map(String);
  const limit = numberIn(props.maxAllowedSelections) ?? Number.POSITIVE_INFINITY;
  const choose = (option: string, isChosen: boolean): void => {
    const others = limit === 1 ? [] : chosen.filter((entry) => entry !== option);
    set(isChosen ? [...others, option] : others);
  };
  return (
    <fieldset class="choice">
      {listIn(props.options)
        .filter(isRecord)
        .map((option) => {
          const name = textIn(option.value) ?? '';
          const isChosen = chosen.includes(name);
          return (
            <label key={name}>
              <input
                type={limit === 1 ? 'radio' : 'checkbox'}
                name={`${surface.id}-${id}-${scope.base.join('/')}`}
                checked={isChosen}
                disabled={!isChosen && limit !== 1 && chosen.length >= limit}
                onChange={(event) => choose(name, event.currentTarget.checked)}
              />
              {boundText(option.label, scope)}
            </label>
          );
        })}
    </fieldset>
  );
}

export function SliderPart(part: PartProps) {
  const { props } = part;
  const min = numberIn(props.minValue) ?? 0;
  const max = numberIn(props.maxValue) ?? 100;
  const [value, set] = useBound(props.value, part);
  const shown = Math.min(max, Math.max(min, Number(value ?? min) || min));
  return (
    <label class="slider">
      <input
        type="range"
        min={min}
        max={max}
        step="any"
        value={shown}
        onInput={(event) => set(event.currentTarget.valueAsNumber)}
      />
      <output>{Math.round(shown * 100) / 100}</output>
    </label>
  );
}
