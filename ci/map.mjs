// Called by ci/map, in a folder with the pictures and with what it has installed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

const [pictures] = process.argv.slice(2);
const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
const address = name => pathToFileURL(name).href;

async function open(name, scheme) {
  const page = await browser.newPage();
  const wrong = [];
  page.on('console', message => { if (['error', 'warn'].includes(message.type())) wrong.push(message.text()); });
  page.on('pageerror', error => wrong.push(String(error)));
  page.on('request', request => { if (request.url() !== address(name)) wrong.push(`asks for ${request.url()}`); });
  await page.setViewport({ width: 1280, height: 1000 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(address(name));
  return { page, wrong };
}

const seen = page => page.$$eval('.card', cards => cards.filter(card => card.checkVisibility()).map(card => card.dataset.id));
const said = page => page.$eval('#count', count => count.textContent);

for (const one of ['own', 'many', 'markup']) {
  const { services } = JSON.parse(readFileSync(`${one}.json`, 'utf8'));
  for (const scheme of ['light', 'dark']) {
    const { page, wrong } = await open(`${one}.html`, scheme);
    await page.screenshot({ path: `${pictures}/${one}-page-${scheme}.png` });
    assert.deepEqual((await seen(page)).sort(), services.map(service => service.id).sort());
    await page.$$eval('.card details', all => all.slice(0, 4).forEach(details => { details.open = true; }));
    // The policy of the page lets no script in; axe comes by the debugger.
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes[0].html]), []);
    assert.ok(passes.length > 15);
    await page.screenshot({ path: `${pictures}/${one}-open-${scheme}.png` });
    assert.deepEqual(wrong, []);
    await page.close();
  }
  for (const scheme of ['light', 'dark']) {
    const { page, wrong } = await open(`${one}.svg`, scheme);
    const outside = await page.evaluate(() => [...document.querySelectorAll('g')].flatMap(group => {
      const box = group.querySelector('rect.box')?.getBoundingClientRect();
      const texts = box ? [...group.querySelectorAll('text')] : [];
      return texts.filter(text => text.getBoundingClientRect().right > box.right).map(text => text.textContent);
    }));
    assert.deepEqual(outside, []);
    await page.screenshot({ path: `${pictures}/${one}-drawing-${scheme}.png` });
    assert.deepEqual(wrong, []);
    await page.close();
  }
}

// Mermaid draws 500 arrows at most, and 300 services have more.
for (const one of ['own', 'markup']) {
  const { services } = JSON.parse(readFileSync(`${one}.json`, 'utf8'));
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 1000 });
  await page.addScriptTag({ path: 'node_modules/mermaid/dist/mermaid.min.js' });
  const texts = await page.evaluate(async text => {
    globalThis.mermaid.initialize({ startOnLoad: false });
    const { svg } = await globalThis.mermaid.render('map', text);
    document.body.innerHTML = svg;
    return [...document.querySelectorAll('.nodeLabel')].map(node => node.textContent);
  }, readFileSync(`${one}.mermaid`, 'utf8'));
  for (const service of services) {
    assert.ok(texts.some(text => text.startsWith(service.id)), `Mermaid does not show ${service.id}`);
  }
  await page.screenshot({ path: `${pictures}/${one}-mermaid.png` });
  await page.close();
}

const { page } = await open('own.html', 'light');
await page.keyboard.press('/');
await page.keyboard.type('5432');
assert.deepEqual(await seen(page), ['postgres']);
assert.equal(await said(page), '1 of 21 services');
await page.keyboard.press('Escape');
assert.equal(await said(page), '21 of 21 services');
await page.click('input[value=loopback]');
assert.deepEqual(await seen(page), ['mobile']);
await page.click('input[value=loopback]');
// To the first service by the keyboard alone: it opens, shows what it depends on, and a link goes there.
await page.focus('input[value=nothing]');
await page.keyboard.press('Tab');
assert.equal(await page.evaluate(() => document.activeElement.closest('.card')?.dataset.id), 'web');
assert.deepEqual(await page.$$eval('.card.needs', cards => cards.map(card => card.dataset.id)), ['api-gateway']);
await page.keyboard.press('Enter');
assert.ok(await page.$eval('#service-web details', details => details.open));
await page.keyboard.press('Tab');
await page.keyboard.press('Enter');
await page.waitForFunction(() => document.querySelector('#service-api-gateway details').open);
assert.equal(await page.evaluate(() => document.activeElement.closest('.card').dataset.id), 'api-gateway');
assert.equal((await page.$$('.card.needed')).length, 5);
await page.screenshot({ path: `${pictures}/own-related.png` });
await browser.close();
console.log('map: 3 allocations, 4 forms: as they should be');
