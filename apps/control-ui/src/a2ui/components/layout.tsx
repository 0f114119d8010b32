import { useRef, useState } from 'preact/hooks';
import { isRecord } from '../../json-record.ts';
import { boundText } from '../binding.ts';
import { listIn, textIn } from '../messages.ts';
import type { PartProps } from './part.ts';

/** Components that arrange others. */

const JUSTIFY: Readonly<Record<string, string>> = {
  start: 'flex-start',
  center: 'center',
  end: 'flex-end',
  spaceAround: 'space-around',
  spaceBetween: 'space-between',
  spaceEvenly: 'space-evenly',
};
const ALIGN: Readonly<Record<string, string>> = {
  start: 'flex-start',
  center: 'center',
  end: 'flex-end',
  stretch: 'stretch',
};

function Flow({ name, part }: { readonly name: string; readonly part: PartProps }) {
  const { props } = part;
  const justifyContent = JUSTIFY[textIn(props.distribution) ?? ''];
  const alignItems = ALIGN[textIn(props.alignment) ?? ''];
  const style = { ...(justifyContent && { justifyContent }), ...(alignItems && { alignItems }) };
  return (
    <div class={name} style={style}>
      {part.children(props.children)}
    </div>
  );
}

export const RowPart = (part: PartProps) => <Flow name="row" part={part} />;
export const ColumnPart = (part: PartProps) => <Flow name="column" part={part} />;
export const ListPart = (part: PartProps) => (
  <Flow name={part.props.direction === 'horizontal' ? 'list horizontal' : 'list'} part={part} />
);

export const CardPart = ({ props, child }: PartProps) => <section class="card">{child(props.child)}</section>;

export function TabsPart({ id, props, scope, child }: PartProps) {
  const [active, activate] = useState(0);
  const items = listIn(props.tabItems).filter(isRecord);
  return (
    <div class="tabs">
      <div role="tablist">
        {items.map((item, index) => (
          <button
            key={`${id}-${textIn(item.child)}`}
            type="button"
            role="tab"
            aria-selected={index === active}
            onClick={() => activate(index)}
          >
            {boundText(item.title, scope)}
          </button>
        ))}
      </div>
      <div role="tabpanel">{child(items[active]?.child)}</div>
    </div>
  );
}

export function ModalPart({ props, child }: PartProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      {/* biome-ignore lint/a11y: whatever stands inside is the control; a click on it bubbles up to here */}
      <div class="modal-entry" onClick={() => dialog.current?.showModal()}>
        {child(props.entryPointChild)}
      </div>
      <dialog ref={dialog} class="modal">
        <button type="button" class="modal-close" aria-label="Close" onClick={() => dialog.current?.close()}>
          ✕
        </button>
        {child(props.contentChild)}
      </dialog>
    </>
  );
}
