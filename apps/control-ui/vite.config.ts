import { defineConfig } from 'vite';

export default defineConfig({
  // Relative addresses let the gateway serve the page below any base path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
