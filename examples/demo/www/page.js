// The page's behaviour: posts the actions to either server, shows the session, and keeps a log that makes the lock visible.
// The ten requests at once are in ten.js.

import { element, milliseconds, post } from './shared.js';
import { tenAtOnce } from './ten.js';

const SPAN = 12000;     // milliseconds that the log's bars show
const ROWS = 10;        // rows that the log keeps
const PER_SERVER = 3;   // actions at once on one server: each occupies a connection of the browser's six, and one must be left to read
const POLL_AFTER = 400; // milliseconds from the begin of a sign-in to that of the poll that waits for it
const labels = {
  count: 'count', slow: 'count slowly', read: 'only read', regenerate: 'regenerate id', sign_in: 'sign in', poll: 'poll', logout: 'log out',
};

const find = (id) => document.getElementById(id);
const buttons = document.querySelectorAll('button[data-action]');

let hasSession = find('made').hasAttribute('datetime');
let lastEnd = performance.now();
const rows = [];        // the log, newest first
const pending = () => rows.filter((row) => row.end === null);
let tenRun = false;     // while the ten requests run, nothing else does

// An action that changes the id (regenerate, sign in, log out, or the first count, which makes the session) runs alone, so that the page
// shows no answer that belongs to another id than the browser has by then. Only the sign-in has its poll beside it.
const changesId = (action) => !hasSession || ['regenerate', 'sign_in', 'logout'].includes(action);

function allowed({ server, action }) {
  const running = pending();
  if (tenRun || action === 'ten') return !tenRun && running.length === 0;
  if (!hasSession && action !== 'count' && action !== 'slow') return false;
  if (running.some((row) => row.alone) || (changesId(action) && running.length > 0)) return false;
  return action === 'read' || running.filter((row) => row.server === server).length < PER_SERVER;
}

async function run({ server, action }) {
  const row = addRow(server, action);
  try {
    for await (const line of post(server, { action })) {
      if (line.holds_lock) holds(row, line);
      else done(row, line);
    }
    if (row.end === null) throw new Error('The answer ended before the result.');
  } catch (error) {
    failed(row, error.message);
  }
  refresh();
}

// A page signs in on one server, and a poll of the same browser waits for it on the other. What the browser is afterwards, the read tells.
async function signIn({ server, action }) {
  const other = server === 'A' ? 'B' : 'A';
  const signedIn = run({ server, action });
  await new Promise((resolve) => { setTimeout(resolve, POLL_AFTER); });
  await Promise.all([signedIn, run({ server: other, action: 'poll' })]);
  await run({ server: other, action: 'read' });
}

async function ten() {
  tenRun = true;
  refresh();
  say('Ten requests at once …');
  try {
    const { server, session, words } = await tenAtOnce(find('ten'));
    show({ action: 'read' }, server, 0, session);
    say(words);
  } catch (error) {
    find('ten').replaceChildren(element('p', 'notice', error.message));
    say(`Ten requests at once failed: ${error.message}`);
  }
  tenRun = false;
  refresh();
}

function addRow(server, action) {
  const row = { server, action, alone: changesId(action), start: performance.now(), waited: null, end: null };
  const now = new Date();
  row.element = element('tr', 'pending');
  const name = element('td', '');
  name.append(element('span', `server ${server.toLowerCase()}`, `Server ${server}`));
  row.lockCell = element('td', 'lock');
  row.resultCell = element('td', 'result', action === 'read' ? 'reading …' : 'waiting for the lock …');
  row.track = element('div', 'track');
  row.bar = element('td', 'bar');
  row.bar.append(row.track);
  row.element.append(element('td', 'time', clock(now)), name, element('td', 'action', labels[action]), row.lockCell, row.resultCell, row.bar);
  if (action === 'sign_in') { // it runs alone, and can say nothing before PHP has sent the cookie of the new id
    row.waited = 0;
    row.lockCell.textContent = 'no wait';
    row.resultCell.textContent = 'signing in, holds the lock …';
  }
  rows.unshift(row);
  find('log').prepend(row.element);
  while (rows.length > ROWS && rows.at(-1).end !== null) rows.pop().element.remove();
  find('hint').hidden = true;
  refresh();
  if (pending().length === 1) requestAnimationFrame(draw);
  return row;
}

