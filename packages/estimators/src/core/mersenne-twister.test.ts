import { expect, test } from "vitest";
import { randomIntegers, randomWords } from "./mersenne-twister.ts";

// The reference implementation begins with this word for its default seed.
test("the words are those of the Mersenne Twister", () => {
  const next = randomWords(5489);
  expect(next()).toBe(3_499_211_612);
  let last = 0;
  for (let i = 1; i < 10_000; i++) last = next();
  // The 10,000th word that the C++ standard demands of std::mt19937.
  expect(last).toBe(4_123_659_995);
});

test("whole numbers are those of numpy.random.RandomState", () => {
  // numpy.random.RandomState(0).randint(0, 10, 8) and RandomState(2**32 - 1).randint(0, 1000, 4)
  expect([...randomIntegers(0, 10, 8)]).toEqual([5, 0, 3, 3, 7, 9, 3, 5]);
  expect([...randomIntegers(2 ** 32 - 1, 1000, 4)]).toEqual([419, 290, 12, 71]);
});

test("one possible answer draws nothing", () => {
  expect([...randomIntegers(7, 1, 3)]).toEqual([0, 0, 0]);
});
