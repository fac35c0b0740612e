// The look of the console, and what lets its styles through the page's policy.
import { Badge, createTheme } from '@mantine/core';
import { setNonce } from 'get-nonce';

// The default shades of filled buttons have too little contrast for WCAG AA; these pass in both schemes.
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: { Badge: Badge.extend({ defaultProps: { tt: 'none' } }) },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
});

export const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
// The style element that keeps the page from scrolling behind a dialog is not Mantine's own.
setNonce(nonce);
