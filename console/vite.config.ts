import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { parse } from '@formatjs/icu-messageformat-parser';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const CATALOGUE = /^virtual:texts\/(first|others)\/(en|de)$/;

/**
 * Two catalogues for each language, from the texts that stand side by side. Those with places to fill in are parsed here, so
 * that no browser has to bring the parser along.
 */
const catalogues: Plugin = {
  name: 'catalogues',
  resolveId: (id) => (CATALOGUE.test(id) ? `\0${id}` : undefined),
  async load(id) {
    const [, part, language] = CATALOGUE.exec(id.slice(1)) ?? [];
    if (language === undefined) return undefined;
    const { FIRST_TEXTS, OTHER_TEXTS } = await import('./src/language/texts.ts');
    const texts = Object.entries(part === 'first' ? FIRST_TEXTS : OTHER_TEXTS).map(([key, [en, de]]) => [key, language === 'en' ? en : de] as const);
    return `export default ${JSON.stringify(Object.fromEntries(texts.map(([key, text]) => [key, text.includes('{') ? parse(text) : text])))}`;
  },
};

/** Files beside their compressed selves, which the server sends to who takes them. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  async writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle).filter((file) => /\.(js|css|svg)$/.test(file))) {
      const bytes = await readFile(join(dir as string, name));
      await writeFile(join(dir as string, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      await writeFile(join(dir as string, `${name}.br`), brotliCompressSync(bytes));
    }
  },
};

export default defineConfig({
  base: '/console/',
  plugins: [catalogues, react(), compressed],
  resolve: { alias: [{ find: /^@formatjs\/icu-messageformat-parser$/, replacement: '@formatjs/icu-messageformat-parser/no-parser.js' }] },
  // No inlined assets: the policy of the page allows what comes from this server, and no data of its own.
  build: { target: 'es2023', assetsInlineLimit: 0, reportCompressedSize: false, chunkSizeWarningLimit: 1000 },
  server: { proxy: Object.fromEntries(['/api', '/liaison', '/oauth', '/logout'].map((path) => [path, process.env.LIAISON_URL ?? 'http://127.0.0.1:8080'])) },
});
