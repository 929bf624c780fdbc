import { Command } from 'commander';
import { standardOutput } from './standard-streams.js';

const EXAMPLES = `
Examples:
  $ xen-evtchn doctor                         what this machine can do, and how to mend it
  $ xen-evtchn doctor --json                  the same for programs
  $ xen-evtchn doctor && xen-evtchn run -- ./my-test

Ends with 0 if "xen-evtchn run" works here as this user, with 1 if not. Changes nothing: mounts
are tried in a namespace that ends with the trial.`;

/** Examines the machine and tells. */
async function act({ json = false }: { readonly json?: boolean }): Promise<void> {
  const { gatherFacts } = await import('../doctor/gather.js');
  const { checksOf } = await import('../doctor/checks.js');
  const { verdictsOf } = await import('../doctor/verdicts.js');
  const { jsonReport, textReport } = await import('../doctor/report.js');
  const { packageVersion } = await import('../server/package-version.js');
  const facts = await gatherFacts();
  const verdicts = verdictsOf(facts);
  const report = { version: packageVersion(), facts, checks: checksOf(facts), verdicts };
  standardOutput(json ? jsonReport(report) : textReport(report));
  if (verdicts[0]?.works !== true) process.exitCode = 1;
}

/** The command `doctor`: what this machine can do. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Tell what this machine can do, and how to mend what it lacks.')
    .option('--json', 'for programs')
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action(act);
}
