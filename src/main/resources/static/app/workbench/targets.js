/** What a label points to, in words: "v2", or "v1 90 %, v2 10 %". */
export function describe(target) {
  return target.weights ? shares(target.weights).map(({ version, percent }) => `v${version} ${percent} %`).join(', ') : `v${target.version}`;
}

/** The versions that a label may lead to. */
export const versionsOf = (target) => (target.weights ? Object.keys(target.weights).map(Number) : [target.version]);

/** The labels that point to a version, with their share of it if they are shared out. */
export function labelsOf(labels, version) {
  return Object.entries(labels).filter(([, target]) => versionsOf(target).includes(version)).map(([label, target]) => {
    const share = target.weights && shares(target.weights).find((entry) => entry.version === version);
    return share ? `${label} ${share.percent} %` : label;
  });
}

function shares(weights) {
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  return Object.entries(weights).map(([version, weight]) => ({ version: Number(version), percent: Math.round((weight / sum) * 1000) / 10 }));
}

/** "22 Nov 2026, 23:45" */
export const when = (time) => new Date(time).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
