import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GatewayWorld } from "./gateway-world.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((file) =>
  existsSync(file),
);

let world: GatewayWorld;
let browser: Browser;
let page: Page;
let key: string;
let made: Record<string, unknown>;

beforeAll(async () => {
  if (CHROMIUM === undefined)
    throw new Error("no Chromium on this machine: install Debian's package chromium");
  world = await GatewayWorld.start();
  key = await world.user("alice");
  made = await world.python("gateway_client.py", ["pages", "football", "skops"], key);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  page = await browser.newPage();
});

afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

test("MLflow's pages work in a real browser, after a login with an API key", async () => {
  const { url } = world.gateway;
  await page.goto(`${url}/`);
  expect(page.url()).toBe(`${url}/modelkeep/login?next=%2F`);

  await page.fill("#key", "mk_000000000000_wrong");
  await page.click("button");
  await page.getByRole("alert").filter({ hasText: "not known" }).waitFor();

  await page.fill("#key", key);
  await page.click("button");
  await page.waitForURL(`${url}/**`);
  await page.goto(`${url}/#/experiments`);
  await page.getByText("pages", { exact: true }).first().waitFor();

  await page.goto(`${url}/#/experiments/${String(made["experiment_id"])}/runs/${String(made["run_id"])}`);
  await page.getByText(String(made["run_id"])).first().waitFor();

  await page.goto(
    `${url}/#/experiments/${String(made["experiment_id"])}/runs/${String(made["run_id"])}/artifacts`,
  );
  await page.getByText("d.json").first().click();
  await page.getByText('"a": 1').first().waitFor();

  await page.goto(`${url}/#/models`);
  await page.getByText("football").first().waitFor();
});

test("another site cannot make the logged-in browser write", async () => {
  const { url } = world.gateway;
  const target = `${url}/api/2.0/mlflow/experiments/create`;
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const send = async (origin: Record<string, string>): Promise<number> => {
    const headers = { cookie: cookies, "content-type": "application/json", ...origin };
    const body = JSON.stringify({ name: `made-${Math.random()}` });
    return (await fetch(target, { method: "POST", headers, body })).status;
  };
  expect(await send({ origin: "http://evil.example" })).toBe(403);
  expect(await send({ origin: "null" })).toBe(403);
  expect(await send({})).toBe(403);
  expect(await send({ origin: url })).toBe(200);
});
