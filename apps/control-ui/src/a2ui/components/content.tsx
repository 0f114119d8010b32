import { useMemo } from 'preact/hooks';
import { renderMarkdown } from '../../chat/markdown.ts';
import { boundText } from '../binding.ts';
import { iconSign } from '../icons.ts';
import { textIn } from '../messages.ts';
import type { PartProps } from './part.ts';

/** Components that only show something. */

const HEADINGS = new Set(['h1', 'h2', 'h3', 'h4', 'h5']);

export function TextPart({ props, scope }: PartProps) {
  const text = boundText(props.text, scope);
  const hint = textIn(props.usageHint) ?? 'body';
  const html = useMemo(() => renderMarkdown(text), [text]);
  const level = HEADINGS.has(hint) ? Number(hint.slice(1)) : undefined;
  const heading = level === undefined ? {} : { role: 'heading' as const, 'aria-level': level };
  // The HTML is sanitised by renderMarkdown.
  return <div class={`text ${hint}`} {...heading} dangerouslySetInnerHTML={{ __html: html }} />;
}

const FITS = new Set(['contain', 'cover', 'fill', 'none', 'scale-down']);

export function ImagePart({ props, scope }: PartProps) {
  const fit = textIn(props.fit);
  const style = fit !== undefined && FITS.has(fit) ? { objectFit: fit } : {};
  return <img class={`image ${textIn(props.usageHint) ?? ''}`} src={mediaUrl(props.url, scope)} alt="" style={style} />;
}

export function IconPart({ props, scope }: PartProps) {
  const name = boundText(props.name, scope);
  return (
    <span class="icon" role="img" aria-label={name}>
      {iconSign(name)}
    </span>
  );
}

export function VideoPart({ props, scope }: PartProps) {
  // biome-ignore lint/a11y/useMediaCaption: A2UI has no captions
  return <video class="video" src={mediaUrl(props.url, scope)} controls playsInline />;
}

export function AudioPart({ props, scope }: PartProps) {
  const description = boundText(props.description, scope);
  return (
    <figure class="audio">
      {description !== '' && <figcaption>{description}</figcaption>}
      {/* biome-ignore lint/a11y/useMediaCaption: A2UI has no captions */}
      <audio src={mediaUrl(props.url, scope)} controls />
    </figure>
  );
}

export function DividerPart({ props }: PartProps) {
  return <hr class={props.axis === 'vertical' ? 'divider vertical' : 'divider'} />;
}

/** Addresses come from agents: only such that load media. */
function mediaUrl(bound: unknown, scope: PartProps['scope']): string {
  const url = boundText(bound, scope).trim();
  return /^(https?:|blob:|data:(image|audio|video)\/|\.{0,2}\/)/i.test(url) ? url : '';
}
