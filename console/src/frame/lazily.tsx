// A part that is loaded when it is first shown. Where it cannot be, because there is no connection or the server was upgraded
// and has it under another name, the rest of the page stays as it is, with all that was typed there. (To ask again is of no
// use: browsers keep in mind that a script could not be fetched, until the page is loaded anew.)
import { CloseButton, Text } from '@mantine/core';
import { Component, type ComponentType, cloneElement, lazy, type ReactElement, type ReactNode, useState } from 'react';
import { createPortal } from 'react-dom';
import { ApiError } from '../api/api.ts';
import { useText } from '../language/language.tsx';

/** Whoever shows the part may have given it the way to close it, or the button that opens it. */
interface Known {
  close?: () => void;
  target?: ReactElement<{ onClick?: () => void }>;
}

export function lazily<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  const Part = lazy<ComponentType<P>>(() => load().catch(() => Promise.reject(new ApiError(0, {}))));
  return (props) => (
    <Boundary missing={<Missing {...(props as Known)} />}>
      <Part {...props} />
    </Boundary>
  );
}

/** Catches that there was no answer, and nothing else. */
class Boundary extends Component<{ missing: ReactNode; children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};
  static getDerivedStateFromError = (error: Error) => ({ error });
  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    if (error instanceof ApiError && error.status === 0) return this.props.missing;
    throw error;
  }
}

function Missing({ target, close }: Known) {
  const t = useText();
  const [said, setSaid] = useState(true);
  const notice = (
    <div className="missing" role="alert">
      <Text size="sm">{t('state.missing')}</Text>
      <CloseButton aria-label={t('action.close')} onClick={close ?? (() => setSaid(false))} />
    </div>
  );
  return (
    <>
      {target && cloneElement(target, { onClick: () => setSaid(true) })}
      {said && createPortal(notice, document.body)}
    </>
  );
}
