import { useEffect, useMemo, useRef } from 'preact/hooks';
import { prepareLinks, renderMarkdown } from '../chat/markdown.ts';

const COPIED_MS = 1500;

/** Adds a copy button to every code block of a rendered text. */
function addCopyButtons(root: HTMLElement): void {
  for (const block of root.querySelectorAll('pre')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', () => {
      void navigator.clipboard.writeText(block.querySelector('code')?.textContent ?? '').then(() => {
        button.textContent = 'Copied';
        setTimeout(() => (button.textContent = 'Copy'), COPIED_MS);
      });
    });
    block.append(button);
  }
}

export function Markdown({ text }: { readonly text: string }) {
  const root = useRef<HTMLDivElement>(null);
  const html = useMemo(() => renderMarkdown(text), [text]);
  useEffect(() => {
    if (!root.current) return;
    prepareLinks(root.current);
    addCopyButtons(root.current);
  }, [html]);
  // The HTML is sanitised by renderMarkdown.
  return <div ref={root} class="markdown" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}
