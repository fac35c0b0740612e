import { parse } from '@formatjs/icu-messageformat-parser';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Texts with places to fill in are parsed when the console is built, so that no browser has to bring the parser along. */
const parsedTexts: Plugin = {
  name: 'parsed-texts',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/texts.ts')) return undefined;
    return code.replaceAll(/'((?:[^'\\\n]|\\.)*\{(?:[^'\\\n]|\\.)*)'/g, (_, text: string) => JSON.stringify(parse(text.replaceAll("\\'", "'"))));
  },
};

export default defineConfig({
  base: '/console/',
  plugins: [parsedTexts, react()],
  resolve: { alias: [{ find: /^@formatjs\/icu-messageformat-parser$/, replacement: '@formatjs/icu-messageformat-parser/no-parser.js' }] },
  // No inlined assets: the policy of the page allows what comes from this server, and no data of its own.
  build: { target: 'es2023', assetsInlineLimit: 0, reportCompressedSize: false, chunkSizeWarningLimit: 1000 },
  server: { proxy: Object.fromEntries(['/api', '/liaison', '/oauth', '/logout'].map((path) => [path, process.env.LIAISON_URL ?? 'http://127.0.0.1:8080'])) },
});
