// A request as code: each snippet runs as it stands, with a token in the environment.
import { type Call, curlOf } from '../api/curl.ts';

export function snippetsOf(call: Call): Record<'curl' | 'JavaScript' | 'Python' | 'Go', string> {
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
    Go: goOf(method, url, body),
  };
}

/** Its compiler takes no import that is not used. */
const goOf = (method: string, url: string, body: string | undefined) => `package main

import (
	"fmt"
	"io"
	"net/http"
	"os"${body ? '\n\t"strings"' : ''}
)

func main() {
	request, err := http.NewRequest("${method}", ${url}, ${body ? `strings.NewReader(${JSON.stringify(body)})` : 'nil'})
	if err != nil {
		panic(err)
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("TOKEN"))${body ? '\n\trequest.Header.Set("Content-Type", "application/json")' : ''}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println(answer.StatusCode, string(text))
}`;
