// What the page's scripts share: how an action is posted, and how elements and times are made.

const { urlA, urlB } = document.body.dataset;
const urls = { A: urlA, B: urlB };

// Posts an action to a server, and gives the JSON objects of its answer, one per line, each as soon as it has arrived.
export async function* post(server, fields) {
  const response = await fetch(`${urls[server]}/action.php`, {
    method: 'POST',
    credentials: 'include',
    body: new URLSearchParams(fields),
  });
  for await (const line of lines(response.body)) {
    if (line.error) throw new Error(line.error);
    yield line;
  }
}

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    for (let end; (end = text.indexOf('\n')) >= 0; text = text.slice(end + 1)) {
      yield JSON.parse(text.slice(0, end));
    }
  }
}

export function element(tag, className, text = '') {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

export const milliseconds = (ms) => (ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`);
