import { render } from 'preact';
import { SurfaceView } from './components/surface-view.tsx';
import { type A2uiRenderer, createRenderer } from './renderer.ts';
import { createScaffold } from './scaffold.ts';
import { createUserActions, type UserActions } from './user-actions.ts';
import './styles.css';

function Page({ renderer, actions }: { readonly renderer: A2uiRenderer; readonly actions: UserActions }) {
  const notice = actions.notice.value;
  const drawn = [...renderer.surfaces.value.values()].filter((surface) => surface.root !== undefined);
  return (
    <>
      {drawn.map((surface) => (
        <SurfaceView
          key={surface.id}
          surface={surface}
          actions={actions}
          write={(segments, value) => renderer.write(surface.id, segments, value)}
        />
      ))}
      {notice && (
        <div class={`notice ${notice.kind}`} role="status">
          {notice.text}
        </div>
      )}
    </>
  );
}

const renderer = createRenderer();
const root = document.getElementById('a2ui');
const canvas = document.querySelector('canvas');
const status = document.getElementById('openclaw-status');
if (root) render(<Page renderer={renderer} actions={createUserActions(window)} />, root);
if (canvas && status) Object.assign(window, { __openclaw: createScaffold(document, canvas, status) });
Object.assign(window, { openclawA2UI: renderer.host });
