// The sign-in page and its neighbours: finished HTML that needs no script, and a policy that lets none run.
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Words } from './words.ts';

export interface Form {
  /** What the person goes on to. */
  client: string;
  email: string;
  /** A choice of some, a field for its name, or nothing where it is known. */
  organization: { choices: { id: string; name: string }[] } | { text: string } | undefined;
  csrf: string;
  problem: string | undefined;
  /** Where the form may lead: browsers hold the policy against redirects, too. */
  goesTo: string;
}

export function sendForm(reply: FastifyReply, status: number, words: Words, form: Form): FastifyReply {
  const problem = form.problem === undefined ? '' : `<p role="alert" id="problem"><strong>${words.error}:</strong> ${html(form.problem)}</p>`;
  const described = form.problem === undefined ? '' : ' aria-describedby="problem"';
  const isChoice = form.organization !== undefined && 'choices' in form.organization;
  const first = form.email === '' ? 'email' : isChoice ? 'organization' : 'password';
  const focus = (name: string) => (name === first ? ' autofocus' : '');
  const body = `<h1>${words.title}</h1>
<p>${html(words.to(form.client))}</p>
${problem}
<form method="post">
<input type="hidden" name="csrf" value="${form.csrf}">
<label for="email">${words.email}</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="255" value="${html(form.email)}"${described}${focus('email')}>
${organizationField(words, form, focus('organization'))}<label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${described}${focus('password')}>
<button>${words.submit}</button>
</form>`;
  return send(reply, status, words, `${form.problem === undefined ? '' : `${words.error}: `}${words.title}`, body, `'self' ${sourceOf(form.goesTo)}`);
}

function organizationField(words: Words, { organization }: Form, focus: string): string {
  if (organization === undefined) return '';
  if ('text' in organization)
    return `<label for="organization">${words.organization} <small>(${words.optional})</small></label>
<input id="organization" name="organization" autocomplete="organization" maxlength="200" value="${html(organization.text)}">\n`;
  const choices = organization.choices.map(({ id, name }) => `<option value="${id}">${html(name)}</option>`).join('');
  return `<label for="organization">${words.organization}</label>
<select id="organization" name="organization" required${focus}><option value="">${words.choose}</option>${choices}</select>\n`;
}

/** What ends here: signed out, or a request that can be neither answered nor sent back. */
export function sendNotice(reply: FastifyReply, status: number, words: Words, title: string, ...paragraphs: string[]): FastifyReply {
  return send(reply, status, words, title, `<h1>${title}</h1>\n${paragraphs.map((text) => `<p>${html(text)}</p>`).join('\n')}`, "'none'");
}

const STYLE = `:root{color-scheme:light dark;--edge:#767676;--accent:#1d4ed8;--on:#fff;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--edge:#8c8c8c;--accent:#93b4ff;--on:#0b1020;--bad:#ffb4ab}}
body{font:1rem/1.5 system-ui,sans-serif;margin:0;display:grid;min-height:100vh;place-items:center}
main{width:min(22rem,calc(100vw - 2rem));padding:1rem 0}
h1{margin:0;font-size:1.5rem}
h1+p{margin:.25rem 0 1.5rem}
label{display:block;margin:1rem 0 .25rem}
input,select,button{font:inherit;box-sizing:border-box;width:100%;padding:.6rem;border:1px solid var(--edge);border-radius:.3rem}
button{margin-top:1.5rem;background:var(--accent);color:var(--on);border-color:var(--accent);cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
[role=alert]{border-left:4px solid var(--bad);padding-left:.75rem}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

function send(reply: FastifyReply, status: number, words: Words, title: string, body: string, formAction: string): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`,
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-language': words.language,
      vary: 'Accept-Language',
    })
    .send(`<!doctype html>
<html lang="${words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`);
}

/** Some programs send on whoever comes back to them, so that any page may be where it ends; of other schemes only the one asked for. */
const sourceOf = (uri: string): string => [...new Set(['https:', new URL(uri).protocol])].join(' ');

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const html = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPED[character] as string);
