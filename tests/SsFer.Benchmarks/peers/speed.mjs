// Milliseconds and processor time a picture, from the encoded file to the expressions, one picture at a time, the peers and the endpoint in turns.
//
//   dotnet run -c Release --project tests/SsFer.Benchmarks -- serving-pictures PICTURES   (with SSFER_TEST_DATA, in the root)
//   npm install --no-package-lock && node speed.mjs PICTURES [ENDPOINT] [ROUNDS]
//
// ENDPOINT is the address of SsFer's inference service, as http://localhost:5206; without it, only the peers are measured.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { decode, describeBackend, disposing, openPeers } from './peers.mjs';

const [folder, endpoint, rounds = '15'] = process.argv.slice(2);
const warming = 10; // V8 compiles the networks anew while they run
const inRow = 3;
const ours = 'SsFer, over HTTP';

const expressionsOf = faces => faces.map(({ expression }) => expression);

async function askEndpoint(content, isCropped) {
    const answer = await fetch(new URL(`/v1/expressions${isCropped ? '?cropped=true' : ''}`, endpoint), {
        method: 'POST',
        headers: { 'Content-Type': 'image/jpeg' }, // which of them it is the endpoint sees for itself
        body: content,
    });
    if (!answer.ok) {
        throw new Error(`${answer.status}: ${await answer.text()}`);
    }

    return expressionsOf((await answer.json()).pictures[0].faces);
}

/** What is measured with a picture: names with functions that give the expressions found. */
function casesOf(peers, content, isCropped) {
    const cases = peers.flatMap(({ name, finders, classify }) =>
        isCropped
            ? [[name, async picture => [await classify(picture)]]]
            : Object.entries(finders).map(([detector, find]) => [`${name}, ${detector}`, async picture => expressionsOf(await find(picture))]));
    const decoded = cases.map(([name, use]) => [name, async () => disposing(await decode(content), use)]);
    return endpoint ? [[ours, () => askEndpoint(content, isCropped)], ...decoded] : decoded;
}

async function measure(ask, times) {
    const milliseconds = [];
    let expressions = [];
    const before = process.cpuUsage();
    for (let time = 0; time < times; time++) {
        const began = performance.now();
        expressions = await ask();
        milliseconds.push(performance.now() - began);
    }

    const { user, system } = process.cpuUsage(before);
    return { milliseconds, processor: (user + system) / 1000 / times, expressions };
}

function median(values) {
    const sorted = values.toSorted((one, other) => one - other);
    return sorted[sorted.length >> 1].toFixed(1);
}

const peers = await openPeers();
console.log(`${await describeBackend()}\n`);
console.log('| picture | | ms | processor ms in this process | expressions |');
console.log('|---|---|---|---|---|');
for (const file of readdirSync(folder)) {
    const cases = casesOf(peers, readFileSync(path.join(folder, file)), file.startsWith('cropped'));
    const results = new Map(cases.map(([name]) => [name, []]));
    for (const [, ask] of cases) {
        await measure(ask, warming);
    }

    for (let round = 0; round < Number(rounds); round++) {
        for (const [name, ask] of cases) {
            results.get(name).push(await measure(ask, inRow));
        }
    }

    for (const [name, measured] of results) {
        const milliseconds = median(measured.flatMap(each => each.milliseconds));
        const processor = name === ours ? '' : median(measured.map(each => each.processor));
        console.log(`| ${path.parse(file).name} | ${name} | ${milliseconds} | ${processor} | ${measured[0].expressions.join(', ') || 'none'} |`);
    }
}
