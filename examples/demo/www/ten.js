// "Ten requests at once": sends ten requests of the one session under each lock mode, and draws who waited and who
// worked. The times are the servers'; both have the same clock.

import { element, milliseconds, post } from './shared.js';

const MODES = ['row', 'merge'];
const TEN = 10;
// Milliseconds between one pair of requests, one to either server, and the next. Browsers open six connections at once
// to a server, hence both; and an idle worker of PHP's own web server takes two that come in the same moment, and answers
// them one after the other.
const APART = 5;
const STEPS = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10000]; // milliseconds from mark to mark of the axis

const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

// Runs and draws; returns the session afterwards, which server read it, and what was seen in words.
export async function tenAtOnce(place) {
  const runs = [];
  let last;
  for (const mode of MODES) {
    await result('A', { action: 'before_ten' });
    const requests = await ten(mode);
    last = await result('B', { action: 'read' });
    runs.push(measured(mode, requests, last.kept));
  }
  const span = Math.max(...runs.map((run) => run.whole)); // one scale for all, so that lengths can be compared
  place.replaceChildren(...runs.map((run) => figure(run, span)));
  return { ...last, words: runs.map((run) => `${run.mode}: ${seconds(run.whole)}, ${run.keys}. ${run.words}`).join(' ') };
}

// Their results, when none is under way any more: also where one has failed, whose error is thrown then.
async function ten(lock) {
  const sent = [];
  for (let number = 1; number <= TEN; number++) {
    const answer = result(number % 2 ? 'A' : 'B', { action: 'one_of_ten', lock, number });
    sent.push(answer.then((line) => ({ number, ...line }), (error) => ({ error })));
    if (number % 2 === 0) await new Promise((resolve) => { setTimeout(resolve, APART); });
  }
  const requests = await Promise.all(sent);
  const failed = requests.find(({ error }) => error);
  if (failed) throw failed.error;
  return requests;
}

async function result(server, fields) {
  let line = null;
  for await (line of post(server, fields)); // the last one is the result
  if (line === null) throw new Error('The answer ended before the result.');
  return line;
}

function measured(mode, requests, kept) {
  const zero = Math.min(...requests.map(({ began }) => began));
  const whole = Math.max(...requests.map(({ done }) => done)) - zero;
  const workedAt = (moment) => requests.filter(({ started, worked }) => started <= moment && moment < worked).length;
  const atOnce = Math.max(...requests.map(({ started }) => workedAt(started)));
  const waited = Math.max(...requests.map(({ began, started }) => started - began));
  const late = requests.filter(({ began }) => began - zero > 50).length;
  const words = `At most ${atOnce} worked at a time, and the longest wait for the session was ${milliseconds(waited)}.`
    + (late ? ` ${late} began late, held up before PHP: in the browser, or for a worker that was busy.` : '');
  requests.sort((a, b) => a.started - b.started);
  return { mode, requests, zero, whole, keys: `${kept} of ${TEN} keys kept`, words };
}

function figure({ mode, requests, zero, whole, keys, words }, span) {
  const made = element('figure');
  const head = element('h3', '', 'rustdb.lock=');
  head.append(element('strong', '', mode));
  const sum = element('p', 'sum');
  sum.append(element('strong', '', seconds(whole)), ` ${keys}`);
  const chart = element('div', 'chart'); // the caption says it in words
  chart.setAttribute('aria-hidden', 'true');
  const step = STEPS.find((length) => span / length <= 6) ?? span;
  chart.style.setProperty('--step', `${(step / span) * 100}%`);
  for (const request of requests) chart.append(...bar(request, zero, span));
  chart.append(axis(step, span));
  made.append(head, sum, chart, element('figcaption', '', words));
  return made;
}

function bar({ number, server, began, started, worked, done }, zero, span) {
  const track = element('div', 'track');
  for (const [kind, from, to] of [['waits', began, started], ['holds', started, worked], ['stores', worked, done]]) {
    const piece = element('i', kind);
    piece.style.left = `${((from - zero) / span) * 100}%`;
    piece.style.width = `${((to - from) / span) * 100}%`;
    track.append(piece);
  }
  return [element('span', `server ${server.toLowerCase()}`, `${server} ${number}`), track];
}

function axis(step, span) {
  const made = element('div', 'axis');
  for (let at = 0; at <= span; at += step) {
    const mark = element('span', '', at === 0 ? '0' : `${at / 1000} s`);
    mark.style.left = `${(at / span) * 100}%`;
    made.append(mark);
  }
  return made;
}
