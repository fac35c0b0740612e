// Files of the server are fetched by signed links, which are good for a quarter of an hour: a new one is asked for when
// somebody clicks, so that a page that has stood open for longer still has one that works.
import { Button, type ButtonProps } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useText } from '../language/language.tsx';
import { notify } from './notify.ts';

interface DownloadProps extends ButtonProps {
  /** A new link. */
  link: () => Promise<string | undefined>;
  children: React.ReactNode;
  'aria-label'?: string;
}

export function Download({ link, children, ...more }: DownloadProps) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const fetchFile = async () => {
    setAsking(true);
    try {
      const url = await link();
      if (url === undefined) throw new Error(t('state.notFound'));
      location.assign(ownLink(url));
    } catch (error) {
      notify({ color: 'red', message: error instanceof Error ? error.message : String(error) });
    }
    setAsking(false);
  };
  return (
    <Button variant="light" size="xs" leftSection={<IconDownload size={16} aria-hidden />} {...more} loading={asking} onClick={fetchFile}>
      {children}
    </Button>
  );
}

/** The page may reach the server by another name than the one that links are made with, and may ask this one only. */
export function ownLink(url: string): string {
  const { pathname, search } = new URL(url, location.origin);
  return pathname + search;
}
