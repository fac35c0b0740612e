// Says something at the edge of the screen for a while; what shows it is loaded with the first such word.

export interface Word {
  message: string;
  color?: string;
}

export async function notify(word: Word): Promise<void> {
  const { show } = await import('./notices.tsx');
  show(word);
}
