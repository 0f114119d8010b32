import type { ComponentChild, ComponentType } from 'preact';
import { isRecord } from '../../json-record.ts';
import type { Scope } from '../binding.ts';
import { listItems, pathSegments, valueAt } from '../data-model.ts';
import { type ComponentNode, listIn, textIn } from '../messages.ts';
import type { Surface } from '../surfaces.ts';
import type { UserActions } from '../user-actions.ts';
import { AudioPart, DividerPart, IconPart, ImagePart, TextPart, VideoPart } from './content.tsx';
import { ButtonPart, CheckBoxPart, ChoicePart, DateTimePart, SliderPart, TextFieldPart } from './inputs.tsx';
import { CardPart, ColumnPart, ListPart, ModalPart, RowPart, TabsPart } from './layout.tsx';
import type { PartProps } from './part.ts';

const PARTS: Readonly<Record<string, ComponentType<PartProps>>> = {
  AudioPlayer: AudioPart,
  Button: ButtonPart,
  Card: CardPart,
  CheckBox: CheckBoxPart,
  Column: ColumnPart,
  DateTimeInput: DateTimePart,
  Divider: DividerPart,
  Icon: IconPart,
  Image: ImagePart,
  List: ListPart,
  Modal: ModalPart,
  MultipleChoice: ChoicePart,
  Row: RowPart,
  Slider: SliderPart,
  Tabs: TabsPart,
  Text: TextPart,
  TextField: TextFieldPart,
  Video: VideoPart,
};

/** Components may name each other in circles; nothing sensible is nested this deep. */
const DEPTH_LIMIT = 40;
/** Copies of one template. */
const ITEMS_LIMIT = 1_000;

interface SurfaceViewProps {
  readonly surface: Surface;
  readonly actions: UserActions;
  write(segments: readonly string[], value: unknown): void;
}

/** Draws a surface from its root; what is not known yet is left out and comes with a later message. */
export function SurfaceView({ surface, actions, write }: SurfaceViewProps) {
  const draw = (id: unknown, scope: Scope, depth: number): ComponentChild => {
    const node = typeof id === 'string' ? surface.components.get(id) : undefined;
    const Part = node && PARTS[node.type];
    if (!node || !Part || depth > DEPTH_LIMIT) return null;
    const part: PartProps = {
      id: node.id,
      props: node.props,
      scope,
      surface,
      actions,
      write,
      child: (childId, childScope = scope) => draw(childId, childScope, depth + 1),
      children: (value) => drawChildren(value, scope, depth + 1),
    };
    return weighted(node, <Part key={`${node.id} ${scope.base.join('/')}`} {...part} />);
  };

  const drawChildren = (value: unknown, scope: Scope, depth: number): ComponentChild[] => {
    if (!isRecord(value)) return [];
    if (!isRecord(value.template)) return listIn(value.explicitList).map((id) => draw(id, scope, depth));
    const { componentId, dataBinding } = value.template;
    const list = pathSegments(textIn(dataBinding) ?? '/', scope.base);
    return listItems(valueAt(scope.data, list))
      .slice(0, ITEMS_LIMIT)
      .map((item) => draw(componentId, { data: scope.data, base: [...list, item] }, depth));
  };

  const style = {
    ...(surface.font !== undefined && { fontFamily: surface.font }),
    ...(surface.primaryColor !== undefined && { '--primary': surface.primaryColor }),
  };
  return (
    <section class="surface" data-surface={surface.id} style={style}>
      {draw(surface.root, { data: surface.data, base: [] }, 0)}
    </section>
  );
}

function weighted(node: ComponentNode, part: ComponentChild): ComponentChild {
  if (node.weight === undefined) return part;
  return (
    <div key={`weight ${node.id}`} class="weighted" style={{ flex: node.weight }}>
      {part}
    </div>
  );
}
