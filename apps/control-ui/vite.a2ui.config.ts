import { defineConfig } from 'vite';

/** The A2UI page: one script beside one page, at the address that apps know. */
export default defineConfig({
  root: 'a2ui',
  base: '/__openclaw__/a2ui/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    outDir: 'dist',
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { entryFileNames: 'a2ui.bundle.js', assetFileNames: 'a2ui.[ext]' } },
  },
});