// Bars and clocks move while a request is under way, and stand still when all have been answered.
function draw() {
  const running = pending();
  const right = running.length > 0 ? performance.now() : lastEnd;
  for (const row of rows) {
    const end = row.end ?? right;
    const locked = row.waited === null ? end : Math.min(row.start + row.waited, end);
    row.track.replaceChildren();
    if (row.action === 'read') {
      piece(row, 'reads', row.start, end, right);
      continue;
    }
    if (row.end === null && row.waited === null) row.lockCell.textContent = `waits ${milliseconds(right - row.start)}`;
    if (row.waited === null || row.waited > 50) piece(row, 'waits', row.start, locked, right);
    if (row.waited !== null) piece(row, 'holds', locked, end, right);
  }
  if (running.length > 0) requestAnimationFrame(draw);
}

function piece(row, kind, from, to, right) {
  const left = right - SPAN;
  if (to < left) return;
  const begin = Math.max(from, left);
  const bar = element('i', kind);
  bar.style.left = `min(100% - 4px, ${((begin - left) / SPAN) * 100}%)`;
  bar.style.width = `max(4px, ${((to - begin) / SPAN) * 100}%)`;
  row.track.append(bar);
}

function holds(row, { waited_ms: waited }) {
  row.waited = waited;
  row.lockCell.textContent = `waited ${milliseconds(waited)}`;
  row.resultCell.textContent = 'holds the lock …';
}

function done(row, { server, waited_ms: waited, session }) {
  const before = find('id').textContent;
  finish(row);
  row.waited = waited;
  row.lockCell.textContent = row.action === 'read' ? 'no lock' : `waited ${milliseconds(waited)}`;
  // A poll that waited for a sign-in saw the session of the old id, which the browser has no more.
  if (row.action !== 'poll') show(row, server, waited, session);
  const user = session?.user ? `signed in as ${session.user}` : 'nobody is signed in';
  row.resultCell.textContent = {
    regenerate: () => `id ${before} is now ${find('id').textContent}`,
    sign_in: () => `${user}; id ${before} is now ${find('id').textContent}`,
    poll: () => (session ? `id ${session.id}…, the session as it was before: ${user}` : 'there is no session'),
    logout: () => 'session destroyed',
    read: () => (session ? `counter is ${session.count}, ${user}` : 'there is no session: nobody is signed in'),
  }[row.action]?.() ?? `counter ${session.count}`;
  say(`Server ${server}, ${labels[row.action]}: ${row.resultCell.textContent}, ${row.lockCell.textContent}`);
}

function show(row, server, waited, session) {
  hasSession = session !== null;
  find('count').textContent = session?.count ?? 0;
  find('id').textContent = session ? `${session.id}…` : 'no session';
  find('user').textContent = session?.user ?? 'nobody';
  if (session) showMade(session.made);
  else find('made').textContent = '–';
  find('server').replaceChildren(element('span', `server ${server.toLowerCase()}`, `Server ${server}`));
  find('waited').textContent = row.action === 'read' ? 'no lock taken' : milliseconds(waited);
  find('error').hidden = true;
}

function failed(row, why) {
  finish(row);
  if (row.waited === null) row.lockCell.textContent = '';
  row.bar.remove(); // a warning is long: it takes the bar's place
  row.resultCell.colSpan = 2;
  row.element.classList.add('failed');
  row.resultCell.textContent = why;
  say(`Server ${row.server}, ${labels[row.action]}, failed: ${why}`);
}

function finish(row) {
  row.end = lastEnd = performance.now();
  row.element.classList.remove('pending');
}

// aria-disabled and not disabled: a button that is disabled under the keyboard's focus would lose it.
function refresh() {
  for (const button of buttons) button.setAttribute('aria-disabled', String(!allowed(button.dataset)));
}

function showMade(seconds) {
  const made = new Date(seconds * 1000);
  find('made').dateTime = made.toISOString();
  find('made').textContent = clock(made);
}

const clock = (date) => date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const say = (text) => { find('status').textContent = text; };

for (const button of buttons) {
  button.addEventListener('click', () => {
    if (!allowed(button.dataset)) return;
    if (button.dataset.action === 'sign_in') signIn(button.dataset);
    else if (button.dataset.action === 'ten') ten();
    else run(button.dataset);
  });
}
// A page that the browser kept while it was left shows an old session.
addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
if (hasSession) showMade(Date.parse(find('made').dateTime) / 1000);
refresh();
