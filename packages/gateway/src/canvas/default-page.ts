/** The page of a canvas that nobody has put anything on yet: says what this is and tries the way to the app. */
export const DEFAULT_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Chela canvas</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 1.5rem; }
  main { max-width: 34rem; }
  button { font: inherit; padding: .5rem 1rem; margin: 0 .5rem .5rem 0; }
  output { display: block; margin-top: .5rem; opacity: .75; }
</style>
</head>
<body>
<main>
<h1>This canvas is empty</h1>
<p>Files of this folder are shown here; replace <code>index.html</code> with a page of your own. The buttons send an action to your agent when the page is shown by the app on a phone or a Mac.</p>
<button data-action="hello">Hello</button>
<button data-action="time">Time</button>
<button data-action="photo">Photo</button>
<button data-action="dalek">Dalek</button>
<output id="status"></output>
</main>
<script>
  const say = (text) => { document.getElementById('status').textContent = text; };
  addEventListener('openclaw:a2ui-action-status', ({ detail }) => {
    say(detail?.ok ? 'The action arrived.' : 'The action failed: ' + (detail?.error ?? 'no reason given'));
  });
  for (const button of document.querySelectorAll('button')) {
    const name = button.dataset.action;
    button.onclick = () => {
      const sent = openclawSendUserAction({ name, surfaceId: 'main', sourceComponentId: 'demo.' + name, context: { t: Date.now() } });
      say(sent ? 'Sent, waiting for the answer.' : 'No app shows this page, so nothing was sent.');
    };
  }
</script>
</body>
</html>
`;
