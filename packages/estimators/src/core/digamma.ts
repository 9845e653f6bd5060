const EULER = 0.577_215_664_901_532_9;

/** `psi` of sklearn.decomposition._online_lda_fast (Bernardo, AS 103): the digamma function, to about ten digits, as the library has it. */
export function psi(argument: number): number {
  if (argument <= 1e-6) return -EULER - 1 / argument;
  let x = argument;
  let result = 0;
  while (x < 6) {
    result -= 1 / x;
    x += 1;
  }
  let r = 1 / x;
  result += Math.log(x) - 0.5 * r;
  r = r * r;
  return result - r * (1 / 12 - r * (1 / 120 - r * (1 / 252)));
}
