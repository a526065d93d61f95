// Accuracy of the peers on FERPlus validation (plurality, eight classes): the cropped face put straight into the expression network, and a picture in which
// the peer's own detector finds the face first, given its best chance: the face scaled up and framed.
//
//   npm install --no-package-lock && node accuracy.mjs DATA [FACES]
//
// DATA holds ferplus/; FACES (600) is how many of the faces, always the same, the detectors get.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { decode, describeBackend, disposing, openPeers } from './peers.mjs';

const [data, faces = '600'] = process.argv.slice(2);
const columns = ['neutral', 'happiness', 'surprise', 'sadness', 'anger', 'disgust', 'fear', 'contempt', 'unknown', 'NF'];
const framed = { side: 192, border: 1 };

/** The faces that a class won, ties to the first column, in an order that is random and always the same. */
function readFaces(folder) {
    const [, ...rows] = readFileSync(path.join(folder, 'fer2013new.csv'), 'utf8').trim().split(/\r?\n/);
    const labels = new Map();
    for (const row of rows) {
        const [, image, ...votes] = row.split(',');
        const counts = votes.map(Number);
        labels.set(image, columns[counts.indexOf(Math.max(...counts))]);
    }

    return Object.entries(unzipSync(readFileSync(path.join(folder, 'FER2013Valid.zip'))))
        .map(([entry, content]) => ({ name: path.basename(entry), content, expected: labels.get(path.basename(entry)) }))
        .filter(({ expected }) => columns.indexOf(expected) >= 0 && columns.indexOf(expected) < 8)
        .map(face => ({ ...face, order: createHash('sha256').update(face.name).digest('hex') }))
        .sort((one, other) => (one.order < other.order ? -1 : 1));
}

const surest = found => found.reduce((best, next) => (next.score > best.score ? next : best), { score: 0 }).expression;

async function measure(name, ask, options, asked) {
    const answers = [];
    for (const { content, expected } of asked) {
        answers.push({ expected, answer: await disposing(await decode(content, options), ask) });
    }

    const found = answers.filter(({ answer }) => answer);
    const share = among => {
        const right = among.filter(({ answer, expected }) => answer === expected).length;
        return `${((100 * right) / among.length).toFixed(1)} %`;
    };
    const seven = among => share(among.filter(({ expected }) => expected !== 'contempt'));
    console.log(`| ${[name, asked.length, found.length, share(answers), seven(answers), share(found), seven(found)].join(' | ')} |`);
}

const all = readFaces(path.join(data, 'ferplus'));
const some = all.slice(0, Number(faces));
const peers = await openPeers();
console.log(`${await describeBackend()}\n`);
console.log('| peer | faces | found | right | without contempt | right of those found | without contempt |');
console.log('|---|---|---|---|---|---|---|');
for (const { name, classify } of peers) {
    await measure(`${name}, cropped face`, classify, {}, all);
}

for (const { name, finders } of peers) {
    for (const [detector, find] of Object.entries(finders)) {
        await measure(`${name}, ${detector}`, async picture => surest(await find(picture)), framed, some);
    }
}
