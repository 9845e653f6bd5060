import { breach, changedBeyond, type Contract, positional, textEntries } from "./call.ts";
import { attributes } from "./instance.ts";

const TEMPLATE_KEY = "_parse_arg_template";
const SHAPES = /^\ndef _parse_args\(self, ((?:[A-Za-z_][A-Za-z0-9_]{0,40}, ){0,16}) /;

/** The argument parsers that SciPy generates (`parse_arg_template` of scipy/stats/_distn_infrastructure.py). */
function template(shapes: string, takes: string, gives: string): string {
  return `
def _parse_args(self, ${shapes} ${takes}):
    return (${shapes}), ${gives}

def _parse_args_rvs(self, ${shapes} ${takes}, size=None):
    return self._argcheck_rvs(${shapes} ${gives}, size=size)

def _parse_args_stats(self, ${shapes} ${takes}, moments='mv'):
    return (${shapes}), ${gives}, moments
`;
}

/**
 * A distribution restores itself by `exec(self._parse_arg_template)`: text in the state is a program. Only the very
 * text that SciPy generates from names of shapes is accepted.
 */
export const distribution: Contract = (call) => {
  if (call.via === "REDUCE" || (positional(call)?.length ?? 1) > 0) return breach(call, "takes no arguments");
  const found = changedBeyond(call, "states") ?? attributes(call);
  if (found !== undefined || call.states.length === 0) return found;
  const program = textEntries(call.states[0])?.get(TEMPLATE_KEY);
  if (program === undefined) return undefined;
  if (program.kind !== "str" || !isGenerated(program.value)) {
    return breach(call, "executes text from its state that SciPy did not generate");
  }
  return undefined;
};

function isGenerated(text: string): boolean {
  const shapes = SHAPES.exec(text)?.[1];
  if (shapes === undefined) return false;
  return (
    text === template(shapes, "loc=0, scale=1", "loc, scale") || text === template(shapes, "loc=0", "loc, 1")
  );
}
