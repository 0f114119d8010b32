/** What the apps' own start page offers to scripts, so that they work on this page too: a drawing area and a status. */
export interface Scaffold {
  readonly canvas: HTMLCanvasElement;
  readonly ctx: CanvasRenderingContext2D | null;
  setStatus(title: string | undefined, subtitle: string | undefined): void;
  setDebugStatusEnabled(enabled: boolean): void;
}

export function createScaffold(page: Document, canvas: HTMLCanvasElement, status: HTMLElement): Scaffold {
  const query = new URLSearchParams(page.location.search);
  const platform =
    query.get('platform')?.trim().toLowerCase() || (/android/i.test(navigator.userAgent) ? 'android' : '');
  if (platform !== '') page.documentElement.dataset.platform = platform;
  let enabled = ['1', 'true'].includes(query.get('debugStatus') ?? '');
  let text = '';
  const fit = (): void => {
    canvas.width = page.documentElement.clientWidth;
    canvas.height = page.documentElement.clientHeight;
  };
  const show = (): void => {
    status.textContent = text;
    status.hidden = !enabled || text === '';
  };
  fit();
  page.defaultView?.addEventListener('resize', fit);
  return {
    canvas,
    ctx: canvas.getContext('2d'),
    setStatus(title, subtitle) {
      text = [title, subtitle].filter((part) => part !== undefined && part !== '').join('\n');
      show();
    },
    setDebugStatusEnabled(next) {
      enabled = next;
      show();
    },
  };
}
