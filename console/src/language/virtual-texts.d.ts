// The catalogues that the build makes of texts.ts.
declare module 'virtual:texts/*' {
  const messages: Record<string, string>;
  export default messages;
}
