import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  // No inlined assets: the policy of the page allows what comes from this server, and no data of its own.
  build: { target: 'es2023', assetsInlineLimit: 0, reportCompressedSize: false, chunkSizeWarningLimit: 1000 },
  server: { proxy: Object.fromEntries(['/api', '/liaison', '/oauth', '/logout'].map((path) => [path, process.env.LIAISON_URL ?? 'http://127.0.0.1:8080'])) },
});
