// Keeps one comment per environment on a pull request: the reports in the folder that
// it is given, such as dev.txt, each with what the second folder has of it, which need
// not be there. An environment that no longer changes loses its comment. What the folders
// hold is not trusted: it is shown as blocks of text.
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_SERVER_URL, GH_TOKEN, HEAD_OWNER, HEAD_BRANCH, HEAD_SHA, RUN } = process.env;
const author = 'github-actions[bot]';
const most = 20; // the folder comes from a run that anybody may start
const longest = { report: 45_000, backtest: 15_000 }; // GitHub takes 65,536 characters
const marker = environment => `<!-- what changes in ${environment} -->`;

const [reportFolder, backtestFolder] = process.argv.slice(2);
const backtests = readReports(backtestFolder);
const reports = new Map([...readReports(reportFolder)].map(([environment, report]) => [environment, comment(environment, report, backtests.get(environment))]));
for (const pull of await openPulls()) await update(pull);

async function update(pull) {
  const missing = new Map(reports);
  for (const { id, environment } of await ownComments(pull)) {
    if (missing.has(environment)) await call('PATCH', `issues/comments/${id}`, { body: missing.get(environment) });
    else await call('DELETE', `issues/comments/${id}`);
    missing.delete(environment);
  }
  for (const body of missing.values()) await call('POST', `issues/${pull}/comments`, { body });
}

// readReports reads each report, by environment.
function readReports(folder) {
  const found = new Map();
  if (!existsSync(folder)) return found;
  for (const name of readdirSync(folder).sort()) {
    const environment = /^([a-z][a-z0-9-]{0,19})\.txt$/.exec(name)?.[1]; // as settings.Load names them
    const file = join(folder, name);
    if (environment && lstatSync(file).isFile()) found.set(environment, readFileSync(file, 'utf8'));
  }
  if (found.size > most) throw new Error(`${found.size} reports; at most ${most} are posted`);
  return found;
}

// comment is what is said of an environment.
function comment(environment, report, backtest) {
  const loses = /^== (Stateful resources that would go|Protection that is given up)$/m.test(report);
  return [
    marker(environment),
    `**${loses ? `What ${environment} keeps is at stake` : `What changes in ${environment}`}**, as [this pull request's own code](${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${RUN}) at ${HEAD_SHA} sees it`,
    ...details('Report', report, longest.report, loses),
    ...(backtest ? details('What its checks would have said', backtest, longest.backtest) : []),
  ].join('\n\n');
}

// details indents a text by four spaces: no line of it can end the block.
function details(title, text, most, open) {
  const lines = text.split('\n').map(line => `    ${line.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '')}`);
  let block = lines.join('\n');
  if (block.length > most) block = `${block.slice(0, most)}\n    … the rest is with the run`;
  return [`<details${open ? ' open' : ''}><summary>${title}</summary>`, block, '</details>'];
}

// openPulls are the numbers of those that still stand at the commit of the report.
// The run of a fork does not name its pull request.
async function openPulls() {
  const query = new URLSearchParams({ state: 'open', head: `${HEAD_OWNER}:${HEAD_BRANCH}`, per_page: '100' });
  const pulls = await call('GET', `pulls?${query}`);
  return pulls.filter(pull => pull.head.sha === HEAD_SHA).map(pull => pull.number);
}

async function ownComments(pull) {
  const own = [];
  for (let page = 1; ; page++) {
    const comments = await call('GET', `issues/${pull}/comments?per_page=100&page=${page}`);
    for (const { id, user, body } of comments) {
      const environment = /^<!-- what changes in ([a-z][a-z0-9-]*) -->/.exec(body)?.[1];
      if (user.login === author && environment) own.push({ id, environment });
    }
    if (comments.length < 100) return own;
  }
}

async function call(method, path, body) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: { Authorization: `Bearer ${GH_TOKEN}`, Accept: 'application/vnd.github+json' },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}
