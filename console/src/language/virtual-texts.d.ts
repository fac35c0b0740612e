// The catalogues (`first` and `others`, of each language) that the build makes of texts.ts.
declare module 'virtual:texts/*' {
  const messages: Record<string, string>;
  export default messages;
}
