// A request as code: each snippet runs as it stands, with a token in the environment.
import { type Call, curlOf } from '../api/curl.ts';

export function snippetsOf(call: Call): Record<'curl' | 'JavaScript' | 'Python', string> {
  const url = JSON.stringify(location.origin + call.url);
  const { method, body } = call;
  const json = body ? `\n    'Content-Type': 'application/json',` : '';
  return {
    curl: curlOf(call),
    JavaScript: `const answer = await fetch(${url}, {
  method: '${method}',
  headers: {
    Authorization: \`Bearer \${process.env.TOKEN}\`,${json}
  },${body ? `\n  body: ${JSON.stringify(body)},` : ''}
});
console.log(answer.status, await answer.text());`,
    Python: `import os, urllib.request

request = urllib.request.Request(${url}, method="${method}"${body ? `, data=${JSON.stringify(body)}.encode()` : ''})
request.add_header("Authorization", f"Bearer {os.environ['TOKEN']}")${body ? `\nrequest.add_header("Content-Type", "application/json")` : ''}
with urllib.request.urlopen(request) as answer:
    print(answer.status, answer.read().decode())`,
  };
}
